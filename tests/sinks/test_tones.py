"""The tones as sound: pitches, loudness, no clicks."""

import io
import itertools
import wave

import numpy as np
import pytest
from numpy.typing import NDArray

from bandmate.sinks.cues import Tone
from bandmate.sinks.tones import RATE_HZ, pcm, wav


def signal(tone: Tone) -> NDArray[np.float64]:
    return np.frombuffer(pcm(tone), "<i2") / 32_768


def pitch_hz(samples: NDArray[np.float64]) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE_HZ / len(samples))


def test_ease_falls_and_check_rises() -> None:
    ease = signal(Tone.EASE)
    assert pitch_hz(ease[: RATE_HZ // 5]) == pytest.approx(784, abs=6)
    assert pitch_hz(ease[-RATE_HZ // 4 :]) == pytest.approx(523, abs=6)
    check = signal(Tone.CHECK)
    assert pitch_hz(check[: RATE_HZ // 8]) < pitch_hz(check[-RATE_HZ // 5 :])


def test_stop_is_the_longest_and_the_loudest() -> None:
    others = [tone for tone in Tone if tone is not Tone.STOP]
    assert all(len(signal(Tone.STOP)) > len(signal(tone)) for tone in others)
    assert all(np.max(signal(Tone.STOP)) > np.max(signal(tone)) for tone in others)


def test_all_tones_differ() -> None:
    for one, other in itertools.combinations(Tone, 2):
        assert pcm(one) != pcm(other)


@pytest.mark.parametrize("tone", [tone for tone in Tone if tone is not Tone.SILENCE])
def test_no_tone_clicks_or_clips(tone: Tone) -> None:
    samples = signal(tone)
    assert 0.1 < np.max(np.abs(samples)) < 1
    assert np.max(np.abs(samples[[0, -1]])) < 0.001
    # The steepest wave of full loudness and its overtones; a click would jump further.
    assert np.max(np.abs(np.diff(samples))) < 0.25


@pytest.mark.parametrize("tone", Tone)
def test_a_wav_file_holds_the_tone(tone: Tone) -> None:
    with wave.open(io.BytesIO(wav(tone))) as reader:
        assert reader.getparams()[:3] == (1, 2, RATE_HZ)
        assert reader.readframes(reader.getnframes()) == pcm(tone)

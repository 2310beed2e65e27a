"""The tones themselves, synthesised once: 44.1 kHz, mono, 16 bit.

Fundamentals lie between 150 and 1100 Hz and carry harmonics, so that small loudspeakers give them.
Only the stop tone is loud; every note fades in and out, so that none clicks.
"""

import io
import wave
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bandmate.sinks.cues import Tone

RATE_HZ: Final = 44_100

_FADE_S: Final = 0.012
_HARMONICS: Final = (1.0, 0.5, 0.3, 0.15)
"""Strength of the fundamental and of its first overtones."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note. `pitch_hz` 0 is a rest; `level` 1 is as loud as the host is set."""

    pitch_hz: float
    length_s: float
    level: float


SCORES: Final = {
    Tone.STOP: (Note(440.0, 1.8, 0.9),),
    Tone.EASE: (Note(784.0, 0.22, 0.6), Note(523.25, 0.34, 0.6)),
    Tone.CHECK: (Note(523.25, 0.16, 0.5), Note(0, 0.06, 0), Note(659.25, 0.24, 0.5)),
    Tone.LOST: (
        Note(220.0, 0.18, 0.6),
        Note(0, 0.1, 0),
        Note(220.0, 0.18, 0.6),
        Note(0, 0.1, 0),
        Note(220.0, 0.3, 0.6),
    ),
    Tone.INFO: (Note(659.25, 0.16, 0.2),),
    Tone.REP: (Note(1046.5, 0.06, 0.3),),
    Tone.HOLD_STARTED: (Note(392.0, 0.2, 0.2),),
    Tone.HOLD_HALF: (Note(493.88, 0.2, 0.2),),
    Tone.HOLD_ENDING: (Note(587.33, 0.2, 0.2),),
    Tone.DONE: (Note(523.25, 0.14, 0.3), Note(659.25, 0.14, 0.3), Note(784.0, 0.3, 0.3)),
    Tone.SILENCE: (Note(0, 0.05, 0),),
}
"""The notes of every tone, in the order they are heard."""


@cache
def wav(tone: Tone) -> bytes:
    """A tone as a whole WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        write_format(writer)
        writer.writeframes(pcm(tone))
    return file.getvalue()


def write_format(writer: wave.Wave_write) -> None:
    """Declare the one format of all tones."""
    writer.setnchannels(1)
    writer.setsampwidth(2)
    writer.setframerate(RATE_HZ)


@cache
def pcm(tone: Tone) -> bytes:
    """A tone's samples: signed 16 bit, little endian."""
    signal = np.concatenate([_render(note) for note in SCORES[tone]])
    return np.round(signal * 32_767).astype("<i2").tobytes()


def _render(note: Note) -> NDArray[np.float64]:
    t_s = np.arange(round(note.length_s * RATE_HZ)) / RATE_HZ
    waves = [
        strength * np.sin(2 * np.pi * note.pitch_hz * order * t_s)
        for order, strength in enumerate(_HARMONICS, start=1)
    ]
    fade = np.clip(np.minimum(t_s, note.length_s - t_s) / _FADE_S, 0, 1)
    # The sum of all strengths bounds the wave, so a level of 1 cannot clip.
    return np.sum(waves, axis=0) * (note.level / sum(_HARMONICS)) * np.sin(fade * np.pi / 2) ** 2

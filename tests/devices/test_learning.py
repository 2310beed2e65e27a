"""Readings that wait: for a zero that is learnt, or for what a count is worth."""

import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.devices.decoder import Decoder
from bandmate.devices.registry import load_profiles
from bandmate.domain.samples import Decoded, Frame
from bandmate.errors import UsageError

DYNO = load_profiles().get("frez-dyno")
ROWS = 9
LEARNT_FROM = 100
N_PER_COUNT = 0.01 * 9.80665


def frame(counts: Sequence[int], first_ms: int = 0) -> Frame:
    rows = b"".join(struct.pack("<iI", count, first_ms + 4 * i) for i, count in enumerate(counts))
    return Frame(0.0, "notify", b"\x01\x00" + rows)


def decoder(*, complete: bool = True, **given: float) -> Decoder:
    return Decoder(DYNO, DYNO.parameters(given, complete=complete))


def feed(dyno: Decoder, counts: Sequence[int]) -> list[Decoded]:
    return [dyno.feed(frame(counts[i : i + ROWS])) for i in range(0, len(counts), ROWS)]


def test_nothing_is_told_until_the_zero_is_known():
    dyno = decoder(coefficient=0.01)
    frames = feed(dyno, [500] * 12 * ROWS)
    assert frames == [Decoded()] * 12
    assert list(dyno.feed(frame([500, 600, 400] * 3)).force_n) == pytest.approx(
        [0.0, 100 * N_PER_COUNT, -100 * N_PER_COUNT] * 3
    )


@given(counts=st.lists(st.integers(-(2**31), 2**31 - 1), min_size=12 * ROWS, max_size=12 * ROWS))
def test_the_zero_is_the_mean_of_the_first_counts(counts: list[int]):
    dyno = decoder(coefficient=0.01)
    feed(dyno, counts)
    mean = sum(counts[:LEARNT_FROM]) / LEARNT_FROM
    assert dyno.params.number("tare_adc") == pytest.approx(mean, rel=1e-9, abs=1e-3)


def test_a_frame_with_a_fault_teaches_nothing():
    dyno = decoder(coefficient=0.01)
    feed(dyno, [500] * 11 * ROWS)
    spoilt = frame([9000] * ROWS).data[:-4] + bytes(4)
    assert dyno.feed(Frame(0.0, "notify", spoilt)).error == "clock_regressed"
    assert dyno.params.number("tare_adc") is None
    feed(dyno, [500] * ROWS)
    assert dyno.params.number("tare_adc") == pytest.approx(500.0)


def test_what_was_learnt_stays_over_a_reconnect():
    dyno = decoder(coefficient=0.01)
    feed(dyno, [500] * 12 * ROWS)
    dyno.reset()
    assert dyno.feed(frame([500] * ROWS)).count == ROWS


def test_a_zero_that_is_given_need_not_be_learnt():
    assert decoder(coefficient=0.01, tare_adc=500).feed(frame([500] * ROWS)).count == ROWS


def test_without_the_worth_of_a_count_there_is_no_reading_and_no_silence_about_faults():
    dyno = decoder(complete=False)
    assert dyno.feed(frame([500] * ROWS)) == Decoded()
    assert dyno.feed(Frame(0.0, "notify", b"\x01\x01" + bytes(72))).error == "bad_reserved"
    assert dyno.feed(frame([500] * (ROWS - 1))).error == "short_frame"


def test_a_sensor_is_not_used_without_what_must_be_given():
    with pytest.raises(UsageError, match="frez-dyno needs the parameter coefficient"):
        decoder()


def test_a_count_that_is_worth_nothing_is_refused():
    with pytest.raises(UsageError, match="coefficient must not be 0"):
        decoder(coefficient=0.0, tare_adc=1.0)

"""What the decoder makes of frames, good and bad, beyond the vectors."""

import struct

import pytest

from bandmate.devices.decoder import Decoder
from bandmate.devices.registry import load_profiles
from bandmate.domain.samples import Decoded, Frame
from bandmate.errors import UsageError

PROFILES = load_profiles()


def progressor(*frames: str, expecting: str | None = None) -> Decoded:
    decoder = Decoder(PROFILES.get("tindeq-progressor"))
    if expecting:
        decoder.expect(expecting)
    decoded = Decoded()
    for frame in frames:
        decoded = decoder.feed(Frame(0.0, "data", bytes.fromhex(frame)))
    return decoded


def scale(payload: str, company: int | None = 0x0100) -> Decoded:
    decoder = Decoder(PROFILES.get("weiheng-wh-c06"))
    return decoder.feed(Frame(0.0, "advert", bytes.fromhex(payload), company))


def weights(*readings: tuple[float, int]) -> str:
    payload = b"".join(struct.pack("<fI", kg, tick) for kg, tick in readings)
    return bytes([1, len(payload)]).hex() + payload.hex()


def test_a_batch_keeps_every_reading_in_order():
    decoded = progressor(weights(*[(float(i), i * 12500) for i in range(15)]))
    assert decoded.force_n == pytest.approx([9.80665 * i for i in range(15)])
    assert list(decoded.ticks) == [12500 * i for i in range(15)]
    assert decoded.error is None


def test_infinity_is_not_finite_rather_than_out_of_range():
    assert progressor(weights((float("inf"), 1))).error == "non_finite"


def test_the_first_name_of_the_taxonomy_is_given():
    both = weights((1e6, 1), (float("nan"), 2), (1.0, 3))
    decoded = progressor(both)
    assert decoded.error == "non_finite"
    assert list(decoded.ticks) == [3]
    assert progressor(both[:-2]).error == "truncated"


@pytest.mark.parametrize("kg", [-500.0, 500.0])
def test_the_ends_of_the_plausible_range_are_inside(kg: float):
    assert progressor(weights((kg, 1))).error is None


def test_stamps_that_step_back_spoil_the_frame():
    decoded = progressor(weights((1.0, 2000), (1.0, 1000)))
    assert (list(decoded.force_n), decoded.error) == ([], "clock_regressed")


def test_a_cut_reply_tells_nothing():
    decoded = progressor("0007312e32", expecting="firmware")
    assert (dict(decoded.facts), decoded.error) == ({}, "truncated")


def test_the_expected_command_says_what_a_reply_means():
    assert progressor("0004740e0000", expecting="battery").facts == {"battery_mv": 3700}
    assert progressor("0004740e0000", expecting="device_id").facts == {"device_id": 3700}


@pytest.mark.parametrize(
    ("reply", "facts"),
    [
        ("0004740e0000", {"battery_mv": 3700}),
        ("0007312e322e332e34", {"firmware": "1.2.3.4"}),
        ("000c000000000000000000000000", {}),
        ("0000", {}),
    ],
)
def test_a_reply_nobody_waits_for_is_taken_by_its_form(reply: str, facts: dict[str, object]):
    decoded = progressor(reply)
    assert (dict(decoded.facts), decoded.error) == (facts, None)


@pytest.mark.parametrize(
    ("command", "reply", "error"),
    [
        ("battery", "0003740e00", "truncated"),
        ("battery", "0005740e000000", "length_mismatch"),
        ("battery", "000401000000", "out_of_range"),
        ("firmware", "000201ff", "unknown_type"),
        ("firmware", "0000", "truncated"),
        ("device_id", "0009000000000000000000", "length_mismatch"),
    ],
)
def test_an_answer_of_another_form_than_expected_is_an_error(command: str, reply: str, error: str):
    decoded = progressor(reply, expecting=command)
    assert (dict(decoded.facts), decoded.error) == ({}, error)


def test_a_command_is_answered_once():
    again = progressor("00027631", "0004740e0000", expecting="firmware")
    assert again.facts == {"battery_mv": 3700}


def test_readings_between_command_and_answer_do_not_take_its_place():
    decoded = progressor(weights((1.0, 1)), "0004740e0000", expecting="device_id")
    assert decoded.facts == {"device_id": 3700}


def test_a_reset_forgets_the_pending_command():
    decoder = Decoder(PROFILES.get("tindeq-progressor"))
    decoder.expect("device_id")
    decoder.reset()
    frame = Frame(0.0, "data", bytes.fromhex("0004740e0000"))
    assert decoder.feed(frame).facts == {"battery_mv": 3700}


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ("", "short_frame"),
        ("0203", "short_frame"),
        ("0203112ac0191122e20104d201f4a29990", "held_value"),
        ("0203112ac0191122e20104d201f4009990", "unit_not_kg"),
        ("0103112ac0191122e20104d201f4019990", "no_match"),
    ],
)
def test_an_advertisement_that_is_not_a_live_weight(payload: str, error: str):
    decoded = scale(payload)
    assert (list(decoded.force_n), decoded.error) == ([], error)


def test_a_notification_is_no_advertisement():
    assert scale("0203112ac0191122e20104d201f4019990", company=None).error == "no_match"


def test_an_unknown_parameter_is_refused():
    with pytest.raises(UsageError, match="'scale'"):
        Decoder(PROFILES.get("sig-force"), {"scale": "2"})

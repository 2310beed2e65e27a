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


BATTERY = {"battery_mv": 3700, "battery_pct": 12.5}


def test_the_expected_command_says_what_a_reply_means():
    assert progressor("0004740e0000", expecting="battery").facts == BATTERY
    assert progressor("0004740e0000", expecting="device_id").facts == {"device_id": 3700}


@pytest.mark.parametrize(
    ("reply", "facts"),
    [
        ("0004740e0000", BATTERY),
        ("0007312e322e332e34", {"firmware": "1.2.3.4"}),
        ("000c000000000000803f000000c0", {"calibration": (0.0, 1.0, -2.0)}),
        ("000d00000000000000000000000000", {}),
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
    assert again.facts == BATTERY


def test_readings_between_command_and_answer_do_not_take_its_place():
    decoded = progressor(weights((1.0, 1)), "0004740e0000", expecting="device_id")
    assert decoded.facts == {"device_id": 3700}


def test_a_reset_forgets_the_pending_command():
    decoder = Decoder(PROFILES.get("tindeq-progressor"))
    decoder.expect("device_id")
    decoder.reset()
    frame = Frame(0.0, "data", bytes.fromhex("0004740e0000"))
    assert decoder.feed(frame).facts == BATTERY


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
        PROFILES.get("sig-force").parameters({"scale": "2"})


@pytest.mark.parametrize(
    ("mv", "pct"),
    [
        (3000, 0.0),
        (3270, 0.0),
        (3440, 2.5),
        (3610, 5.0),
        (3820, 45.0),
        (4200, 100.0),
        (5000, 100.0),
    ],
)
def test_a_voltage_is_told_in_percent_too(mv: int, pct: float):
    decoded = progressor("0004" + struct.pack("<I", mv).hex(), expecting="battery")
    assert decoded.facts == {"battery_mv": mv, "battery_pct": pytest.approx(pct)}


def board(*pounds: int) -> Decoded:
    rows = b"".join(reading.to_bytes(3, "big") for reading in pounds)
    data = len(pounds).to_bytes(2, "big") + rows
    return Decoder(PROFILES.get("pitchsix-force-board")).feed(Frame(0.0, "force", data))


@pytest.mark.parametrize("count", [0, 1, 5, 80, 300])
def test_a_count_of_rows_may_be_of_any_size(count: int):
    decoded = board(*range(count))
    assert list(decoded.force_n) == pytest.approx([4.4482216152605 * i for i in range(count)])
    assert decoded.error is None


def test_an_overload_is_told_beside_the_readings_that_are_kept():
    decoded = board(1099, 1100, 40000)
    assert (decoded.count, dict(decoded.facts)) == (2, {"overload": 1})
    assert decoded.error == "overflow"
    assert board(1099, 40000).facts == {}


def test_an_overload_on_the_display_is_told_and_the_load_kept():
    shown = bytes.fromhex("4f3033312e32304e3030302e3030524e4636350d")
    decoded = Decoder(PROFILES.get("linescale-3")).feed(Frame(0.0, "notify", shown))
    assert (list(decoded.force_n), decoded.facts["overload"]) == ([31200.0], 1)


def test_side_services_are_read_beside_the_readings():
    decoder = Decoder(PROFILES.get("pitchsix-force-board"))
    assert decoder.feed(Frame(0.0, "battery", b"\x37")).facts == {"battery_pct": 55}
    assert decoder.feed(Frame(0.0, "manufacturer", b"PitchSix")).facts == {
        "manufacturer": "PitchSix"
    }

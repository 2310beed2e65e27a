"""What is read of motion sensors: rows of vectors, payload modes, ranges, units and turned axes."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.devices.decoder import Decoder
from bandmate.devices.encoder import Encoder
from bandmate.devices.gauge import RowFormat
from bandmate.devices.layout import Field
from bandmate.devices.motion_rows import MotionRows
from bandmate.devices.params import Parameters, ParamValue
from bandmate.devices.registry import load_profiles
from bandmate.devices.writing import Writer
from bandmate.domain.samples import Decoded, Frame, Vector
from bandmate.errors import UsageError
from bandmate.units import MOTION_PER, STANDARD_GRAVITY_MS2

PROFILES = load_profiles()
STAMPED = (
    Field(name="tick", type="u32le"),
    Field(name="acc", type="f32le", count=3, unit="ms2", min=-50.0, max=50.0),
)
NAN = math.nan

raw_steps = st.integers(-(2**15), 2**15 - 1)
vectors_of_steps = st.tuples(raw_steps, raw_steps, raw_steps)
parts = st.floats(-1.0, 1.0, width=32)


def decoded(sensor: str, role: str, data: bytes, **given_params: ParamValue) -> Decoded:
    profile = PROFILES.get(sensor)
    return Decoder(profile, profile.parameters(given_params)).feed(Frame(0.0, role, data))


def rows(*samples: tuple[int, float, float, float]) -> Decoded:
    body = MotionRows(STAMPED, RowFormat.of(STAMPED), Parameters("it", {}))
    data = b"".join(struct.pack("<I3f", *sample) for sample in samples)
    return body.read(data, 0, len(data))


def test_every_row_is_a_sample_with_its_stamp():
    read = rows((10, 0.0, 0.5, 9.75), (20, -1.0, 2.0, -3.0))
    assert list(read.ticks) == [10, 20]
    assert read.motion == {"acc_ms2": [(0.0, 0.5, 9.75), (-1.0, 2.0, -3.0)]}
    assert (read.count, read.error) == (2, None)


@pytest.mark.parametrize(
    ("bad", "error"), [(NAN, "non_finite"), (math.inf, "non_finite"), (-50.5, "out_of_range")]
)
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_number_that_is_none_drops_its_sample_alone(bad: float, error: str, axis: int):
    x, y, z = (bad if i == axis else 0.0 for i in range(3))
    read = rows((10, 0.0, 0.0, 1.0), (20, x, y, z), (30, 0.0, 0.0, 3.0))
    assert list(read.ticks) == [10, 30]
    assert read.motion == {"acc_ms2": [(0.0, 0.0, 1.0), (0.0, 0.0, 3.0)]}
    assert read.error == error


def test_the_first_of_two_errors_is_told():
    read = rows((10, 60.0, 0.0, 0.0), (20, NAN, 0.0, 0.0))
    assert (read.count, read.error) == (0, "non_finite")


def test_stamps_that_step_back_spoil_the_frame():
    read = rows((20, 0.0, 0.0, 1.0), (10, 0.0, 0.0, 1.0))
    assert (read.count, read.error) == (0, "clock_regressed")


def test_a_counter_may_wrap_inside_a_frame():
    read = rows((2**32 - 5, 0.0, 0.0, 1.0), (5, 0.0, 0.0, 1.0))
    assert (list(read.ticks), read.error) == ([2**32 - 5, 5], None)


def test_a_payload_of_no_whole_rows_is_none():
    body = MotionRows(STAMPED, RowFormat.of(STAMPED), Parameters("it", {}))
    assert body.read(bytes(17), 0, 17).error == "length_not_multiple"
    assert body.whole(47) == 32


def test_the_payload_mode_says_what_a_frame_holds():
    payload = struct.pack("<I4f", 7, 0.5, -0.5, 0.25, 0.0)
    oriented = decoded("movella-dot", "short_payload", payload, mode=5)
    moved = decoded("movella-dot", "short_payload", payload, mode=6)
    assert oriented.motion == {"quat": [(0.5, -0.5, 0.25, 0.0)]}
    assert moved.motion == {"acc_ms2": [(0.5, -0.5, 0.25)]}
    assert oriented.ticks == moved.ticks == [7]


def test_on_a_channel_of_another_mode_its_first_kind_of_frame_counts():
    payload = struct.pack("<I4f", 7, 1.0, 0.0, 0.0, 0.0)
    assert decoded("movella-dot", "short_payload", payload, mode=21).motion.keys() == {"quat"}


@pytest.mark.parametrize(
    ("mode", "role"),
    [(5, "short_payload"), (6, "short_payload"), (21, "medium_payload"), (26, "long_payload")],
)
def test_a_virtual_sensor_sends_on_the_channel_of_its_mode(mode: int, role: str):
    profile = PROFILES.get("movella-dot")
    params = profile.parameters({"mode": mode})
    encoder = Encoder(profile, params)
    sent = Decoded(
        ticks=[33], motion={"acc_ms2": [(0.0, 0.5, 9.75)], "quat": [(1.0, 0.0, 0.0, 0.0)]}
    )
    (payload,) = encoder.encode(sent)
    read = Decoder(profile, params).feed(Frame(0.0, role, payload))
    assert encoder.role == role
    assert read.error is None
    assert all(
        read.motion[name] == sent.motion[name] for name in sent.motion if name in read.motion
    )


def test_a_mode_that_no_table_describes_is_refused():
    with pytest.raises(UsageError, match="mode cannot be '17'"):
        PROFILES.get("movella-dot").parameters({"mode": "17"})


@given(st.sampled_from([2, 4, 8, 16]), vectors_of_steps)
def test_a_step_of_acceleration_is_worth_what_the_range_says(
    range_g: int, steps: tuple[int, int, int]
):
    frame = b"\x03\x04" + struct.pack("<3h", *steps)
    read = decoded("mbientlab-metamotion", "notify", frame, range_g=range_g)
    wanted = [step * range_g / 32768 * STANDARD_GRAVITY_MS2 for step in steps]
    assert list(read.motion["acc_ms2"][0]) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("range_dps", "steps_per_dps"),
    [(125, 262.4), (250, 131.2), (500, 65.6), (1000, 32.8), (2000, 16.4)],
)
def test_a_step_of_turn_rate_is_worth_what_the_range_says(range_dps: int, steps_per_dps: float):
    frame = b"\x13\x05" + struct.pack("<3h", 8200, -8200, 0)
    read = decoded("mbientlab-metamotion", "notify", frame, range_dps=range_dps)
    wanted_rads = math.radians(8200 / steps_per_dps)
    assert list(read.motion["gyro_rads"][0]) == pytest.approx([wanted_rads, -wanted_rads, 0.0])


def test_packed_samples_stay_in_order():
    frame = b"\x03\x1c" + struct.pack("<9h", *range(9))
    read = decoded("mbientlab-metamotion", "notify", frame, range_g=16)
    lengths = [[round(x / STANDARD_GRAVITY_MS2 * 2048) for x in v] for v in read.motion["acc_ms2"]]
    assert lengths == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


@given(st.binary(min_size=2, max_size=40))
def test_what_other_modules_send_is_no_error_however_short(frame: bytes):
    read = decoded("mbientlab-metamotion", "notify", frame)
    if frame[:2] not in {b"\x03\x04", b"\x03\x1c", b"\x13\x05"}:
        assert read == Decoded()


@pytest.mark.parametrize("unit", ["g", "ms2"])
@given(st.tuples(parts, parts, parts))
def test_the_unit_of_a_sketch_is_the_parameters(unit: str, sent: Vector):
    read = decoded("arduino-nicla-dashboard", "acc", struct.pack("<3f", *sent), acc_unit=unit)
    assert list(read.motion["acc_ms2"][0]) == pytest.approx([x * MOTION_PER[unit] for x in sent])


def test_a_unit_of_another_quantity_is_refused():
    with pytest.raises(UsageError, match="gyro_unit cannot be 'g'"):
        PROFILES.get("arduino-nicla-dashboard").parameters({"gyro_unit": "g"})


@pytest.mark.parametrize(
    ("size", "count", "error"),
    [
        (0, 0, "short_frame"),
        (5, 0, "short_frame"),
        (6, 1, None),
        (7, 0, "length_mismatch"),
        (11, 0, "length_mismatch"),
        (12, 1, None),
        (13, 0, "length_mismatch"),
    ],
)
def test_frames_that_begin_alike_are_told_apart_by_their_size(
    size: int, count: int, error: str | None
):
    read = decoded("arduino-nicla-dashboard", "gyro", bytes(size))
    assert (read.count, read.error) == (count, error)


@given(st.tuples(parts, parts, parts, parts))
def test_a_quaternion_begins_with_its_real_part_whatever_the_wire_does(quat: Vector):
    w, x, y, z = quat
    turned = decoded("arduino-nicla-dashboard", "quaternion", struct.pack("<4f", x, y, z, w))
    plain = decoded("adafruit-accelerometer", "quaternion", struct.pack("<4f", w, x, y, z))
    assert turned.motion == plain.motion == {"quat": [quat]}


def test_a_virtual_sensor_writes_a_quaternion_in_the_order_of_its_wire():
    profile = PROFILES.get("arduino-nicla-dashboard")
    writer = Writer(profile.stream["quaternion"].frames[0].fields, 0, profile.parameters())
    written = writer.write(Decoded(motion={"quat": [(1.0, 0.5, -0.5, 0.25)]}))
    assert written == struct.pack("<4f", 0.5, -0.5, 0.25, 1.0)


def test_an_answer_among_samples_takes_nothing_from_them():
    sample = bytes.fromhex("5561000000040008000000200000000000200040")
    orientation = bytes.fromhex("55715100ff7f000000c000200000000000000000")
    read = decoded("witmotion-bwt901ble5", "data", sample + orientation + sample)
    assert len(read.motion["acc_ms2"]) == len(read.motion["gyro_rads"]) == read.count == 2
    assert len(read.motion["quat"]) == 1


@given(st.integers(1, 2**16 - 1), st.integers(1, 2**16 - 1))
def test_a_fuller_battery_never_tells_less(one: int, other: int):
    percents = [
        decoded(
            "witmotion-bwt901ble5",
            "data",
            bytes.fromhex("55716400") + struct.pack("<H", raw) + bytes(14),
        ).facts["battery_pct"]
        for raw in sorted([one, other])
    ]
    assert percents == sorted(percents)
    assert set(percents) <= {0, 5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 100}

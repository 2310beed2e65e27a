"""Codecs: what is encoded is decoded, fragments find each other, and no bytes do harm."""

import math
import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.devices.conformance import decode_all
from bandmate.devices.decoder import Decoder, joined
from bandmate.devices.encoder import Encoder
from bandmate.devices.params import ParamValue
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.devices.taxonomy import ErrorName
from bandmate.devices.traits import HostClock
from bandmate.devices.vectors import FrameVector
from bandmate.domain.samples import Decoded, Frame, Vector
from bandmate.errors import UsageError
from bandmate.units import MOTION_PER, NEWTON_PER, STANDARD_GRAVITY_MS2

PROFILES = load_profiles()
MOVESENSE = PROFILES.get("movesense-gsp")
H10 = PROFILES.get("polar-pmd-acc")
VERITY = PROFILES.get("polar-verity-sense")
BOARD = PROFILES.get("griptonite-motherboard")
CLIMBRO = PROFILES.get("climbro")
CODED = [MOVESENSE, H10, VERITY, BOARD, CLIMBRO]

RAW_IS_KG = "raw==kg, channels 2 and 3 inverted"
MG = MOTION_PER["mg"]
KG_N = NEWTON_PER["kg"]
PATHS = [str(path) for path in MOVESENSE.params["path"].choices]
TWO_PARTS = ["Meas/IMU9/104", "Meas/IMU6/104", "Meas/IMU9/208"]

QUANTITIES = {
    "Acc": ["acc_ms2"],
    "Gyro": ["gyro_rads"],
    "IMU6": ["acc_ms2", "gyro_rads"],
    "IMU9": ["acc_ms2", "gyro_rads", "mag_ut"],
}

# polarofficial/polar-ble-sdk AccDataTest.kt 'process acc compressed data type 0': what a sensor
# sent, 57 samples within 8 g.
REAL_FRAME = bytes.fromhex(
    "020094357700000000807107f06a9e8d0a38be5cbeba2f96b3ee4be5adfb42b9ebbe4cfeba2f92bfee4be4b1fb12"
    "b9ecbd3c3ebb2f8fd3de4be3b5f7d2b8edbd307e7b2f8be3ce8be2baf7a2b8eebc20be7b2f88f3cecbe1bdef52f8"
    "efbc18fe3b2f8403bfcbe0c2ef32b8f0bb044ebc2e8113af0be0c6eff2f7f1b9fc7dbc2e7d279f4bdfcaebc2f7f2"
    "b8eccd7c2e7b378f4bdecee392f7f3b8e00dfd2d774b7fcbddd2df6237f5b7d44dbd2d745b6fcbdcd7d73237f6b5"
    "c88d7d2d716b4f4bdcdcd3f236f7b4bcddfd2c6f7b3f4bdbe0cfd236f8b2b02dbe2c6c8f1fcbdae3c7a276f9"
)


def decoder_of(profile: Profile, **given_params: ParamValue) -> Decoder:
    return Decoder(profile, profile.parameters(given_params))


def encoder_of(profile: Profile, **given_params: ParamValue) -> Encoder:
    return Encoder(profile, profile.parameters(given_params))


def feed(decoder: Decoder, role: str, *frames: bytes) -> Decoded:
    return joined([decoder.feed(Frame(0.0, role, data)) for data in frames], None)


@st.composite
def vectors(draw: st.DrawFn, most: float, count: int) -> list[Vector]:
    """A few vectors, over and over."""
    number = st.floats(-most, most)
    few = draw(st.lists(st.tuples(number, number, number), min_size=1, max_size=4))
    return [few[i % len(few)] for i in range(count)]


def assert_near(read: Sequence[Vector], sent: Sequence[Vector], most: float) -> None:
    for one, other in zip(read, sent, strict=True):
        assert one == pytest.approx(other, rel=1e-6, abs=most)


def cut(frames: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.tuples(frames, st.integers(0, 300)).map(lambda drawn: drawn[0][: drawn[1]])


def plain_frame(stamp_ns: int, *mg: tuple[int, int, int]) -> bytes:
    return struct.pack("<BQB", 2, stamp_ns, 1) + b"".join(struct.pack("<3h", *axes) for axes in mg)


# What is encoded is decoded.


@given(data=st.data(), path=st.sampled_from(PATHS), first=st.integers(0, 2**32 - 1))
def test_movesense_frames_come_back_as_they_were_sent(data: st.DataObject, path: str, first: int):
    encoder = encoder_of(MOVESENSE, path=path)
    count = data.draw(st.integers(encoder.samples_least, encoder.samples_most))
    motion = {name: data.draw(vectors(100.0, count)) for name in QUANTITIES[path.split("/")[1]]}
    frames = encoder.encode(Decoded((), [first] * count, motion))
    decoded = feed(decoder_of(MOVESENSE, path=path), "notify", *frames)
    assert decoded.error is None
    assert decoded.motion.keys() == motion.keys()
    for name, sent in motion.items():
        assert_near(decoded.motion[name], sent, 1e-5)
    step_ms = 1000.0 / int(path.split("/")[2])
    assert decoded.ticks == pytest.approx([(first + i * step_ms) % 2**32 for i in range(count)])


@pytest.mark.parametrize("profile", [H10, VERITY], ids=lambda p: p.device.id)
@given(data=st.data(), last_ns=st.integers(10**9, 2**63))
def test_polar_frames_come_back_within_half_a_milli_g(
    profile: Profile, data: st.DataObject, last_ns: int
):
    encoder = Encoder(profile)
    count = data.draw(st.integers(1, encoder.samples_most))
    most_ms2 = profile.limits.acc_range_ms2 or 0.0
    sent = data.draw(vectors(0.999 * most_ms2, count))
    rate_hz = profile.limits.rate_hz or 0.0
    ticks = [last_ns - round((count - 1 - i) * 1e9 / rate_hz) for i in range(count)]
    (frame,) = encoder.encode(Decoded((), ticks, {"acc_ms2": sent}))
    decoded = feed(Decoder(profile), "data", frame)
    assert decoded.error is None
    assert_near(decoded.motion["acc_ms2"], sent, MG / 2 * (1 + 1e-6))
    assert list(decoded.ticks) == ticks


@given(force_n=st.floats(-5000.0, 5000.0), tick=st.integers(0, 2**16 - 1))
def test_motherboard_lines_come_back_within_a_count(force_n: float, tick: int):
    encoder, decoder = Encoder(BOARD), Decoder(BOARD)
    feed(decoder, "nus_rx", *(answer for _, answer in encoder.reply("calibration", {})))
    decoded = feed(decoder, "nus_rx", *encoder.encode(Decoded([force_n], [tick])))
    assert decoded.force_n == pytest.approx([force_n], abs=KG_N / 10_000 / 2 * 1.001)
    assert (list(decoded.ticks), decoded.error) == ([tick], None)


@given(force_n=st.floats(-5000.0, 5000.0))
def test_motherboard_lines_come_back_within_a_kilogram_where_a_count_is_one(force_n: float):
    frames = encoder_of(BOARD, calibration=RAW_IS_KG).encode(Decoded([force_n], [1]))
    decoded = feed(decoder_of(BOARD, calibration=RAW_IS_KG), "nus_rx", *frames)
    assert decoded.force_n == pytest.approx([force_n], abs=KG_N / 2 * 1.001)


@given(
    force_n=st.lists(st.floats(0.0, 2343.0), min_size=1, max_size=19),
    battery_pct=st.floats(0.0, 100.0),
)
def test_climbro_bytes_come_back_within_half_a_kilogram(force_n: list[float], battery_pct: float):
    told = Decoded(force_n, facts={"battery_pct": battery_pct})
    decoded = feed(Decoder(CLIMBRO), "uart", *Encoder(CLIMBRO).encode(told))
    assert decoded.force_n == pytest.approx(force_n, abs=KG_N / 2 * 1.001)
    assert decoded.facts["battery_pct"] == pytest.approx(battery_pct, abs=0.5)
    assert decoded.error is None


@pytest.mark.parametrize("profile", CODED, ids=lambda p: p.device.id)
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_not_encoded(profile: Profile, bad: float):
    encoder = Encoder(profile)
    motion = {} if profile.device.kind == "force" else {"acc_ms2": [(0.0, bad, 0.0)]}
    force_n = [] if motion else [bad]
    with pytest.raises(ValueError, match="finite"):
        encoder.encode(Decoded(force_n, [0], motion))


# No bytes do harm.


@pytest.mark.parametrize("profile", CODED, ids=lambda p: p.device.id)
@given(data=st.data())
def test_random_cut_doubled_and_split_bytes_never_raise(profile: Profile, data: st.DataObject):
    decoder = Decoder(profile)
    known = [
        payload
        for vector in profile.vectors
        if isinstance(vector, FrameVector) and vector.on == profile.main_role
        for payload in vector.payloads
    ]
    whole = st.sampled_from(known)
    chunk = st.one_of(whole, cut(whole), st.tuples(cut(whole), st.binary()).map(b"".join))
    chunks = data.draw(st.lists(chunk, max_size=12))
    for role in profile.stream:
        for chunk in chunks:
            decoded = decoder.feed(Frame(0.0, role, chunk))
            numbers = [*decoded.force_n, *decoded.ticks]
            numbers += [x for found in decoded.motion.values() for vector in found for x in vector]
            assert all(map(math.isfinite, numbers))
            assert len(decoded.ticks) == (
                0 if isinstance(profile.clock, HostClock) else decoded.count
            )
            assert {len(found) for found in decoded.motion.values()} <= {decoded.count}
            assert decoded.error in {None, *get_args(ErrorName)}


@given(data=st.data(), chunks=st.lists(st.binary(min_size=1, max_size=30), max_size=20))
def test_lines_are_read_alike_however_they_are_split(data: st.DataObject, chunks: list[bytes]):
    line = Encoder(BOARD).encode(Decoded([100.0], [7]))[0]
    stream = b"".join(chunk + b"\n" + line for chunk in chunks) + b"\n"
    at = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    parts = [stream[a:b] for a, b in pairwise([0, *at, len(stream)])]
    whole = feed(decoder_of(BOARD, calibration=RAW_IS_KG), "nus_rx", stream)
    split = feed(decoder_of(BOARD, calibration=RAW_IS_KG), "nus_rx", *parts)
    assert list(split.force_n) == list(whole.force_n)
    assert (split.facts, split.error) == (whole.facts, whole.error)
    assert len(whole.ticks) >= len(chunks)


@given(stream=st.binary(max_size=60), data=st.data())
def test_climbro_bytes_are_read_alike_however_they_are_split(stream: bytes, data: st.DataObject):
    at = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    parts = [stream[a:b] for a, b in pairwise([0, *at, len(stream)])]
    whole, split = feed(Decoder(CLIMBRO), "uart", stream), feed(Decoder(CLIMBRO), "uart", *parts)
    assert list(split.force_n) == list(whole.force_n)
    assert (split.facts, split.error) == (whole.facts, whole.error)


def test_a_line_without_an_end_is_dropped_and_the_next_one_read():
    decoder = decoder_of(BOARD, calibration=RAW_IS_KG)
    for _ in range(1000):
        feed(decoder, "nus_rx", b"0" * 200)
        assert not decoder.pending("nus_rx")
    line = encoder_of(BOARD, calibration=RAW_IS_KG).encode(Decoded([KG_N], [1]))[0]
    assert feed(decoder, "nus_rx", b"\n", line).force_n == pytest.approx([KG_N])


# Fragments.


@pytest.mark.parametrize("path", TWO_PARTS)
@pytest.mark.parametrize(
    ("lost", "error"),
    [
        (0, "orphan_fragment"),
        (1, "truncated"),
        (2, "orphan_fragment"),
        (3, "truncated"),
        (4, "orphan_fragment"),
        (5, None),  # nothing comes behind it that would show it
    ],
)
def test_a_lost_notification_costs_its_own_frame_alone(path: str, lost: int, error: str | None):
    encoder = encoder_of(MOVESENSE, path=path)
    frames: list[list[bytes]] = []
    for number in range(3):
        values = [(float(number), float(i), 0.5) for i in range(encoder.samples_most)]
        motion = dict.fromkeys(QUANTITIES[path.split("/")[1]], values)
        frames.append(encoder.encode(Decoded((), [1000 * number], motion)))
    parts = [part for frame in frames for part in frame]
    assert len(parts) == 6
    del parts[lost], frames[lost // 2]
    decoded = feed(decoder_of(MOVESENSE, path=path), "notify", *parts)
    kept = feed(decoder_of(MOVESENSE, path=path), "notify", *(p for frame in frames for p in frame))
    assert (decoded.motion, decoded.ticks, decoded.error) == (kept.motion, kept.ticks, error)


def test_a_first_part_that_waits_is_forgotten_with_the_connection():
    encoder = encoder_of(MOVESENSE, path="Meas/IMU9/104")
    first, rest = encoder.encode(Decoded((), [0], {"acc_ms2": [(1.0, 2.0, 3.0)] * 8}))
    decoder = decoder_of(MOVESENSE, path="Meas/IMU9/104")
    feed(decoder, "notify", first)
    assert decoder.pending("notify")
    decoder.reset()
    assert not decoder.pending("notify")
    assert feed(decoder, "notify", rest).error == "orphan_fragment"


def test_a_cut_second_part_is_never_read_as_a_shorter_frame():
    encoder = encoder_of(MOVESENSE, path="Meas/IMU9/104")
    numbered = [(float(i), 0.0, 0.0) for i in range(8)]
    first, rest = encoder.encode(Decoded((), [0], {"acc_ms2": numbered, "mag_ut": numbered}))
    for size in range(2, len(rest)):
        decoded = feed(decoder_of(MOVESENSE, path="Meas/IMU9/104"), "notify", first, rest[:size])
        assert decoded.error == "truncated"
        whole = max(0, (150 + size - 2 - 4) // 12 - 16)
        assert list(decoded.motion.get("mag_ut", ())) == numbered[:whole]
        assert list(decoded.motion.get("acc_ms2", ())) == numbered[:whole]


def test_the_codec_alone_tells_a_marker_that_waits():
    decoder = Decoder(CLIMBRO)
    feed(decoder, "uart", b"\xf5")
    assert decoder.pending("uart")
    assert feed(decoder, "uart", b"\x0a").force_n == pytest.approx([10 * KG_N])
    decoder.reset()
    assert feed(decoder, "uart", b"\x0a").error == "resync"


# What is known of a single sensor.


def test_a_slash_before_a_path_makes_no_difference():
    params = MOVESENSE.parameters({"path": "/Meas/IMU9/104"})
    assert params.get("path") == "Meas/IMU9/104"
    assert MOVESENSE.rate_hz(params) == 104.0
    with pytest.raises(UsageError, match="path"):
        MOVESENSE.parameters({"path": "/Meas/ECG/200"})


def test_raw_counts_are_no_weight_until_the_board_has_told_its_table():
    encoder, decoder = Encoder(BOARD), Decoder(BOARD)
    (line,) = encoder.encode(Decoded([3 * KG_N], [1]))
    decoded = feed(decoder, "nus_rx", line)
    assert (decoded.count, decoded.error) == (0, None)
    assert decoded.facts["raw_i24"] == (10_000, -10_000, -10_000)
    feed(decoder, "nus_rx", *(answer for _, answer in encoder.reply("calibration", {})))
    decoder.reset()
    assert feed(decoder, "nus_rx", line).force_n == pytest.approx([3 * KG_N])


def test_a_learnt_table_is_kept_as_a_parameter_that_can_be_given_again():
    params = BOARD.parameters()
    decoder, encoder = Decoder(BOARD, params), Encoder(BOARD)
    feed(decoder, "nus_rx", *(answer for _, answer in encoder.reply("calibration", {})))
    table = params.get("calibration")
    assert isinstance(table, str)
    (line,) = encoder.encode(Decoded([3 * KG_N], [1]))
    assert feed(decoder_of(BOARD, calibration=table), "nus_rx", line) == feed(
        decoder, "nus_rx", line
    )


@pytest.mark.parametrize("table", ["", "0,0,0.0,0;0,1,1.0,1000", "0,0,5.0,0;0,1,1.0,1000", "x;y"])
def test_a_table_that_lacks_a_channel_or_does_not_rise_weighs_nothing(table: str):
    line = Encoder(BOARD).encode(Decoded([3 * KG_N], [1]))[0]
    assert feed(decoder_of(BOARD, calibration=table), "nus_rx", line).count == 0


def test_a_real_frame_of_differences_is_read_to_its_end():
    decoder = decoder_of(H10, factor=2.44e-4, prev_t_ns=100)
    decoded = feed(decoder, "data", REAL_FRAME)
    assert (decoded.count, decoded.error) == (57, None)
    assert decoded.ticks[0] == round(100 + (2e9 - 100) / 57)
    assert decoded.ticks[-1] == 2_000_000_000
    assert all(abs(x) <= 8 * STANDARD_GRAVITY_MS2 for v in decoded.motion["acc_ms2"] for x in v)


def test_the_answer_to_the_start_tells_what_a_step_is_worth():
    decoder = Decoder(H10)
    frame = struct.pack("<BQB3h", 2, 10**9, 0x80, 1000, 0, -1000)
    answer = "f0020200000001640001011000020104000501" + struct.pack("<f", 0.5).hex()
    assert feed(decoder, "control", bytes.fromhex(answer)).facts["factor"] == 0.5
    decoder.reset()
    (axes,) = feed(decoder, "data", frame).motion["acc_ms2"]
    assert axes == pytest.approx((500_000 * MG, 0.0, -500_000 * MG))


@pytest.mark.parametrize(
    "answer",
    [
        "f00202070005010000003f",  # refused
        "f00102000005010000003f",  # settings
        "f00200000005010000003f",  # another measurement
        "f0020200000501000000",  # cut
        "f00202000005010000c07f",  # NaN
        "f0020200000501000000bf",  # below 0
        "f0020200000a010000003f",  # an unknown setting
    ],
)
def test_no_other_answer_changes_what_a_step_is_worth(answer: str):
    decoder = Decoder(VERITY)
    before = decoder.params.number("factor")
    assert "factor" not in feed(decoder, "control", bytes.fromhex(answer)).facts
    assert decoder.params.number("factor") == before


def test_frames_that_follow_each_other_are_spread_between_their_stamps():
    decoder = Decoder(H10)
    one = feed(decoder, "data", plain_frame(10**9, (0, 0, 1000), (0, 0, 1001)))
    two = feed(decoder, "data", plain_frame(10**9 + 30, *[(0, 0, i) for i in range(3)]))
    assert list(one.ticks) == [990_000_000, 10**9]
    assert list(two.ticks) == [10**9 + 10, 10**9 + 20, 10**9 + 30]
    decoder.reset()
    new = feed(decoder, "data", plain_frame(20, (0, 0, 1000)))
    assert (list(new.ticks), new.error) == ([20], None)


def test_a_clock_that_was_set_back_costs_one_frame():
    decoder = Decoder(H10)
    feed(decoder, "data", plain_frame(10**12, (0, 0, 1000)))
    back = feed(decoder, "data", plain_frame(10**9, (0, 0, 1000)))
    assert (back.count, back.error) == (0, "clock_regressed")
    on = feed(decoder, "data", plain_frame(10**9 + 5, (0, 0, 1000)))
    assert (list(on.ticks), on.error) == ([10**9 + 5], None)


@pytest.mark.parametrize("profile", CODED, ids=lambda p: p.device.id)
def test_every_answer_that_a_virtual_sensor_gives_is_understood(profile: Profile):
    encoder = Encoder(profile)
    for command, known in profile.commands.given().items():
        answers = encoder.reply(command, {})
        assert bool(answers) == bool(known.reply)
        for role, answer in answers:
            decoded = decode_all(Decoder(profile), [Frame(0.0, role, answer)])[0]
            assert decoded.error is None
        if known.reply and known.reply.tag:
            assert answers[0][1].startswith(bytes.fromhex(known.reply.tag))

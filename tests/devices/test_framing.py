"""How frames are cut out of what arrives: however it is split, and whatever stands between."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.devices.decoder import Decoder
from bandmate.devices.framing import Framer, new_framer, sum_check, sum_of
from bandmate.devices.layout import Checksum, EndFraming, SyncFraming
from bandmate.devices.params import Param, Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.devices.vectors import Notify
from bandmate.domain.samples import Frame

NO_PARAMS = Parameters("it", {})

MOST = 32
LINES = EndFraming(byte="0a", max=MOST, strip="0d")
OF_8 = EndFraming(byte="0d", size=8)
SUM8 = Checksum(kind="sum8")
SYNCED = SyncFraming(byte="55", second=("61", "71"), size=7, size_by={"71": 5})

EVERY = {"lines": (LINES, None), "end": (OF_8, None), "sync": (SYNCED, SUM8)}
every_framing = pytest.mark.parametrize("kind", EVERY)


def framer(kind: str) -> Framer:
    layout, checksum = EVERY[kind]
    return new_framer(layout, checksum, NO_PARAMS)


def cut_all(framer: Framer, parts: Sequence[bytes]) -> tuple[list[bytes], list[str]]:
    """All frames, in order, and all errors of these notifications."""
    frames: list[bytes] = []
    errors: list[str] = []
    for part in parts:
        whole, error = framer.cut(part)
        frames += whole
        errors += [error] if error else []
    return frames, errors


def synced(second: int, payload: bytes) -> bytes:
    body = bytes([0x55, second]) + payload
    return body + sum_of(SUM8, body)


def without(missing: bytes, least: int = 0, most: int = 20) -> st.SearchStrategy[bytes]:
    """Bytes of which none is among `missing`."""
    instead = bytes.maketrans(missing, b"!" * len(missing))
    return st.binary(min_size=least, max_size=most).map(lambda data: data.translate(instead))


def too_long(byte: int, size: int) -> bytes:
    return bytes([byte]) * size + b"\n"


lines = without(b"\r\n", least=1, most=MOST - 2)
ended = without(b"\r", least=7, most=7).map(lambda body: body + b"\r")
synced_frames = st.one_of(
    st.binary(min_size=4, max_size=4).map(lambda payload: synced(0x61, payload)),
    st.binary(min_size=2, max_size=2).map(lambda payload: synced(0x71, payload)),
)
GOOD = {"lines": lines, "end": ended, "sync": synced_frames}
AFTER = {"lines": b"\r\n", "end": b"", "sync": b""}
GARBAGE = {
    "lines": st.builds(too_long, st.sampled_from([0x00, 0x20, 0xFF]), st.integers(MOST, 100)),
    "end": without(b"\r", least=1, most=40),
    "sync": without(b"\x55", least=1, most=40),
}


@st.composite
def split(draw: st.DrawFn, stream: bytes) -> list[bytes]:
    """The stream as notifications, some of them empty."""
    cuts = draw(st.lists(st.integers(0, len(stream)), max_size=12).map(sorted))
    return [stream[a:b] for a, b in itertools.pairwise([0, *cuts, len(stream)])]


@every_framing
@given(data=st.data())
def test_good_frames_arrive_whole_however_they_are_split(kind: str, data: st.DataObject):
    frames = data.draw(st.lists(GOOD[kind], max_size=6))
    stream = b"".join(frame + AFTER[kind] for frame in frames)
    parts = data.draw(split(stream))
    assert cut_all(framer(kind), parts) == (frames, [])


@every_framing
@given(data=st.data())
def test_no_frame_behind_garbage_is_lost(kind: str, data: st.DataObject):
    frames = data.draw(st.lists(GOOD[kind], min_size=1, max_size=5))
    noise = [data.draw(GARBAGE[kind]) for _ in frames]
    stream = b"".join(bad + frame + AFTER[kind] for bad, frame in zip(noise, frames, strict=True))
    found, errors = cut_all(framer(kind), data.draw(split(stream)))
    assert found == frames
    assert errors


@every_framing
@given(parts=st.lists(st.binary(max_size=60), max_size=30), data=st.data())
def test_what_waits_is_bounded_and_no_bytes_raise(
    kind: str, parts: list[bytes], data: st.DataObject
):
    signs = st.sampled_from([b"\x55", b"\x55\x61", b"\r", b"\n", b"\x55\x71\x00"])
    cutter = framer(kind)
    for part in parts:
        cutter.cut(part + data.draw(signs))
        assert len(vars(cutter)["_waiting"]) < MOST


@every_framing
@given(data=st.data())
def test_after_a_reset_nothing_is_left_of_what_was(kind: str, data: st.DataObject):
    cutter, frame = framer(kind), data.draw(GOOD[kind])
    cutter.cut(frame[: data.draw(st.integers(0, len(frame) - 1))])
    cutter.reset()
    assert not cutter.pending
    assert cutter.cut(frame + AFTER[kind]) == ([frame], None)


@every_framing
def test_the_start_of_a_frame_is_pending(kind: str):
    starts = {"lines": b"1,2", "end": b"abc", "sync": b"\x55\x61\x00"}
    cutter = framer(kind)
    assert not cutter.pending
    cutter.cut(starts[kind])
    assert cutter.pending


def test_a_line_that_never_ends_is_dropped_and_the_next_one_read():
    cutter = framer("lines")
    assert cutter.cut(b"x" * MOST) == ([], "buffer_overrun")
    assert cutter.cut(b"x" * 1000) == ([], None)
    assert cutter.cut(b"tail\ngood\n") == ([b"good"], None)


def test_a_line_is_as_long_as_may_wait_less_one():
    assert framer("lines").cut(b"x" * (MOST - 1) + b"\n") == ([b"x" * (MOST - 1)], None)
    assert framer("lines").cut(b"x" * MOST + b"\n") == ([], "buffer_overrun")


def test_empty_lines_are_none():
    assert framer("lines").cut(b"\n\r\na\r\n\n") == ([b"a"], None)


def test_how_long_a_line_may_be_is_a_parameter():
    params = Parameters("it", {"most": Param(text="bytes", type="integer", default=16)})
    cutter = new_framer(EndFraming(byte="0a", max="most"), None, params)
    assert cutter.cut(b"0123456789abcdef\n0123456789abcde\n") == (
        [b"0123456789abcde"],
        "buffer_overrun",
    )


def test_the_tail_of_a_frame_costs_nothing_but_itself():
    assert framer("end").cut(b"ail\rabcdefg\r") == ([b"abcdefg\r"], "resync")


def test_a_frame_without_its_end_is_told_once():
    cutter = framer("end")
    assert cutter.cut(b"abcdefgX") == ([], "bad_end")
    assert not cutter.pending
    assert cutter.cut(b"") == ([], None)
    assert cutter.cut(b"abcdefg\r") == ([b"abcdefg\r"], None)
    assert cutter.cut(b"abcdefg\r") == ([b"abcdefg\r"], None)


def test_each_frame_without_its_end_is_told():
    cutter = framer("end")
    assert [cutter.cut(b"abcdefgX") for _ in range(3)] == [([], "bad_end")] * 3


def test_a_frame_that_began_in_what_was_told_is_read():
    cutter = framer("end")
    assert cutter.cut(b"??abcdef") == ([], "bad_end")
    assert cutter.cut(b"g\r") == ([b"abcdefg\r"], None)


def test_a_broken_sum_is_told_once():
    good, broken = synced(0x61, b"\x55\x61\x01\x02"), b"\x55\x61\x55\x61\x01\x02\x00"
    cutter = framer("sync")
    assert cutter.cut(broken) == ([], "checksum")
    assert cutter.cut(good) == ([good], None)


def test_a_frame_inside_a_broken_one_is_found():
    inner = synced(0x71, b"\x01\x02")
    assert framer("sync").cut(b"\x55\x61" + inner) == ([inner], "checksum")


def test_noise_that_begins_like_a_frame_costs_nothing_but_itself():
    good = synced(0x61, bytes(4))
    assert framer("sync").cut(b"\x55\x55\x62\x55" + good) == ([good], "resync")


def test_without_a_sum_every_beginning_is_a_frame():
    cutter = new_framer(SyncFraming(byte="55", size=3), None, NO_PARAMS)
    assert cutter.cut(b"\x55\x55\x01\x55") == ([b"\x55\x55\x01"], None)
    assert cutter.cut(b"\x02\x03") == ([b"\x55\x02\x03"], None)


def test_a_lone_sync_byte_waits_for_the_byte_behind_it():
    good = synced(0x71, b"\x01\x02")
    cutter = framer("sync")
    assert cutter.cut(good[:1]) == ([], None)
    assert cutter.cut(good[1:]) == ([good], None)


@pytest.mark.parametrize(
    ("checksum", "frame", "is_right"),
    [
        (SUM8, "05aa000000af", True),
        (SUM8, "05aa000000ae", False),
        (SUM8, "", False),
        (Checksum(kind="sum_dec2_ascii", at=3), "6162633934ff", True),
        (Checksum(kind="sum_dec2_ascii", at=3), "6162633935ff", False),
        (Checksum(kind="sum_dec2_ascii", at=3), "61626339", False),
        (Checksum(kind="sum_dec2_ascii"), "013031", True),
    ],
)
def test_a_sum_stands_at_its_place_or_at_the_end(checksum: Checksum, frame: str, is_right: bool):
    assert sum_check(checksum)(bytes.fromhex(frame)) is is_right


PROFILES = load_profiles()


def force_n(profile: Profile, parts: Sequence[bytes]) -> list[float]:
    """All readings of these notifications, none of which has a fault."""
    decoder = Decoder(profile)
    fed = [decoder.feed(Frame(0.0, profile.main_role, part)) for part in parts]
    assert [decoded.error for decoded in fed if decoded.error] == []
    return [reading for decoded in fed for reading in decoded.force_n]


@pytest.mark.parametrize("profile_id", ["linescale-3", "cts500", "rock-exotica-enforcer"])
@given(data=st.data())
def test_good_frames_of_a_sensor_read_the_same_however_they_are_split(
    profile_id: str, data: st.DataObject
):
    profile = PROFILES.get(profile_id)
    good = [
        b"".join(vector.payloads)
        for vector in profile.vectors
        if isinstance(vector, Notify) and vector.on == profile.main_role and not vector.params
    ]
    parts = data.draw(st.lists(st.sampled_from(good), min_size=1, max_size=4))
    whole = [reading for part in parts for reading in force_n(profile, [part])]
    assert force_n(profile, data.draw(split(b"".join(parts)))) == whole

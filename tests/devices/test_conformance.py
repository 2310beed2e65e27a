"""The laws every shipped profile keeps; a new profile is picked up by being there."""

import math

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandmate.devices.command import Command, Commands, Step
from bandmate.devices.conformance import check
from bandmate.devices.decoder import Decoder, joined
from bandmate.devices.encoder import Encoder
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.devices.rules import clashes, faults, refusals
from bandmate.devices.traits import DeviceClock
from bandmate.devices.vectors import FrameVector, Malformed, Response
from bandmate.domain.samples import Decoded, FactValue, Frame
from bandmate.sim.packets import Packets
from devices.examples import given as examples
from devices.examples import unloaded

PROFILES = list(load_profiles())
MOVING = [profile for profile in PROFILES if profile.device.kind in {"force", "imu"}]
FRAMED = [profile for profile in MOVING if profile.stream[profile.main_role].framing]

A_FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""There are many profiles, and the fuzzers go deeper."""

every_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.device.id)
every_moving = pytest.mark.parametrize("profile", MOVING, ids=lambda p: p.device.id)
every_framed = pytest.mark.parametrize("profile", FRAMED, ids=lambda p: p.device.id)


def assert_sound(decoded: Decoded) -> None:
    """Finite numbers, and as many of each as of the others."""
    vectors = [vector for one in decoded.motion.values() for vector in one]
    assert all(map(math.isfinite, [*decoded.force_n, *(x for vector in vectors for x in vector)]))
    lengths = {decoded.count, *map(len, decoded.motion.values())}
    assert len(lengths) == 1
    assert len(decoded.ticks) in {0, decoded.count}


def good_frames(profile: Profile) -> list[tuple[Parameters, Frame]]:
    """The frames of the vectors that stand alone and hold no fault, with their parameters."""
    return [
        (params_of(profile, vector), frame_of(profile, vector.on, vector.payloads[0]))
        for vector in profile.vectors
        if isinstance(vector, FrameVector) and not isinstance(vector, Malformed)
        if len(vector.payloads) == 1
    ]


def params_of(profile: Profile, vector: FrameVector | Response) -> Parameters:
    return profile.parameters(vector.params, complete=False)


def frame_of(profile: Profile, role: str, data: bytes) -> Frame:
    return Frame(0.0, role, data, profile.stream[role].company)


def stands_alone(profile: Profile, frame: Frame) -> bool:
    """Whether each notification is a frame, and its size tells nothing but its samples."""
    stream = profile.stream[frame.role]
    kinds = [(layout.tag, layout.mode) for layout in stream.frames]
    return not (stream.codec or stream.csv or stream.framing) and len(set(kinds)) == len(kinds)


def plain(decoded: Decoded) -> tuple[object, ...]:
    """The same, to be compared."""
    motion = {name: tuple(map(tuple, vectors)) for name, vectors in decoded.motion.items()}
    return (tuple(decoded.force_n), tuple(decoded.ticks), motion, decoded.facts, decoded.error)


@every_profile
def test_tables_agree_and_vectors_hold(profile: Profile):
    assert [str(problem) for problem in check(profile)] == []


def test_no_advertisement_fits_two_profiles():
    assert clashes(PROFILES) == []


def test_vector_ids_are_unique_over_all_profiles():
    ids = [vector.id for profile in PROFILES for vector in profile.vectors]
    assert sorted(id_ for id_ in set(ids) if ids.count(id_) > 1) == []


@every_profile
def test_a_frame_cut_anywhere_keeps_whole_readings_and_says_so(profile: Profile):
    for params, frame in good_frames(profile):
        whole = Decoder(profile, params).feed(frame)
        for size in range(len(frame.data)) if whole.error is None else ():
            decoder = Decoder(profile, params)
            cut = decoder.feed(frame_of(profile, frame.role, frame.data[:size]))
            assert_sound(cut)
            if stands_alone(profile, frame):
                assert list(cut.force_n) == list(whole.force_n)[: cut.count]
                for name, vectors in cut.motion.items():
                    assert list(vectors) == list(whole.motion[name])[: cut.count]
                assert cut.error or cut.count == whole.count


@every_profile
def test_a_framed_frame_that_was_cut_waits_for_its_rest(profile: Profile):
    for params, frame in good_frames(profile):
        whole = Decoder(profile, params).feed(frame)
        if not profile.stream[frame.role].framing or whole.error:
            continue
        for size in range(1, len(frame.data)):
            decoder = Decoder(profile, params)
            parts = [frame.data[:size], frame.data[size:]]
            fed = [decoder.feed(frame_of(profile, frame.role, part)) for part in parts]
            assert plain(joined(fed, None)) == plain(whole)


@every_profile
def test_a_frame_fed_twice_reads_the_same_twice(profile: Profile):
    for params, frame in good_frames(profile):
        decoder = Decoder(profile, params)
        first = decoder.feed(frame)
        if not decoder.pending(frame.role):
            assert plain(decoder.feed(frame)) == plain(first)


@every_profile
@A_FEW
@given(data=st.data())
def test_random_bytes_never_raise(profile: Profile, data: st.DataObject):
    decoder = Decoder(profile, examples(profile))
    commands = st.sampled_from(["", *profile.commands.given()])
    for role, stream in profile.stream.items():
        tags = st.sampled_from([b"", *(bytes.fromhex(frame.tag) for frame in stream.frames)])
        payloads = st.builds(bytes.__add__, tags, st.binary(max_size=300))
        companies = st.sampled_from([stream.company, None, 76])
        sent = st.lists(st.tuples(commands, payloads, companies), max_size=3)
        for command, payload, company in data.draw(sent):
            if command:
                decoder.expect(command)
            assert_sound(decoder.feed(Frame(0.0, role, payload, company)))


def readings(profile: Profile, params: Parameters, count: int, data: st.DataObject) -> Decoded:
    """Samples within the sensor's range, evenly stamped where it stamps."""
    rate_hz = profile.rate_hz(params) or 1.0
    tick_s = Decoder(profile, params).tick_s(rate_hz)
    ticks: list[int] = []
    if isinstance(profile.clock, DeviceClock) and tick_s:
        first = data.draw(st.integers(0, 2**profile.clock.bits - 1), label="first")
        ticks = [first + round(i / rate_hz / tick_s) for i in range(count)]
    if profile.device.kind == "force":
        most_n = min(profile.limits.max_n or 0.0, 1e5)
        force_n = data.draw(floats(-most_n if shows_push(profile) else 0.0, most_n, count))
        return Decoded([x for (x,) in force_n], ticks)
    limits = profile.limits
    acc, gyro = limits.acc_range_ms2 or 0.0, limits.gyro_range_rads or 1.0
    drawn = {"acc_ms2": acc, "gyro_rads": gyro, "mag_ut": 50.0, "angle_deg": 90.0}
    motion = {
        name: data.draw(floats(-most, most, count, 3), label=name) for name, most in drawn.items()
    }
    motion["quat"] = data.draw(floats(-1.0, 1.0, count, 4), label="quat")
    return Decoded(ticks=ticks, motion=motion)


def floats(
    low: float, high: float, count: int, axes: int = 1
) -> st.SearchStrategy[list[tuple[float, ...]]]:
    axis = st.floats(low * 0.999, high * 0.999)
    return st.lists(st.tuples(*[axis] * axes), min_size=count, max_size=count)


def shows_push(profile: Profile) -> bool:
    """Whether the wire has room for less than nothing."""
    encoder, decoder = Encoder(profile, unloaded(profile)), taught(profile)
    least, most_n = encoder.samples_least, profile.limits.max_n or 0.0
    frames = encoder.encode(Decoded([-most_n / 2.0] * least, range(least)))
    fed = [decoder.feed(frame_of(profile, encoder.role, frame)) for frame in frames]
    return joined(fed, None).force_n[0] < 0.0


def taught(profile: Profile) -> Decoder:
    """A decoder of a sensor that was asked for its own table, where it has one."""
    decoder = Decoder(profile, unloaded(profile))
    if profile.commands.calibration:
        for sent in Encoder(profile, unloaded(profile)).reply("calibration", {}):
            decoder.feed(frame_of(profile, *sent))
    return decoder


@every_moving
@A_FEW
@given(data=st.data())
def test_what_is_encoded_is_decoded_within_a_step(profile: Profile, data: st.DataObject):
    params = unloaded(profile)
    encoder, decoder = Encoder(profile, params), taught(profile)
    count = data.draw(st.integers(encoder.samples_least, encoder.samples_most), label="count")
    sent = readings(profile, params, count, data)
    frames = encoder.encode(sent)
    fed = [decoder.feed(frame_of(profile, encoder.role, frame)) for frame in frames]
    read = joined(fed, None)
    assert read.error is None
    assert read.count == count
    assert_same_stamps(profile, read, sent)
    limits = profile.limits
    steps = {
        "acc_ms2": limits.acc_resolution_ms2 or 0.0,
        "gyro_rads": limits.gyro_resolution_rads or 0.001,
        "mag_ut": 0.1,
        "quat": 1e-4,
        "angle_deg": 0.01,
    }
    told_n = read.facts.get("resolution_n")  # of numbers that are written out
    step_n = max(limits.resolution_n or 0.0, told_n if isinstance(told_n, float) else 0.0)
    assert list(read.force_n) == pytest.approx(list(sent.force_n), rel=1e-6, abs=step_n + 1e-6)
    for name, vectors in read.motion.items():
        for one, other in zip(vectors, sent.motion[name], strict=True):
            assert one == pytest.approx(other, rel=1e-6, abs=steps[name] + 1e-6), name


def assert_same_stamps(profile: Profile, read: Decoded, sent: Decoded) -> None:
    """As far as the counter goes, and to a tick where the codec reckons them from one."""
    if isinstance(profile.clock, DeviceClock) and sent.ticks:
        wraps_at = 2**profile.clock.bits
        for tick, true in zip(read.ticks, sent.ticks, strict=True):
            off = (tick - true) % wraps_at
            assert min(off, wraps_at - off) <= (0 if profile.clock.stamps == "each" else 1)


@every_framed
@A_FEW
@given(data=st.data())
def test_a_byte_stream_reads_the_same_however_it_is_split(profile: Profile, data: st.DataObject):
    params = unloaded(profile)
    packets = Packets(profile, lambda t_s: 20.0 + t_s, params)
    sent = [packet for role, packet in packets.until(1.0) if role == profile.main_role]
    stream = b"".join(sent)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(stream) - 1), max_size=20), label="cuts"))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    as_sent, split = (
        joined([decoder.feed(frame_of(profile, profile.main_role, part)) for part in parts], None)
        for decoder, parts in (
            (Decoder(profile, params), sent),
            (Decoder(profile, params), pieces),
        )
    )
    assert as_sent.error is None
    assert as_sent.count > 1
    assert split == as_sent


def near(fact: FactValue) -> object:
    """The fact, within what a float rounds."""
    return fact if isinstance(fact, str) else pytest.approx(fact)


@every_profile
def test_every_answer_in_the_vectors_is_one_that_the_virtual_sensor_can_give(profile: Profile):
    for vector in profile.vectors:
        if not isinstance(vector, Response) or vector.samples:
            continue
        params = params_of(profile, vector)
        decoder = Decoder(profile, params)
        decoder.expect(vector.command)
        expected = decoder.feed(frame_of(profile, vector.on, bytes.fromhex(vector.hex)))
        answered = Encoder(profile, params).reply(vector.command, vector.facts)
        decoder = Decoder(profile, params_of(profile, vector))
        decoder.expect(vector.command)
        read = joined([decoder.feed(frame_of(profile, *sent)) for sent in answered], None)
        assert read.error is None
        assert read.facts.keys() == expected.facts.keys()
        assert all(read.facts[name] == near(fact) for name, fact in expected.facts.items())


@every_profile
def test_what_is_refused_fits_no_command_slot(profile: Profile):
    for char, opcode in refusals(profile):
        role = next(role for role, where in profile.gatt.items() if where.char == char)
        for slot in Commands.__struct_fields__:
            for written in (opcode.hex(), opcode.hex() + "00"):
                harmful = Command(steps=(Step(to=role, hex=written),))
                commands = msgspec.structs.replace(profile.commands, **{slot: harmful})
                changed = msgspec.structs.replace(profile, commands=commands)
                places = [problem.place for problem in faults(changed)]
                assert f"commands.{slot}.steps[0].hex" in places


@every_profile
def test_no_command_writes_what_is_refused(profile: Profile):
    refused = list(refusals(profile))
    for command in profile.commands.given().values():
        for _, step in command.all_steps():
            place, written = profile.gatt[step.to], bytes.fromhex(step.hex)
            for char, opcode in refused:
                assert place.char != char or not written.startswith(opcode)

"""The laws every shipped profile keeps; a new profile is picked up by being there."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.devices.conformance import check
from bandmate.devices.decoder import Decoder
from bandmate.devices.encoder import Encoder
from bandmate.devices.profile import Command, Commands, DeviceClock, Profile, Step
from bandmate.devices.registry import load_profiles
from bandmate.devices.rules import clashes, faults, refusals
from bandmate.devices.vectors import FrameVector, Response
from bandmate.devices.wire import FIXED
from bandmate.domain.samples import Decoded, Frame

PROFILES = list(load_profiles())

every_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.device.id)


def frames(profile: Profile) -> list[Frame]:
    return [
        Frame(0.0, vector.on, bytes.fromhex(vector.hex), profile.stream[vector.on].company)
        for vector in profile.vectors
        if isinstance(vector, FrameVector | Response)
    ]


def assert_sound(profile: Profile, decoded: Decoded) -> None:
    assert all(math.isfinite(force_n) for force_n in decoded.force_n)
    stamps = isinstance(profile.clock, DeviceClock)
    assert len(decoded.ticks) == (len(decoded.force_n) if stamps else 0)


@every_profile
def test_tables_agree_and_vectors_hold(profile: Profile):
    assert [str(problem) for problem in check(profile)] == []


def test_no_advertisement_fits_two_profiles():
    assert clashes(PROFILES) == []


def test_vector_ids_are_unique_over_all_profiles():
    ids = [vector.id for profile in PROFILES for vector in profile.vectors]
    assert len(set(ids)) == len(ids)


@every_profile
def test_a_frame_cut_anywhere_keeps_whole_readings_and_says_so(profile: Profile):
    for frame in frames(profile):
        whole = Decoder(profile).feed(frame)
        for size in range(len(frame.data)) if whole.error is None else ():
            cut = Frame(0.0, frame.role, frame.data[:size], frame.company_id)
            decoded = Decoder(profile).feed(cut)
            assert_sound(profile, decoded)
            assert list(decoded.force_n) == list(whole.force_n)[: len(decoded.force_n)]
            assert decoded.error or decoded == whole


@every_profile
def test_a_frame_fed_twice_reads_the_same_twice(profile: Profile):
    decoder = Decoder(profile)
    for frame in frames(profile):
        assert decoder.feed(frame) == decoder.feed(frame)


@every_profile
@given(data=st.data())
def test_random_bytes_never_raise(profile: Profile, data: st.DataObject):
    decoder = Decoder(profile)
    for role, stream in profile.stream.items():
        tags = st.sampled_from([bytes.fromhex(frame.tag) for frame in stream.frames])
        payload = data.draw(st.builds(bytes.__add__, tags, st.binary(max_size=300)))
        company = data.draw(st.sampled_from([stream.company, None, 76]))
        if profile.commands.given():
            decoder.expect(data.draw(st.sampled_from(list(profile.commands.given()))))
        assert_sound(profile, decoder.feed(Frame(0.0, role, payload, company)))


@every_profile
@given(data=st.data())
def test_what_is_encoded_is_decoded_within_a_wire_step(profile: Profile, data: st.DataObject):
    encoder = Encoder(profile)
    most_n = min(profile.limits.max_n, 1e5)
    count = data.draw(st.integers(1, encoder.samples_most))
    force_n = data.draw(
        st.lists(st.floats(-most_n, most_n), min_size=count, max_size=count), label="force_n"
    )
    ticks: list[int] = []
    if isinstance(profile.clock, DeviceClock):
        first = data.draw(st.integers(0, 2**profile.clock.bits - 1))
        ticks = [(first + 12500 * i) % 2**profile.clock.bits for i in range(count)]
    stream = profile.stream[profile.main_role]
    frame = Frame(0.0, profile.main_role, encoder.samples(force_n, ticks), stream.company)
    decoded = Decoder(profile).feed(frame)
    assert decoded.error is None
    assert list(decoded.ticks) == ticks
    field = next(f for f in stream.frames[0].fields if f.name == "force")
    step_n = profile.limits.resolution_n if not FIXED[field.type].is_float else 0.0
    for sent_n, read_n in zip(force_n, decoded.force_n, strict=True):
        assert math.isclose(sent_n, read_n, rel_tol=1e-6, abs_tol=step_n / 2 + 1e-9)


@every_profile
def test_every_answer_in_the_vectors_is_what_the_encoder_makes(profile: Profile):
    encoder = Encoder(profile)
    for vector in profile.vectors:
        if isinstance(vector, Response):
            (value,) = vector.facts.values()
            assert encoder.reply(vector.command, value).hex() == vector.hex


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

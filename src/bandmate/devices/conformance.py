"""The laws of profiles: tables that agree, and vectors that decode as they say."""

import math
from collections.abc import Iterator, Sequence

from bandmate.devices.decoder import Decoder
from bandmate.devices.problem import Problem
from bandmate.devices.profile import Profile
from bandmate.devices.rules import faults
from bandmate.devices.vectors import (
    ClockTicks,
    CommandBytes,
    FrameVector,
    Malformed,
    Reading,
    Refused,
    Response,
    Silence,
    Vector,
)
from bandmate.domain.samples import Decoded, Frame

FEWEST_VECTORS = 3
TOLERANCE_N = 1e-5
TOLERANCE_RELATIVE = 1e-6
_FIX = "correct the vector or the table it tests"


def check(profile: Profile) -> list[Problem]:
    """Everything that does not hold; vectors are run once the tables agree."""
    problems = [*faults(profile), *_vector_set_faults(profile)]
    if problems:
        return problems
    return [
        Problem(f"vectors[{vector.id}]", text, _FIX)
        for vector in profile.vectors
        for text in run(profile, vector)
    ]


def run(profile: Profile, vector: Vector) -> Iterator[str]:
    """Run one vector of a profile; yields what does not hold."""
    match vector:
        case FrameVector():
            decoded = Decoder(profile).feed(_frame(vector.on, vector.hex, vector.company))
            error = vector.error if isinstance(vector, Malformed) else None
            yield from _differences(decoded, vector.samples, vector.facts, error)
        case Response():
            decoder = Decoder(profile)
            decoder.expect(vector.command)
            decoded = decoder.feed(_frame(vector.on, vector.hex))
            yield from _differences(decoded, (), vector.facts, None)
        case CommandBytes():
            yield from _written(profile, vector)
        case ClockTicks():
            yield from _ticked(profile, vector)
        case Silence():
            yield from _silent(profile, vector)
        case Refused():
            pass  # that no command writes it is a rule of the tables


def _frame(role: str, hex_: str, company: int | None = None) -> Frame:
    return Frame(0.0, role, bytes.fromhex(hex_), company)


def _differences(
    decoded: Decoded,
    samples: Sequence[Reading],
    facts: dict[str, float | int | str],
    error: str | None,
) -> Iterator[str]:
    expected_n = [reading.force_n for reading in samples]
    if len(decoded.force_n) != len(expected_n) or not all(
        math.isclose(a, b, rel_tol=TOLERANCE_RELATIVE, abs_tol=TOLERANCE_N)
        for a, b in zip(decoded.force_n, expected_n, strict=True)
    ):
        yield f"readings are {list(decoded.force_n)} N, not {expected_n}"
    expected_ticks = [reading.t for reading in samples if reading.t is not None]
    if list(decoded.ticks) != expected_ticks:
        yield f"ticks are {list(decoded.ticks)}, not {expected_ticks}"
    if dict(decoded.facts) != facts:
        yield f"facts are {dict(decoded.facts)}, not {facts}"
    if decoded.error != error:
        yield f"error is {decoded.error}, not {error}"


def _ticked(profile: Profile, vector: ClockTicks) -> Iterator[str]:
    decoder = Decoder(profile)
    fed = [decoder.feed(_frame(vector.on, hex_)) for hex_ in vector.frames]
    ticks = tuple(tick for decoded in fed for tick in decoded.ticks)
    if ticks != vector.ticks:
        yield f"ticks are {ticks}, not {vector.ticks}"


def _silent(profile: Profile, vector: Silence) -> Iterator[str]:
    for hex_ in vector.frames:
        decoded = Decoder(profile).feed(_frame(vector.on, hex_, vector.company))
        if decoded.error or not decoded.force_n:
            yield f"{hex_} holds no reading ({decoded.error})"
    if profile.link.lost_s > vector.lost_within_s:
        yield f"silence is told after {profile.link.lost_s:g} s only"


def _written(profile: Profile, vector: CommandBytes) -> Iterator[str]:
    command = profile.commands.given().get(vector.command)
    writes = tuple(step.hex for step in command.steps) if command else ()
    if writes != vector.writes:
        yield f"{vector.command} writes {writes}, not {vector.writes}"


def _vector_set_faults(profile: Profile) -> Iterator[Problem]:
    ids = [vector.id for vector in profile.vectors]
    for twice in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        yield Problem(f"vectors[{twice}]", "two vectors have this id", "rename one")
    if len(ids) < FEWEST_VECTORS or not any(isinstance(v, Malformed) for v in profile.vectors):
        yield Problem(
            "vectors",
            f"a profile has at least {FEWEST_VECTORS} vectors, one of kind `malformed`",
            "write more: bytes in, values out",
        )
    for vector in profile.vectors:
        yield from _vector_faults(profile, vector)


def _vector_faults(profile: Profile, vector: Vector) -> Iterator[Problem]:
    place = f"vectors[{vector.id}]"
    role = getattr(vector, "on", None)
    if role is not None and role not in profile.stream:
        yield Problem(f"{place}.on", f"there is no stream {role!r}", "name one of [stream]")
    if isinstance(vector, Refused) and vector.to not in profile.gatt:
        yield Problem(f"{place}.to", f"there is no role {vector.to!r}", "name one of [gatt]")

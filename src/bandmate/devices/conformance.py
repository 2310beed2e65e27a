"""The laws of profiles: tables that agree, and vectors that decode as they say."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bandmate.devices.decoder import Decoder, joined
from bandmate.devices.params import Parameters
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
from bandmate.domain.samples import Decoded, FactValue, Frame

FEWEST_VECTORS = 3
TOLERANCE_RELATIVE = 1e-6
SEVERAL = 3
"""So many vectors of a channel that fail together have one cause: its table."""
_FIX = "correct the vector or the table it tests"


def check(profile: Profile) -> list[Problem]:
    """Everything that does not hold; vectors are run once the tables agree."""
    problems = [*faults(profile), *_vector_set_faults(profile)]
    if problems:
        return problems
    return [*_vector_problems(profile)]


def _vector_problems(profile: Profile) -> Iterator[Problem]:
    """The vectors that do not hold; where several of a channel fail, the fault is its table's."""
    run_on: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for vector in profile.vectors:
        text = ", and ".join(run(profile, vector))
        run_on[getattr(vector, "on", vector.id)].append((vector.id, text))
    for channel, results in run_on.items():
        failed = [(id_, text) for id_, text in results if text]
        if len(failed) < SEVERAL:
            yield from (Problem(f"vectors[{id_}]", text, _FIX) for id_, text in failed)
        else:
            (first, text), others = failed[0], ", ".join(id_ for id_, _ in failed[1:])
            yield Problem(
                f"stream.{channel}",
                f"{len(failed)} of its {len(results)} vectors do not hold: {first} ({text}), "
                f"{others}",
                "correct the table that they have in common",
            )


def run(profile: Profile, vector: Vector) -> Iterator[str]:
    """Run one vector of a profile; yields what does not hold."""
    match vector:
        case FrameVector():
            frames = [_frame(vector.on, data, vector.company) for data in vector.payloads]
            decoded = decode_all(Decoder(profile, _params(profile, vector)), frames)
            error = vector.error if isinstance(vector, Malformed) else None
            yield from _differences(joined(decoded, None), vector.samples, vector.facts, error)
        case Response():
            decoder = Decoder(profile, _params(profile, vector))
            decoder.expect(vector.command)
            decoded = decode_all(decoder, [_frame(vector.on, bytes.fromhex(vector.hex))])
            yield from _differences(decoded[0], vector.samples, vector.facts, None)
        case CommandBytes():
            yield from _written(profile, vector)
        case ClockTicks():
            yield from _ticked(profile, vector)
        case Silence():
            yield from _silent(profile, vector)
        case Refused():
            pass  # that no command writes it is a rule of the tables


def decode_all(decoder: Decoder, frames: Sequence[Frame]) -> list[Decoded]:
    """Decode frames in order, after which nothing more comes.

    A frame that only buffers has no samples and no error; but where the last one leaves the start
    of a frame behind and completed nothing, it is `incomplete`.
    """
    decoded = [decoder.feed(frame) for frame in frames]
    if decoded and _is_nothing(decoded[-1]) and decoder.pending(frames[-1].role):
        decoded[-1] = Decoded(error="incomplete")
    return decoded


def _is_nothing(decoded: Decoded) -> bool:
    return not (decoded.count or decoded.facts or decoded.error)


def _params(profile: Profile, vector: FrameVector | Response | CommandBytes) -> Parameters:
    return profile.parameters(vector.params, complete=False)


def _frame(role: str, data: bytes, company: int | None = None) -> Frame:
    return Frame(0.0, role, data, company)


def _differences(
    decoded: Decoded, samples: Sequence[Reading], facts: Mapping[str, FactValue], error: str | None
) -> Iterator[str]:
    if decoded.count != len(samples):
        yield f"{decoded.count} samples, not {len(samples)}"
    else:
        for i, sample in enumerate(samples):
            yield from _sample_differences(decoded, i, sample)
    if decoded.facts.keys() != facts.keys() or not all(
        _is_close(decoded.facts[name], value, 1e-5) for name, value in facts.items()
    ):
        yield f"facts are {dict(decoded.facts)}, not {facts}"
    if decoded.error != error:
        yield f"error is {decoded.error}, not {error}"


def _sample_differences(decoded: Decoded, i: int, expected: Reading) -> Iterator[str]:
    read: dict[str, FactValue] = {
        name: tuple(v[i]) for name, v in decoded.motion.items() if i < len(v)
    }
    if decoded.force_n:
        read["force_n"] = decoded.force_n[i]
    if decoded.ticks:
        read["t"] = decoded.ticks[i]
    wanted: dict[str, FactValue] = dict(expected.quantities())
    for name in read.keys() | wanted.keys():
        if name not in read or name not in wanted:
            yield f"sample {i}: {name} is {read.get(name)}, not {wanted.get(name)}"
        elif not _is_close(read[name], wanted[name], 1e-5 if name == "t" else expected.tol):
            yield f"sample {i}: {name} is {read[name]}, not {wanted[name]}"


def _is_close(read: FactValue, wanted: FactValue, tolerance: float) -> bool:
    if isinstance(read, tuple) and isinstance(wanted, tuple):
        return len(read) == len(wanted) and all(
            _is_close(a, b, tolerance) for a, b in zip(read, wanted, strict=True)
        )
    if isinstance(read, float | int) and isinstance(wanted, float | int):
        return math.isclose(read, wanted, rel_tol=TOLERANCE_RELATIVE, abs_tol=tolerance)
    return read == wanted


def _ticked(profile: Profile, vector: ClockTicks) -> Iterator[str]:
    decoder = Decoder(profile, profile.parameters(vector.params))
    fed = [decoder.feed(_frame(vector.on, bytes.fromhex(hex_))) for hex_ in vector.frames]
    ticks = tuple(tick for decoded in fed for tick in decoded.ticks)
    if ticks != vector.ticks:
        yield f"ticks are {ticks}, not {vector.ticks}"


def _silent(profile: Profile, vector: Silence) -> Iterator[str]:
    for hex_ in vector.frames:
        decoded = Decoder(profile).feed(_frame(vector.on, bytes.fromhex(hex_), vector.company))
        if decoded.error or not decoded.count:
            yield f"{hex_} holds no reading ({decoded.error})"
    if profile.link.lost_s > vector.lost_within_s:
        yield f"silence is told after {profile.link.lost_s:g} s only"


def _written(profile: Profile, vector: CommandBytes) -> Iterator[str]:
    command = profile.commands.given().get(vector.command)
    steps = command.chosen(_params(profile, vector)) if command else ()
    writes = tuple(step.hex for step in steps)
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

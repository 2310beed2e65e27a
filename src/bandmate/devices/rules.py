"""How the tables of a profile must agree with each other, so that it can be compiled."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from bandmate.devices.match import could_clash
from bandmate.devices.problem import Problem
from bandmate.devices.profile import ADVERT, HostClock, Profile
from bandmate.devices.stream_rules import field_faults, stream_faults
from bandmate.devices.vectors import Refused
from bandmate.devices.wire import FIXED


def faults(profile: Profile) -> list[Problem]:
    """Everything in a profile's tables that does not agree; empty for one that can be used."""
    return [
        *_identify_faults(profile),
        *_channel_faults(profile),
        *_command_faults(profile),
        *_clock_faults(profile),
        *(
            problem
            for role, stream in profile.stream.items()
            for problem in stream_faults(f"stream.{role}", stream)
        ),
    ]


Refusal = tuple[str, bytes]
"""A characteristic's UUID, and what a write to it must never begin with."""


def refusals(profile: Profile) -> Iterator[Refusal]:
    """What a profile refuses to write on purpose."""
    for vector in profile.vectors:
        if isinstance(vector, Refused) and vector.to in profile.gatt:
            yield profile.gatt[vector.to].char, bytes.fromhex(vector.hex)


def refused_commands(profile: Profile, refused: Iterable[Refusal]) -> list[Problem]:
    """The commands of a profile that would write what is refused."""
    refused = frozenset(refused)
    return [
        Problem(
            f"commands.{name}.steps[{i}].hex",
            f"{step.hex!r} would calibrate, re-program or reboot the sensor",
            "remove it: bandmate never sends it",
        )
        for name, command in profile.commands.given().items()
        for i, step in enumerate(command.steps)
        if step.to in profile.gatt
        and any(
            char == profile.gatt[step.to].char and bytes.fromhex(step.hex).startswith(opcode)
            for char, opcode in refused
        )
    ]


def clashes(profiles: Iterable[Profile]) -> list[Problem]:
    """Pairs of profiles that an advertisement cannot tell apart."""
    return [
        Problem(
            f"identify.any[{i}]",
            f"{one.device.id} and {other.device.id} are found by the same sign",
            "add a key to one of the rules that tells them apart",
        )
        for one, other in combinations(profiles, 2)
        for i, rule in enumerate(one.identify.any)
        if any(could_clash(rule, theirs) for theirs in other.identify.any)
    ]


def _identify_faults(profile: Profile) -> Iterator[Problem]:
    for i, rule in enumerate(profile.identify.any):
        place = f"identify.any[{i}]"
        if not (rule.name or rule.name_prefix or rule.service or rule.company is not None):
            yield Problem(place, "it would fit every device", "give a name, service or company")
        if rule.mfr_prefix is not None and rule.company is None:
            yield Problem(place, "mfr_prefix needs a company", "add the company id")
    for role in profile.identify.require:
        yield from _unknown_role(profile, "identify.require", role)


def _channel_faults(profile: Profile) -> Iterator[Problem]:
    advertises = profile.link.transport == ADVERT
    if advertises and set(profile.stream) != {ADVERT}:
        yield Problem("stream", "it only advertises", "keep the stream `advert` alone")
    for role, stream in profile.stream.items():
        if not advertises:
            yield from _unknown_role(profile, f"stream.{role}", role)
        if (role == ADVERT) != (stream.company is not None):
            yield Problem(
                f"stream.{role}.company", "a company id belongs to `advert`", "move or add it"
            )
        if role == ADVERT and all(r.company != stream.company for r in profile.identify.any):
            yield Problem(
                "stream.advert.company", "identify names another company", "make them agree"
            )
    if not any(frame.holds_readings for frame in profile.stream[profile.main_role].frames):
        yield Problem("stream", "the first stream holds no `force`", "put the readings first")


def _command_faults(profile: Profile) -> Iterator[Problem]:
    for name, command in profile.commands.given().items():
        for i, step in enumerate(command.steps):
            yield from _unknown_role(profile, f"commands.{name}.steps[{i}].to", step.to)
        if command.reply:
            yield from field_faults(f"commands.{name}.reply.field", command.reply.field)
            stream = profile.stream.get(command.reply.on)
            if stream is None or not any(frame.reply for frame in stream.frames):
                yield Problem(
                    f"commands.{name}.reply.on",
                    f"stream {command.reply.on!r} has no frame that is a reply",
                    "add a frame with `reply = true` there",
                )
    yield from refused_commands(profile, refusals(profile))
    if profile.tare.mode == "hardware" and profile.commands.tare is None:
        yield Problem("tare.mode", "hardware tare needs a command", "add [commands.tare]")


def _clock_faults(profile: Profile) -> Iterator[Problem]:
    ticks = [
        field
        for stream in profile.stream.values()
        for frame in stream.frames
        for field in frame.fields
        if field.name == "tick"
    ]
    clock = profile.clock
    if isinstance(clock, HostClock):
        if ticks:
            yield Problem("clock.source", "the sensor stamps its readings", 'say "device"')
        return
    if not ticks:
        yield Problem("clock.source", "no field is named `tick`", 'add one, or say "host"')
    for field in ticks:
        if field.type not in FIXED or 8 * FIXED[field.type].size != clock.bits:
            yield Problem("clock.bits", f"`tick` is {field.type}", "make them agree")
    if clock.restarts_on and clock.restarts_on not in profile.commands.given():
        yield Problem("clock.restarts_on", "there is no such command", "name one of [commands]")


def _unknown_role(profile: Profile, place: str, role: str) -> Iterator[Problem]:
    if role not in profile.gatt:
        known = ", ".join(profile.gatt) or "none"
        yield Problem(place, f"{role!r} is no role of [gatt] (known: {known})", "add it there")

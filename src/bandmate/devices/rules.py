"""How the tables of a profile must agree with each other, so that it can be compiled."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from bandmate.devices.command_rules import command_faults
from bandmate.devices.match import could_clash
from bandmate.devices.param_rules import param_faults
from bandmate.devices.problem import Problem
from bandmate.devices.profile import ADVERT, Profile
from bandmate.devices.stream_rules import stream_faults
from bandmate.devices.traits import HostClock
from bandmate.devices.vectors import Refused
from bandmate.devices.wire import FIXED


def faults(profile: Profile) -> list[Problem]:
    """Everything in a profile's tables that does not agree; empty for one that can be used."""
    return [
        *_identify_faults(profile),
        *_limit_faults(profile),
        *_channel_faults(profile),
        *param_faults(profile.params),
        *command_faults(profile),
        *refused_commands(profile, refusals(profile)),
        *_clock_faults(profile),
        *_battery_faults(profile),
        *(
            problem
            for role, stream in profile.stream.items()
            for problem in stream_faults(f"stream.{role}", stream, profile.params)
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
            f"commands.{name}.{place}.hex",
            f"{step.hex!r} is refused: it would alter the sensor, not make it work",
            "remove it: bandmate never sends it",
        )
        for name, command in profile.commands.given().items()
        for place, step in command.all_steps()
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
            f"{one.device.id}.identify.any[{i}]",
            f"{one.device.id} and {other.device.id} are found by the same sign",
            "give both a key by which they differ",
        )
        for one, other in combinations(profiles, 2)
        for i, rule in enumerate(one.identify.any)
        if any(could_clash(rule, theirs) for theirs in other.identify.any)
    ]


def _identify_faults(profile: Profile) -> Iterator[Problem]:
    is_side = profile.device.kind == "side"
    if is_side == bool(profile.identify.any):
        yield Problem(
            "identify.any",
            "a side service is part of other sensors" if is_side else "nothing tells it apart",
            "remove the rules" if is_side else "give a name, service or company",
        )
    for i, rule in enumerate(profile.identify.any):
        place = f"identify.any[{i}]"
        signs = (rule.name, rule.name_prefix, rule.name_contains, rule.service, rule.company)
        if all(sign in {None, ""} for sign in signs):
            yield Problem(place, "it would fit every device", "give a name, service or company")
        if rule.mfr_prefix is not None and rule.company is None:
            yield Problem(place, "mfr_prefix needs a company", "add the company id")
    for role in profile.identify.require:
        yield from _unknown_role(profile, "identify.require", role)


def _limit_faults(profile: Profile) -> Iterator[Problem]:
    needed = {
        "force": ("max_n", "resolution_n", "rate_hz"),
        "imu": ("acc_range_ms2", "acc_resolution_ms2", "rate_hz"),
    }.get(profile.device.kind, ())
    for name in needed:
        if getattr(profile.limits, name) is None:
            yield Problem(f"limits.{name}", "it is not given", "say what the sensor can do")
    measures = profile.device.kind == "force"
    if measures == (profile.tare.mode == "none"):
        yield Problem("tare.mode", "force has a zero, all else has none", "correct it")
    if profile.tare.mode == "hardware" and profile.commands.tare is None:
        yield Problem("tare.mode", "hardware tare needs a command", "add [commands.tare]")
    if profile.link.degraded_s > profile.link.lost_s:
        yield Problem("link.degraded_s", "it is longer than lost_s", "mend one of them")


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
    kind, main = profile.device.kind, profile.stream[profile.main_role]
    names = {field.name for frame in main.frames for field in frame.fields}
    told = main.codec or main.csv
    if kind == "force" and not told and "force" not in names:
        yield Problem("stream", "the first stream holds no `force`", "put the readings first")
    if kind == "imu" and not told and "acc" not in names:
        yield Problem("stream", "the first stream holds no `acc`", "put the readings first")


def _clock_faults(profile: Profile) -> Iterator[Problem]:
    ticks = [
        field
        for stream in profile.stream.values()
        for frame in stream.frames
        for field in frame.fields
        if field.name == "tick"
    ]
    stamps_itself = any(stream.codec or stream.csv for stream in profile.stream.values())
    clock = profile.clock
    if isinstance(clock, HostClock):
        if ticks:
            yield Problem("clock.source", "the sensor stamps its readings", 'say "device"')
        return
    if not ticks and not stamps_itself:
        yield Problem("clock.source", "no field is named `tick`", 'add one, or say "host"')
    for field in ticks:
        if field.type not in FIXED or 8 * FIXED[field.type].size != clock.bits:
            yield Problem("clock.bits", f"`tick` is {field.type}", "make them agree")
    if clock.restarts_on and clock.restarts_on not in profile.commands.given():
        yield Problem("clock.restarts_on", "there is no such command", "name one of [commands]")


def _battery_faults(profile: Profile) -> Iterator[Problem]:
    battery = profile.battery
    if battery is None:
        return
    values = [value for value, _ in battery.curve]
    percents = [percent for _, percent in battery.curve]
    if sorted(set(values)) != values or sorted(percents) != percents:
        yield Problem("battery.curve", "it does not rise", "sort it")
    if percents and not 0 <= min(percents) <= max(percents) <= MOST_PCT:
        yield Problem("battery.curve", "a percentage is 0 to 100", "correct it")


MOST_PCT = 100


def _unknown_role(profile: Profile, place: str, role: str) -> Iterator[Problem]:
    if role not in profile.gatt:
        known = ", ".join(profile.gatt) or "none"
        yield Problem(place, f"{role!r} is no role of [gatt] (known: {known})", "add it there")

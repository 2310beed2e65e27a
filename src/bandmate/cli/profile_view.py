"""A profile as it is shown to people, and as JSON."""

from collections.abc import Sequence

import msgspec

from bandmate.devices.command import Command, Step
from bandmate.devices.params import Param
from bandmate.devices.profile import Profile

_UNKNOWN = "-"


def outline(profile: Profile) -> dict[str, object]:
    """What a list of sensors says of one."""
    device = profile.device
    return {
        "id": device.id,
        "name": device.name,
        "kind": device.kind,
        "tier": device.tier,
        "confidence": device.confidence,
        "transport": profile.link.transport,
        "limits": {
            name: limit
            for name, limit in msgspec.to_builtins(profile.limits).items()
            if limit is not None
        },
        "capabilities": profile.capabilities,
    }


def details(profile: Profile) -> dict[str, object]:
    """What is known of one sensor beyond its outline."""
    return {
        "commands": {
            name: _command(profile, command) for name, command in profile.commands.given().items()
        },
        "params": profile.params,
        "battery": profile.battery,
        "identify": profile.identify,
        "link": profile.link,
        "gatt": profile.gatt,
        "clock": profile.clock,
        "tare": profile.tare,
        "quirks": profile.quirks,
        "sources": profile.device.sources,
        "notes": profile.device.notes,
        "vectors": len(profile.vectors),
    }


def _command(profile: Profile, command: Command) -> dict[str, object]:
    """What a command writes, and where; `choices` by the values of the parameters `by`."""
    choices = {key: _steps(profile, steps) for key, steps in command.choices.items()}
    return {
        "steps": _steps(profile, command.steps),
        "by": command.by,
        "choices": choices,
        "answered_on": command.reply.on if command.reply else None,
    }


def _steps(profile: Profile, steps: Sequence[Step]) -> list[dict[str, object]]:
    return [
        msgspec.to_builtins(step) | msgspec.to_builtins(profile.gatt[step.to]) for step in steps
    ]


def fact_rows(profile: Profile) -> list[tuple[str, str]]:
    """The same for people: a name and what is known, a row each."""
    limits, link = profile.limits, profile.link
    quirks = [name for name, on in msgspec.to_builtins(profile.quirks).items() if on]
    confirm = ", the address must be confirmed" if profile.identify.confirm else ""
    facts = [
        ("Tier", profile.device.tier),
        ("Confidence", profile.device.confidence),
        ("Link", f"{link.transport}{confirm}"),
        ("Rate", rate(profile)),
        ("Range", _with_unit(limits.max_n, "N")),
        ("Resolution", _with_unit(limits.resolution_n, "N")),
        ("Acceleration", _span(limits.acc_range_ms2, limits.acc_resolution_ms2, "m/s²")),
        ("Angular rate", _span(limits.gyro_range_rads, limits.gyro_resolution_rads, "rad/s")),
        ("Lost after", f"{link.lost_s:g} s of silence"),
        ("Capabilities", ", ".join(profile.capabilities)),
        ("Commands", ", ".join(profile.commands.given()) or "none"),
        ("Quirks", ", ".join(quirks) or "none"),
    ]
    facts += [(f"--param {name}", _described(param)) for name, param in profile.params.items()]
    return [(name, fact) for name, fact in facts if fact != _UNKNOWN]


def rate(profile: Profile) -> str:
    """Its nominal rate."""
    return _with_unit(profile.limits.rate_hz, "Hz")


def step(profile: Profile) -> str:
    """The smallest step of what it measures."""
    if profile.limits.resolution_n is not None:
        return _with_unit(profile.limits.resolution_n, "N")
    return _with_unit(profile.limits.acc_resolution_ms2, "m/s²")


def _with_unit(value: float | None, unit: str) -> str:
    return _UNKNOWN if value is None else f"{value:.4g} {unit}"


def _span(most: float | None, step: float | None, unit: str) -> str:
    if most is None:
        return _UNKNOWN
    return f"up to {most:.4g} {unit}" + (f" in steps of {step:.2g}" if step else "")


def _described(param: Param) -> str:
    choices = f", one of {', '.join(map(str, param.choices))}" if param.choices else ""
    if param.required:
        return f"{param.text} (must be given{choices})"
    how = "not set" if param.default is None else f"default {param.default}"
    how = "learnt" if param.mean_of else how
    return f"{param.text} ({how}{choices})"

"""The table of sensors for people, made from the profiles themselves."""

from collections.abc import Iterable, Sequence
from typing import Final

from bandmate.devices.profile import Profile
from bandmate.devices.traits import DeviceClock
from bandmate.devices.unsupported import UNSUPPORTED

_KINDS: Final = {
    "force": "Band tension and force",
    "imu": "Motion",
    "heart": "Heart rate",
    "side": "Services that many sensors offer beside their own",
}
_HEAD: Final = """# Sensors

Made by `make sensors` from the files in `device_profiles/`; `bandmate profiles show ID` tells more
of each, its sources among it.

Confidence: A, two or more independent sources agree; B, one source; C, inferred. Nothing here was
tried on the real sensor unless its notes say so. The step decides what a sensor is fit for: a zone
narrower than five steps is refused, so whole-pound gauges cannot watch a light band.
"""
_WHOLE_FROM: Final = 100.0
_COLUMNS: Final = ("sensor", "id", "tier", "confidence", "how", "rate", "range", "step", "can")


def sensor_sheet(profiles: Iterable[Profile]) -> str:
    """A page in Markdown: every sensor by kind, its notes, and what is not supported."""
    profiles = list(profiles)
    parts = [_HEAD]
    for kind, title in _KINDS.items():
        of_kind = [profile for profile in profiles if profile.device.kind == kind]
        parts.append(f"## {title}\n\n{_table([_COLUMNS, *map(_row, of_kind)])}")
        parts += [_notes(profile) for profile in of_kind if profile.device.notes]
    rows = [("sensor", "why"), *UNSUPPORTED.items()]
    parts.append(f"## Not supported\n\n{_table(rows)}")
    return "\n".join(parts)


def _row(profile: Profile) -> Sequence[str]:
    device, limits = profile.device, profile.limits
    how = "advertisements" if profile.link.transport == "advert" else "connection"
    clock = ", device clock" if isinstance(profile.clock, DeviceClock) else ""
    confirm = ", confirm the address" if profile.identify.confirm else ""
    can = [word for word in profile.capabilities[1:] if word != "device_clock"]
    return (
        device.name,
        f"`{device.id}`",
        device.tier,
        device.confidence,
        f"{how}{clock}{confirm}",
        "" if limits.rate_hz is None else f"{limits.rate_hz:g} Hz",
        _either(limits.max_n, "N", limits.acc_range_ms2, "m/s²"),
        _either(limits.resolution_n, "N", limits.acc_resolution_ms2, "m/s²"),
        ", ".join(word.replace("_", " ") for word in can),
    )


def _either(force: float | None, unit: str, motion: float | None, motion_unit: str) -> str:
    if force is not None:
        return f"{_short(force)} {unit}"
    return "" if motion is None else f"{_short(motion)} {motion_unit}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= _WHOLE_FROM else f"{value:.3g}"


def _notes(profile: Profile) -> str:
    lines = "\n".join(f"- {note}" for note in profile.device.notes)
    return f"**{profile.device.name}**\n\n{lines}\n"


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)

"""Looks at one band's sensor: it is connected and listened to for a moment, as the service does."""

from typing import Final

from bandmate.app.trial import Trial, rate_hz, tried
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.domain.findings import Finding
from bandmate.engine.battery import LOW_PCT
from bandmate.errors import LinkError
from bandmate.link.base import Link
from bandmate.link.status import WHAT_TO_DO

BEGIN_S: Final = 25.0
"""How long a sensor may take until it sends: longer than one try to connect."""

LISTEN_S: Final = 2.0
_LEAST_RATE: Final = 0.7
"""The share of the rate a sensor should have that still counts as well."""


async def examine_sensor(
    check: str, link: Link, profile: Profile, params: Parameters, clock: Clock
) -> Finding:
    """Whether the sensor is in reach, is what it should be, and sends.

    Args:
        check: What the finding is called.
        link: Its link, which nobody else runs.
        profile: What it should be.
        params: Its parameters.
        clock: The session clock.
    """
    async with tried(link, profile, params, clock) as trial:
        try:
            await trial.begins(BEGIN_S)
        except LinkError as fault:
            return _nothing_came(check, profile, trial, fault)
        blocks = await trial.blocks(LISTEN_S)
    return judged(check, profile, params, trial, rate_hz(blocks, LISTEN_S))


def judged(
    check: str, profile: Profile, params: Parameters, trial: Trial, found_hz: float
) -> Finding:
    """What is to be said of a sensor that sends.

    Args:
        check: What the finding is called.
        profile: What it is.
        params: Its parameters.
        trial: What it said.
        found_hz: Readings a second.
    """
    battery_pct = trial.facts.get("battery_pct")
    firmware = trial.facts.get("firmware")
    parts = [f"{profile.device.name} sends"]
    if profile.device.kind != "heart":
        parts.append(f"{found_hz:.0f} readings a second")
    if isinstance(battery_pct, float | int):
        parts.append(f"battery {battery_pct:.0f} %")
    if firmware is not None:
        parts.append(f"firmware {firmware}")
    text = ", ".join(parts)
    if isinstance(battery_pct, float | int) and battery_pct <= LOW_PCT:
        return Finding(check, text, "Charge it, or change its battery.")
    if trial.errors:
        kinds = ", ".join(f"{name} {n}" for name, n in trial.errors.most_common(3))
        return Finding(check, f"{text}; frames that cannot be read: {kinds}", _firmware(profile))
    nominal_hz = None if profile.device.kind == "heart" else profile.rate_hz(params)
    if nominal_hz is not None and found_hz < _LEAST_RATE * nominal_hz:
        fix = f"It should send {nominal_hz:g}: bring it closer, away from metal and other radios."
        return Finding(check, text, fix)
    return Finding(check, text)


def _nothing_came(check: str, profile: Profile, trial: Trial, fault: LinkError) -> Finding:
    if trial.errors:
        kinds = ", ".join(f"{name} {n}" for name, n in trial.errors.most_common(3))
        text = f"{profile.device.name} sends nothing that can be read: {kinds}"
        return Finding(check, text, _firmware(profile))
    text, _, fix = str(fault).partition(WHAT_TO_DO)
    return Finding(check, text, fix or "Switch it on, bring it close, and try again.")


def _firmware(profile: Profile) -> str:
    """What to do about a sensor that speaks another language than its kind does."""
    notes = " ".join(profile.device.notes)
    todo = "Its firmware is another one: update it by its maker's app, or check the band's profile."
    return f"{todo} {notes}".strip()

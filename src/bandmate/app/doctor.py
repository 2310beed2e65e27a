"""Finds what is wrong with an installation: each finding says how it stands and what to do."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final

from bandmate.app.clock import SessionClock
from bandmate.app.config import Config
from bandmate.app.config_file import store_folder
from bandmate.app.host_checks import examine_clock, examine_disk
from bandmate.app.runner import BandPlan
from bandmate.app.running_service import NotLetInError, NotReachedError, RunningService
from bandmate.app.sensor_check import examine_sensor
from bandmate.app.sink_check import examine_broker, examine_database
from bandmate.domain.findings import Finding
from bandmate.link.examine import examine_bluetooth
from bandmate.link.radio import Radio
from bandmate.link.status import WHAT_TO_DO

_WELL: Final = frozenset({"streaming", "asleep"})


async def examine(
    config: Config, plans: Mapping[str, BandPlan], radio: Radio, clock: SessionClock
) -> AsyncGenerator[Finding]:
    """Everything the service needs, one finding after the other.

    A service that runs holds its sensors: then it is asked how they stand, and they are left alone.

    Args:
        config: The configuration.
        plans: Its bands; their links are run here.
        radio: The host's Bluetooth.
        clock: The session clock.
    """
    yield await asyncio.to_thread(examine_disk, store_folder(config))
    yield examine_clock()
    if told := await asyncio.to_thread(_ask_service, config):
        for finding in told:
            yield finding
    else:
        async for finding in _examine_sensors(plans, radio, clock):
            yield finding
    for examine_way in (examine_broker, examine_database):
        if (finding := await examine_way(config)) is not None:
            yield finding


async def _examine_sensors(
    plans: Mapping[str, BandPlan], radio: Radio, clock: SessionClock
) -> AsyncGenerator[Finding]:
    is_well = True
    async for finding in examine_bluetooth(radio):
        is_well = is_well and finding.is_well
        yield finding
    for name, plan in plans.items():
        if is_well and (sensor := plan.sensor()) is not None:
            yield await examine_sensor(f"band {name}", plan.link, *sensor, clock)


def _ask_service(config: Config) -> Sequence[Finding]:
    """What a running service says; empty where none runs."""
    try:
        health = RunningService(config).health()
    except NotLetInError as error:
        text, _, fix = str(error).partition("\n")
        return [Finding("service", text, fix)]
    except NotReachedError:
        return []
    told = f"it runs at port {config.page.port}, and was asked"
    return [Finding("service", told), *map(_as_told, health["bands"])]


def _as_told(band: Mapping[str, Any]) -> Finding:
    """What a running service says of a band."""
    text, _, fix = str(band["link_text"]).partition(WHAT_TO_DO)
    is_well = band["link"] in _WELL
    battery_pct = band["battery_pct"]
    if battery_pct is not None:
        text = f"{text.rstrip('.')}, battery {battery_pct:.0f} %"
    return Finding(f"band {band['band']}", text, "" if is_well else fix or "Wait, or restart it.")

"""From the configuration to the bands of the service, each with its link."""

from pathlib import Path

from bandmate.app.clock import SessionClock
from bandmate.app.config import REPLAY, BandConfig, Config
from bandmate.app.config_file import find_file
from bandmate.app.runner import BandPlan
from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.registry import Registry
from bandmate.engine.fitness import fitted
from bandmate.engine.intake import quantity_of
from bandmate.engine.scale import Scale
from bandmate.errors import ConfigError, InputError, UsageError
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio
from bandmate.link.recording_csv import read_csv
from bandmate.link.recording_raw import is_raw
from bandmate.link.replay import ReplayLink


def band_plans(
    config: Config, path: Path, profiles: Registry, clock: SessionClock, radio: Radio
) -> dict[str, BandPlan]:
    """The bands of a configuration, by name.

    Args:
        config: The configuration.
        path: Its file; recordings are looked for beside it.
        profiles: The sensors that are known.
        clock: The session clock.
        radio: The host's Bluetooth.

    Raises:
        ConfigError: An unknown profile, exercise or parameter, or one that does not fit the sensor
            (it sees no movement, or is too coarse); the message names the file and the band.
        InputError: A recording to be played cannot be.
    """
    plans: dict[str, BandPlan] = {}
    for band in config.band:
        try:
            if band.exercise:
                load_catalogue().find(band.exercise)
            if band.link:
                plans[band.name] = _played(band, path, clock)
            else:
                plans[band.name] = _sensed(band, profiles, clock, radio)
        except UsageError as error:
            raise ConfigError(f"{path}: band {band.name}: {error}") from error
    return plans


def _played(band: BandConfig, path: Path, clock: SessionClock) -> BandPlan:
    file = find_file(band.link.removeprefix(REPLAY), path)
    if is_raw(file):
        raise InputError(
            f"{file}: a raw recording cannot be played in place of a sensor",
            hint="`bandmate replay` replays it; `link` plays plain CSV.",
        )
    link = ReplayLink(read_csv(file), band.name, clock)
    return BandPlan(link=link, profile=None, exercise=band.exercise, quantity=link.quantity)


def _sensed(band: BandConfig, profiles: Registry, clock: SessionClock, radio: Radio) -> BandPlan:
    profile = profiles.get(band.profile)
    params = profile.parameters(band.params)
    quantity, resolution_n = quantity_of(profile), profile.traits(params).resolution_n
    if band.exercise:
        step_n = Scale(band.strands).step_n(resolution_n)
        fitted(load_catalogue().find(band.exercise), quantity, step_n)
    return BandPlan(
        link=BluetoothLink(profile, band.address or None, clock, radio, params),
        profile=profile,
        params=params,
        exercise=band.exercise,
        strands=band.strands,
    )

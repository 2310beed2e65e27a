"""From the configuration to the bands of the service, each with its link."""

from pathlib import Path

from bandmate.app.clock import SessionClock
from bandmate.app.config import REPLAY, BandConfig, Config
from bandmate.app.config_file import find_file
from bandmate.app.runner import BandPlan
from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.registry import Registry
from bandmate.errors import ConfigError, InputError, UsageError
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio
from bandmate.link.recording_csv import read_csv
from bandmate.link.recording_raw import is_raw
from bandmate.link.replay import ReplayLink


def band_plans(
    config: Config, path: Path, profiles: Registry, clock: SessionClock
) -> dict[str, BandPlan]:
    """The bands of a configuration, by name.

    Args:
        config: The configuration.
        path: Its file; recordings are looked for beside it.
        profiles: The sensors that are known.
        clock: The session clock.

    Raises:
        ConfigError: An unknown profile or exercise; the message names the file and the band.
        InputError: A recording to be played cannot be.
    """
    radio = Radio()
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
    recording = read_csv(file)
    return BandPlan(
        link=ReplayLink(recording, band.name, clock),
        profile=None,
        exercise=band.exercise,
        arbitrary_unit=recording.unit == "au",
    )


def _sensed(band: BandConfig, profiles: Registry, clock: SessionClock, radio: Radio) -> BandPlan:
    profile = profiles.get(band.profile)
    return BandPlan(
        link=BluetoothLink(profile, band.address or None, clock, radio),
        profile=profile,
        exercise=band.exercise,
        strands=band.strands,
    )

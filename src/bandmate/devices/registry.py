"""Profiles from files: those shipped with bandmate, then a person's own.

Reading these files is the only I/O of this floor. A shipped profile that cannot be used is an
error; a person's is named and passed over.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec

from bandmate.devices.profile import Profile
from bandmate.devices.rules import Refusal, faults, refusals, refused_commands
from bandmate.devices.unsupported import reason_for
from bandmate.errors import ProfileError, UsageError

FOLDER = "device_profiles"

SIDE_FILES = ("sig-battery.toml", "sig-device-information.toml")
"""Services that many sensors offer beside their own."""

Tables = dict[str, Any]
"""A profile as TOML gives it."""


@dataclass(frozen=True, slots=True)
class Registry:
    """The profiles that can be used, in the order of their ids.

    Attributes:
        problems: The files that were passed over, and why.
    """

    _profiles: Mapping[str, Profile]
    problems: tuple[ProfileError, ...] = ()

    def __iter__(self) -> Iterator[Profile]:
        return iter(self._profiles.values())

    def __len__(self) -> int:
        return len(self._profiles)

    def get(self, profile_id: str) -> Profile:
        """The profile of an id.

        Raises:
            UsageError: No profile has it; the hint names the nearest id.
        """
        if found := self._profiles.get(profile_id):
            return found
        if reason := reason_for(profile_id):
            raise UsageError(
                f"{profile_id} is not supported: {reason}",
                hint="If you know more of it, docs/add-your-own-sensor.md tells how to add it.",
            )
        near = get_close_matches(profile_id, self._profiles, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise UsageError(
            f"no device profile {profile_id!r}", hint=f"{hint}`bandmate profiles list` shows all."
        )


def load_profiles(*folders: Path) -> Registry:
    """The shipped profiles and those of `folders`; of one id, the last read counts.

    Args:
        folders: A person's own; one that does not exist is empty.

    Raises:
        ProfileError: A shipped profile cannot be used.
    """
    sides = shipped_sides()
    shipped = (read_profile(file, sides=sides) for file in shipped_files())
    profiles = {profile.device.id: profile for profile in shipped}
    refused = frozenset(refusal for profile in profiles.values() for refusal in refusals(profile))
    problems: list[ProfileError] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            profile = read_profile(path, refused, sides)
        except ProfileError as error:
            problems.append(error)
        else:
            profiles[profile.device.id] = profile
    return Registry(dict(sorted(profiles.items())), tuple(problems))


def shipped_files() -> list[Traversable]:
    """The files of the shipped profiles: inside an installed package, or beside its source."""
    packaged = files("bandmate") / FOLDER
    folder = packaged if packaged.is_dir() else Path(__file__).parents[3] / FOLDER
    return sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)


def shipped_sides() -> dict[str, Tables]:
    """The side services that other profiles may include, as tables, by their ids."""
    sides: dict[str, Tables] = {}
    for file in shipped_files():
        if file.name in SIDE_FILES:
            sides[file.name.removesuffix(".toml")] = tomllib.loads(file.read_bytes().decode())
    return sides


def read_profile(
    file: Traversable, refused: Iterable[Refusal] = (), sides: Mapping[str, Tables] | None = None
) -> Profile:
    """Read one profile that can be used.

    Args:
        file: A TOML file.
        refused: What must not be written, beside what the profile itself refuses.
        sides: The side services it may include; by default the shipped ones.

    Raises:
        ProfileError: It cannot be read or used; the message names file and place.
    """
    try:
        profile = parse_profile(file.read_bytes(), sides)
    except OSError as error:
        raise ProfileError(f"{file}: cannot be read: {error.strerror}") from error
    except ProfileError as error:
        raise ProfileError(f"{file}: {error}") from error
    if problems := [*faults(profile), *refused_commands(profile, refused)]:
        raise ProfileError(
            f"{file}: {problems[0]}", hint=f"`bandmate profiles check {file}` tells all."
        )
    return profile


def parse_profile(source: bytes, sides: Mapping[str, Tables] | None = None) -> Profile:
    """Make a profile of a file's bytes, by the schema alone.

    Args:
        source: TOML.
        sides: The side services it may include; by default the shipped ones.

    Raises:
        ProfileError: It is no profile; the message names the place.
    """
    try:
        tables = tomllib.loads(source.decode())
        return msgspec.convert(_with_sides(tables, sides), Profile)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ProfileError(f"not a device profile: {error}") from error


def _with_sides(tables: Tables, sides: Mapping[str, Tables] | None) -> Tables:
    """The tables, and the roles and streams of the side services they include behind their own."""
    include = tables.get("include", [])
    if not include:
        return tables
    sides = shipped_sides() if sides is None else sides
    for name in include:
        side = sides.get(name)
        if side is None:
            raise ProfileError(f"include: there is no side service {name!r}; remove it")
        for table in ("gatt", "stream"):
            own = tables.get(table, {})
            tables = tables | {table: own | {k: v for k, v in side[table].items() if k not in own}}
    return tables

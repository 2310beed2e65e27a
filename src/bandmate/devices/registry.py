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

import msgspec

from bandmate.devices.profile import Profile
from bandmate.devices.rules import Refusal, faults, refusals, refused_commands
from bandmate.errors import ProfileError, UsageError

FOLDER = "device_profiles"


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
    profiles = {profile.device.id: profile for profile in map(read_profile, shipped_files())}
    refused = frozenset(refusal for profile in profiles.values() for refusal in refusals(profile))
    problems: list[ProfileError] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            profile = read_profile(path, refused)
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


def read_profile(file: Traversable, refused: Iterable[Refusal] = ()) -> Profile:
    """Read one profile that can be used.

    Args:
        file: A TOML file.
        refused: What must not be written, beside what the profile itself refuses.

    Raises:
        ProfileError: It cannot be read or used; the message names file and place.
    """
    try:
        profile = parse_profile(file.read_bytes())
    except OSError as error:
        raise ProfileError(f"{file}: cannot be read: {error.strerror}") from error
    except ProfileError as error:
        raise ProfileError(f"{file}: {error}") from error
    if problems := [*faults(profile), *refused_commands(profile, refused)]:
        raise ProfileError(
            f"{file}: {problems[0]}", hint=f"`bandmate profiles check {file}` tells all."
        )
    return profile


def parse_profile(source: bytes) -> Profile:
    """Make a profile of a file's bytes, by the schema alone.

    Raises:
        ProfileError: It is no profile; the message names the place.
    """
    try:
        return msgspec.convert(tomllib.loads(source.decode()), Profile)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ProfileError(f"not a device profile: {error}") from error

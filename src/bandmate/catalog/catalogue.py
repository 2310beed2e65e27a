"""Loads the catalogue and looks exercises up."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

import msgspec

from bandmate.catalog.schema import ExerciseEntry, ZoneEntry
from bandmate.domain.exercises import Dose, Exercise, Recogniser, Sides
from bandmate.domain.zones import ZoneLimits
from bandmate.errors import UsageError


def _free(slug: str, title: str, summary: str, recogniser: Recogniser) -> Exercise:
    return Exercise(
        slug=slug,
        reference="",
        lines="",
        movement=slug,
        title=title,
        summary=summary,
        steps=(),
        phase="",
        position="any",
        sides=Sides.NONE,
        band=None,
        motion_site="",
        recogniser=recogniser,
        amplitude_n=0.0,
        amplitude_deg=0.0,
        rep_window=None,
        dose=Dose(0, 1),
        zone=None,
        zone_name="",
        tags=frozenset(),
        stop_rule="Stop at more pain, tingling or numbness.",
    )


FREE = (
    _free(
        "free_reps",
        "Free reps",
        "Counts any cyclic pull or movement; amplitude and tempo are learnt as it goes.",
        Recogniser.FREE_REPS,
    ),
    _free(
        "free_holds",
        "Free holds",
        "Finds any pull that is held for a second or more, at any level.",
        Recogniser.FREE_HOLDS,
    ),
)
"""Recognisers without an exercise: no dose, no zone."""


class Catalogue:
    """Every exercise, by its public name."""

    def __init__(
        self, exercises: Mapping[str, Exercise], caps: Mapping[str, tuple[float, float]]
    ) -> None:
        self._exercises = dict(exercises)
        self._caps = dict(caps)

    def __iter__(self) -> Iterator[Exercise]:
        return iter(self._exercises.values())

    def __len__(self) -> int:
        return len(self._exercises)

    def find(self, slug: str) -> Exercise:
        """Look an exercise up.

        Raises:
            UsageError: There is none of that name; the nearest is named.
        """
        exercise = self._exercises.get(slug)
        if exercise is None:
            near = [known for known in self._exercises if slug and slug in known]
            near += get_close_matches(slug, self._exercises, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise UsageError(
                f"unknown exercise {slug!r}", hint=f"{hint}`bandmate exercises list` shows them."
            )
        return exercise

    def check_caps(self, exercise: Exercise, zone: ZoneLimits) -> None:
        """A changed zone must stay under the caps of the exercise's own; `free_*` has none.

        Raises:
            UsageError: It does not.
        """
        most = self._caps.get(exercise.zone_name)
        if most is not None and (zone.limit_n > most[0] or zone.ceiling_n > most[1]):
            raise UsageError(
                f"{exercise.slug}: limit {zone.limit_n:g} N, ceiling {zone.ceiling_n:g} N is over "
                f"the caps of {exercise.zone_name} ({most[0]:g} N and {most[1]:g} N)"
            )


@cache
def load_catalogue() -> Catalogue:
    """The shipped catalogue, with `free_reps` and `free_holds` at its end."""
    folder = files("bandmate.catalog")
    zones = msgspec.toml.decode(
        folder.joinpath("zones.toml").read_bytes(), type=dict[str, ZoneEntry]
    )
    exercises = {
        slug: entry.exercise(slug, None if entry.zone is None else zones[entry.zone].limits())
        for file in sorted(folder.joinpath("exercises").iterdir(), key=lambda file: file.name)
        for slug, entry in msgspec.toml.decode(
            file.read_bytes(), type=dict[str, ExerciseEntry]
        ).items()
    }
    return Catalogue(
        exercises | {free.slug: free for free in FREE},
        {name: zone.cap for name, zone in zones.items() if zone.cap is not None},
    )

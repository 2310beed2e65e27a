"""What an exercise is: its movement, its dose, its zone and how it is recognised."""

from dataclasses import dataclass
from enum import StrEnum

from bandmate.domain.zones import ZoneLimits


class Recogniser(StrEnum):
    """How work is recognised in the tension signal."""

    REPS = "R-T"
    """Cyclic pulls."""
    REPS_WITH_HOLD = "RH-T"
    """Cyclic pulls that are held at the top."""
    STEPS = "S-T"
    """Steps on a band that never goes slack."""
    HOLD = "H-T"
    """A plateau above the zone's lower edge."""
    MOTION_REPS = "R-I"
    """Cyclic movements of a limb, seen by a motion sensor alone."""
    MOTION_HOLD = "H-I"
    """A limb that is held away from rest, seen by a motion sensor alone."""
    FREE_REPS = "free-reps"
    """Any cyclic pull; amplitude and tempo are learnt."""
    FREE_HOLDS = "free-holds"
    """Any plateau above the tracked rest level."""


HOLD_RECOGNISERS = frozenset({Recogniser.HOLD, Recogniser.MOTION_HOLD, Recogniser.FREE_HOLDS})
"""Recognisers that find plateaus; all others count movements."""


@dataclass(frozen=True, slots=True)
class RepWindow:
    """A movement faster than `min_s` is `fast`, slower than `max_s` is `slow` (start to count)."""

    min_s: float
    max_s: float


@dataclass(frozen=True, slots=True)
class Dose:
    """What one set asks for.

    Attributes:
        reps: Movements to count, or holds to make; 0 where nothing is asked for.
        sets: How many sets.
        hold_s: Seconds to hold each; 0 where the movement is not held.
    """

    reps: int
    sets: int
    hold_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of the catalogue.

    Attributes:
        slug: Its public name in commands, configuration, events and stores.
        reference: Where it was described, article number - item; empty for `free_*`.
        title: What a person calls it.
        summary: How to do it, one sentence.
        steps: How to do it, step by step.
        phase: `calm`, `release` or `stabilise`; empty for `free_*`.
        position: How the body lies, sits or stands.
        side: Which side works.
        band: The band's strength, and where it goes.
        recogniser: How the work is recognised.
        amplitude_n: The expected rise of a full movement in newton; 0 where it is learnt.
        amplitude_deg: The same for the angle that a motion sensor sees.
        rep_window: The expected length of one movement; `None` for holds.
        dose: What one set asks for.
        zone: The levels; `None` where no level means anything (`free_*`).
        zone_name: The name of the zone, empty where there is none.
        stop_rule: When to stop.
        still_pelvis: The pelvis is not to roll along; a sensor worn on it tells.
    """

    slug: str
    reference: str
    title: str
    summary: str
    steps: tuple[str, ...]
    phase: str
    position: str
    side: str
    band: str
    recogniser: Recogniser
    amplitude_n: float
    amplitude_deg: float
    rep_window: RepWindow | None
    dose: Dose
    zone: ZoneLimits | None
    zone_name: str
    stop_rule: str
    still_pelvis: bool = False

"""What an exercise is: its movement, its dose, its zone and how it is recognised."""

from dataclasses import dataclass
from enum import StrEnum

from bandmate.domain.zones import ZoneLimits


class Recogniser(StrEnum):
    """How work is recognised in the signal."""

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
    MOTION_REPS_WITH_HOLD = "RH-I"
    """The same, held at the top."""
    MOTION_HOLD = "H-I"
    """A limb that is held away from rest, seen by a motion sensor alone."""
    TIMER = "TIMER"
    """Prompted, and confirmed by the person: no sensor sees it."""
    FREE_REPS = "free-reps"
    """Any cyclic pull; amplitude and tempo are learnt."""
    FREE_HOLDS = "free-holds"
    """Any plateau above the tracked rest level."""


HOLD_RECOGNISERS = frozenset({Recogniser.HOLD, Recogniser.MOTION_HOLD, Recogniser.FREE_HOLDS})
"""Recognisers that find plateaus; all others count movements."""


MOTION_RECOGNISERS = frozenset(
    {Recogniser.MOTION_REPS, Recogniser.MOTION_REPS_WITH_HOLD, Recogniser.MOTION_HOLD}
)
"""Recognisers of what only a motion sensor sees."""


class Sides(StrEnum):
    """Which side of the body works."""

    EACH = "each"
    """One side after the other, each with the whole dose."""
    PAINFUL = "painful"
    """The painful one alone."""
    BOTH = "both"
    """Both together."""
    ALTERNATING = "alternating"
    """In turn within a set."""
    DIRECTIONS = "directions"
    """One way, then the other."""
    NONE = "none"
    """Sides mean nothing."""


@dataclass(frozen=True, slots=True)
class BandUse:
    """How a band is used.

    Attributes:
        strength: `light`, `heavy`, `mini` …
        place: Where it goes on the body.
        anchor: Where its other end is.
        strands: Strands that pull at the limb for each that the sensor is in.
    """

    strength: str
    place: str
    anchor: str
    strands: int


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
        hold_s: Seconds to hold each, or that a timer runs; 0 where the movement is not held.
        most_reps: As many as may be proposed one day.
        least_hold_s: A hold counts from so many seconds on.
        most_hold_s: A hold is long enough.
    """

    reps: int
    sets: int
    hold_s: float = 0.0
    most_reps: int = 0
    least_hold_s: float = 0.0
    most_hold_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of the catalogue.

    Attributes:
        slug: Its public name in commands, configuration, events and stores.
        reference: Where it was described, article number - item; empty for `free_*`.
        lines: The lines of the article.
        movement: The movement; exercises that share one are the same movement.
        title: What a person calls it.
        summary: How to do it, one sentence.
        steps: How to do it, step by step.
        phase: `warm_up`, `calm`, `release`, `stabilise` or `cool_down`; empty for `free_*`.
        position: How the body lies, sits or stands.
        sides: Which side works.
        band: How the band is used; `None` where there is none.
        motion_site: Where a motion sensor is worn; empty where none sees it.
        recogniser: How the work is recognised.
        amplitude_n: The expected rise of a full movement in newton; 0 where it is learnt.
        amplitude_deg: The same for the angle that a motion sensor sees.
        rep_window: The expected length of one movement; `None` for holds.
        dose: What one set asks for.
        zone: The levels; `None` where no level means anything (`free_*`).
        zone_name: The name of the zone, empty where there is none.
        tags: What a plan must know of it, see the catalogue's schema.
        stop_rule: When to stop.
        still_pelvis: The pelvis is not to roll along; a sensor worn on it tells.
    """

    slug: str
    reference: str
    lines: str
    movement: str
    title: str
    summary: str
    steps: tuple[str, ...]
    phase: str
    position: str
    sides: Sides
    band: BandUse | None
    motion_site: str
    recogniser: Recogniser
    amplitude_n: float
    amplitude_deg: float
    rep_window: RepWindow | None
    dose: Dose
    zone: ZoneLimits | None
    zone_name: str
    tags: frozenset[str]
    stop_rule: str
    still_pelvis: bool = False

    @property
    def measured(self) -> bool:
        """A sensor can see it; otherwise it is timed, and never shown as measured."""
        return self.recogniser is not Recogniser.TIMER

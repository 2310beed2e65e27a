"""The form of the catalogue's files; unknown keys are errors."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bandmate.domain.exercises import BandUse, Dose, Exercise, Recogniser, RepWindow, Sides
from bandmate.domain.zones import ZoneLimits

Text = Annotated[str, Meta(min_length=1)]
Seconds = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=1)]

Phase = Literal["warm_up", "calm", "release", "stabilise", "cool_down"]
Tag = Literal[
    "forward_fold",
    "twist",
    "flexion",
    "extension",
    "traction",
    "floss",
    "balance",
    "pregnancy",
    "severe_pain",
    "by_plan",
    "hinge",
]
"""What a plan must know of an exercise.

forward_fold, twist: off in the first phase, later by the plan's choice. flexion, extension: the way
that the back bends. traction, floss: heavy and light, which never mix. pregnancy, severe_pain,
by_plan: only where a plan names it. hinge: the back stays long.
"""


class ZoneEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of `zones.toml`; `cap`: the most that limit and ceiling may be set to."""

    slack_n: float
    low_n: float
    high_n: float
    limit_n: float
    ceiling_n: float
    cap: tuple[float, float] | None = None

    def limits(self) -> ZoneLimits:
        """The domain's levels."""
        return ZoneLimits(self.slack_n, self.low_n, self.high_n, self.limit_n, self.ceiling_n)


class BandEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """How the band is used."""

    strength: Literal["light", "light to medium", "heavy", "mini"]
    place: Text
    anchor: Text
    strands: Literal[1, 2]

    def use(self) -> BandUse:
        """The domain's."""
        return BandUse(self.strength, self.place, self.anchor, self.strands)


class DoseEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """What one set asks for: repetitions from and to; seconds of a hold: least, aim and most."""

    reps: tuple[Count, Count]
    sets: Count
    hold_s: tuple[Seconds, Seconds, Seconds] = (0.0, 0.0, 0.0)

    def dose(self) -> Dose:
        """The domain's; it starts with the fewest repetitions."""
        least_s, hold_s, most_s = self.hold_s
        reps, most_reps = self.reps
        return Dose(reps, self.sets, hold_s, most_reps, least_s, most_s)


class ExerciseEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the files in `exercises/`."""

    reference: Annotated[str, Meta(pattern=r"^\d{3}-\d+[ab]?$")]
    lines: Text
    movement: Annotated[str, Meta(pattern=r"^[a-z0-9_]+$")]
    title: Text
    summary: Text
    steps: Annotated[list[Text], Meta(min_length=2)]
    phase: Phase
    position: Text
    sides: Sides
    recogniser: Literal["R-T", "RH-T", "S-T", "H-T", "R-I", "RH-I", "H-I", "TIMER"]
    dose: DoseEntry
    stop_rule: Text
    band: BandEntry | None = None
    motion_site: str = ""
    zone: Text | None = None
    amplitude_n: Annotated[float, Meta(ge=0)] = 0.0
    amplitude_deg: Annotated[float, Meta(ge=0)] = 0.0
    rep_s: tuple[Seconds, Seconds] | None = None
    tags: list[Tag] = []
    still_pelvis: bool = False

    def exercise(self, slug: str, zone: ZoneLimits | None) -> Exercise:
        """The domain's exercise."""
        return Exercise(
            slug=slug,
            reference=self.reference,
            lines=self.lines,
            movement=self.movement,
            title=self.title,
            summary=self.summary,
            steps=tuple(self.steps),
            phase=self.phase,
            position=self.position,
            sides=self.sides,
            band=None if self.band is None else self.band.use(),
            motion_site=self.motion_site,
            recogniser=Recogniser(self.recogniser),
            amplitude_n=self.amplitude_n,
            amplitude_deg=self.amplitude_deg,
            rep_window=None if self.rep_s is None else RepWindow(*self.rep_s),
            dose=self.dose.dose(),
            zone=zone,
            zone_name=self.zone or "",
            tags=frozenset(self.tags),
            stop_rule=self.stop_rule,
            still_pelvis=self.still_pelvis,
        )

"""The form of the catalogue's files; unknown keys are errors."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bandmate.domain.exercises import Dose, Exercise, Recogniser, RepWindow
from bandmate.domain.zones import ZoneLimits

Text = Annotated[str, Meta(min_length=1)]
Seconds = Annotated[float, Meta(ge=0)]


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


class DoseEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """What one set asks for."""

    reps: Annotated[int, Meta(ge=1)]
    sets: Annotated[int, Meta(ge=1)]
    hold_s: Seconds = 0.0


class ExerciseEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of `exercises.toml`."""

    reference: Annotated[str, Meta(pattern=r"^\d{3}-\d+$")]
    title: Text
    summary: Text
    steps: Annotated[list[Text], Meta(min_length=2)]
    phase: Literal["calm", "release", "stabilise"]
    position: Text
    side: Text
    band: Text
    recogniser: Literal["R-T", "RH-T", "S-T", "H-T", "R-I", "H-I"]
    dose: DoseEntry
    stop_rule: Text
    zone: Text | None = None
    amplitude_n: Annotated[float, Meta(ge=0)] = 0.0
    amplitude_deg: Annotated[float, Meta(ge=0)] = 0.0
    rep_s: tuple[Seconds, Seconds] | None = None
    still_pelvis: bool = False

    def exercise(self, slug: str, zone: ZoneLimits | None) -> Exercise:
        """The domain's exercise."""
        return Exercise(
            slug=slug,
            reference=self.reference,
            title=self.title,
            summary=self.summary,
            steps=tuple(self.steps),
            phase=self.phase,
            position=self.position,
            side=self.side,
            band=self.band,
            recogniser=Recogniser(self.recogniser),
            amplitude_n=self.amplitude_n,
            amplitude_deg=self.amplitude_deg,
            rep_window=None if self.rep_s is None else RepWindow(*self.rep_s),
            dose=Dose(self.dose.reps, self.dose.sets, self.dose.hold_s),
            zone=zone,
            zone_name=self.zone or "",
            stop_rule=self.stop_rule,
            still_pelvis=self.still_pelvis,
        )

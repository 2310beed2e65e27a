"""What one band shows of another one's work: the pelvis of a leg's, the foot of the shank's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np

from bandmate.domain.alerts import HintCode
from bandmate.domain.events import HoldEnded, Rep
from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise
from bandmate.engine.reading_history import Numbers, ReadingHistory

PELVIS: Final = "pelvis"
SHANK: Final = "shank"
FOOT: Final = "foot"
BREASTBONE: Final = "breastbone"
HINGE: Final = "hamstring_stretch_long_sit"
"""The movement in which the back stays long: it bends at the hips alone."""
LEAN_DEG: Final = 10.0
"""A pelvis that stays still leans less."""
LEAN_S: Final = 0.2
"""It leans when it does so for this long, all in all: single readings are noise."""
BENT_DEG: Final = 10.0
"""A long back bends less between pelvis and breastbone. No source has a figure for it."""
PATTERN_R: Final = 0.5
"""Knee and ankle go together, or against each other, from this correlation on."""
STILL_ANKLE_DEG: Final = 3.0
"""An ankle that spreads by less (standard deviation) goes neither way."""

Pattern = Literal["slider", "tensioner"]


@dataclass(frozen=True, slots=True)
class RollBack:
    """Did the pelvis roll along with the leg? Seen in its angle to the pose of rest.

    Attributes:
        awaits: The bands whose readings must reach to the end of a movement.
    """

    pelvis: ReadingHistory
    awaits: ClassVar = (PELVIS,)

    def flags(self, rep: Rep) -> tuple[str, ...]:
        """`roll_back`, where it did."""
        t_s, lean_deg = self.pelvis.between(rep.start_s, rep.count_s)
        return ("roll_back",) if _is_over(LEAN_DEG, t_s, lean_deg) else ()


@dataclass(frozen=True, slots=True)
class KneeAndAnkle:
    """Does the ankle go with the knee, or against it?

    The shank turns as the knee straightens, and the ankle is how much further the foot turns.

    Attributes:
        awaits: The bands whose readings must reach to the end of a movement.
    """

    shank: ReadingHistory
    foot: ReadingHistory
    awaits: ClassVar = (SHANK, FOOT)

    def flags(self, rep: Rep) -> tuple[str, ...]:
        """The pattern, where it is told."""
        pattern = self.pattern(rep.start_s, rep.count_s)
        return () if pattern is None else (pattern,)

    def pattern(self, from_s: float, to_s: float) -> Pattern | None:
        """What a movement between two times was; `None`: it is not told."""
        if not (self.shank.covers(from_s, to_s) and self.foot.covers(from_s, to_s)):
            return None
        t_s, knee_deg = self.shank.between(from_s, to_s)
        together = _correlation(knee_deg, self.foot.at(t_s) - knee_deg)
        if abs(together) < PATTERN_R:
            return None
        return "slider" if together > 0 else "tensioner"


@dataclass(frozen=True, slots=True)
class LevelHips:
    """Did the hips stay level while a leg was held? Seen as in `RollBack`.

    Attributes:
        awaits: The bands whose readings must reach to the end of a hold.
    """

    pelvis: ReadingHistory
    awaits: ClassVar = (PELVIS,)

    def hint(self, hold: HoldEnded) -> HintCode | None:
        """What there is to say about a hold."""
        rolled = _is_over(LEAN_DEG, *self.pelvis.between(hold.start_s, hold.end_s))
        return HintCode.LEVEL_HIPS if rolled else None


@dataclass(frozen=True, slots=True)
class LongBack:
    """Did the back stay long? Where it does, pelvis and breastbone lean together.

    Attributes:
        awaits: The bands whose readings must reach to the end of a hold.
    """

    pelvis: ReadingHistory
    breastbone: ReadingHistory
    awaits: ClassVar = (PELVIS, BREASTBONE)

    def hint(self, hold: HoldEnded) -> HintCode | None:
        """What there is to say about a hold."""
        span_s = hold.start_s, hold.end_s
        if not (self.pelvis.covers(*span_s) and self.breastbone.covers(*span_s)):
            return None
        t_s, lean_deg = self.breastbone.between(*span_s)
        bent = _is_over(BENT_DEG, t_s, np.abs(lean_deg - self.pelvis.at(t_s)))
        return HintCode.LONG_BACK if bent else None


Companion = RollBack | KneeAndAnkle
"""Who has a say in the movements of a band."""
Posture = LevelHips | LongBack
"""Who has a say in its holds."""


def postures(exercise: Exercise, heard: Mapping[str, ReadingHistory]) -> tuple[Posture, ...]:
    """Who has a say in the holds of an exercise, of the bands that are worn."""
    if exercise.recogniser not in HOLD_RECOGNISERS or PELVIS not in heard:
        return ()
    if exercise.still_pelvis:
        return (LevelHips(heard[PELVIS]),)
    if exercise.movement == HINGE and BREASTBONE in heard:
        return (LongBack(heard[PELVIS], heard[BREASTBONE]),)
    return ()


def _is_over(most_deg: float, t_s: Numbers, angle_deg: Numbers) -> bool:
    """An angle is over a limit for long enough, all in all."""
    return float(np.diff(t_s)[angle_deg[1:] > most_deg].sum()) >= LEAN_S


def _correlation(knee_deg: Numbers, ankle_deg: Numbers) -> float:
    """Pearson's r; 0 where the ankle or the knee hardly moves."""
    if min(float(ankle_deg.std()), float(knee_deg.std())) < STILL_ANKLE_DEG:
        return 0.0
    return float(np.corrcoef(knee_deg, ankle_deg)[0, 1])

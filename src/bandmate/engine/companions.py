"""What one band shows of another one's movement: the pelvis of a leg's, the foot of the shank's."""

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np

from bandmate.domain.events import Rep
from bandmate.engine.reading_history import Numbers, ReadingHistory

PELVIS: Final = "pelvis"
SHANK: Final = "shank"
FOOT: Final = "foot"
LEAN_DEG: Final = 10.0
"""A pelvis that stays still leans less."""
LEAN_S: Final = 0.2
"""It leans when it does so for this long, all in all: single readings are noise."""
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
        leaning_s = np.diff(t_s)[lean_deg[1:] > LEAN_DEG].sum()
        return ("roll_back",) if leaning_s >= LEAN_S else ()


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


Companion = RollBack | KneeAndAnkle
"""Who has a say in the movements of a band."""


def _correlation(knee_deg: Numbers, ankle_deg: Numbers) -> float:
    """Pearson's r; 0 where the ankle or the knee hardly moves."""
    if min(float(ankle_deg.std()), float(knee_deg.std())) < STILL_ANKLE_DEG:
        return 0.0
    return float(np.corrcoef(knee_deg, ankle_deg)[0, 1])

"""Full cycles inside one movement: the sign that it began below its true base.

Who pulls a slack band to its working tension and then rows back and forth never lets it fall by
65 % of the whole rise: by the rule alone that is one movement without end. Dips as deep as full
movements, again and again, tell it from a bounce at the top, which is one shallow dip in a
movement.
"""

from dataclasses import dataclass

ENOUGH = 3
"""Dips in a row after which the base was wrong."""
LEAST_APART_S = 0.5
"""Dips that follow more quickly are trembling, not movements."""


@dataclass(frozen=True, slots=True)
class Dip:
    """A peak, and the low after it from which the signal rose again as deep."""

    peak: float
    peak_s: float
    low: float
    low_s: float


class Dips:
    """Follows the rep signal within one movement.

    Args:
        apart_s: Least time between two dips: the quickest movement that is none too fast.
    """

    def __init__(self, apart_s: float) -> None:
        self._apart_s = max(apart_s, LEAST_APART_S)
        self._found: list[Dip] = []
        self._peak = self._peak_s = 0.0
        self._low: float | None = None
        self._low_s = 0.0

    def begin(self, t_s: float, g: float) -> None:
        """A movement begins."""
        self._found = []
        self._peak, self._peak_s, self._low = g, t_s, None

    def step(self, t_s: float, g: float, depth: float) -> list[Dip]:
        """Take one reading of the movement; the dips, once there are enough that are `depth` deep.

        After they were returned the count begins anew, from the newest low.
        """
        if self._low is None:
            if g > self._peak:
                self._peak, self._peak_s = g, t_s
            elif self._peak - g >= depth:
                self._low, self._low_s = g, t_s
            return []
        if g < self._low:
            self._low, self._low_s = g, t_s
        if g - self._low < depth:
            return []
        dip = Dip(self._peak, self._peak_s, self._low, self._low_s)
        self._peak, self._peak_s, self._low = g, t_s, None
        if self._found and dip.low_s - self._found[-1].low_s < self._apart_s:
            self._found = []
        self._found.append(dip)
        if len(self._found) < ENOUGH:
            return []
        found, self._found = self._found, []
        return found

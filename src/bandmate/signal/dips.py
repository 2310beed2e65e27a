"""Full cycles inside one movement: the sign that it began below its true base.

Who pulls a slack band to its working tension and then rows back and forth never lets it fall by
65 % of the whole rise: by the rule alone that is one movement without end. Dips as deep as full
movements, again and again, tell it from a bounce at the top, which is one shallow dip in a
movement. Where nobody knows how deep that is, dips must be alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 3
"""Dips in a row after which the base was wrong."""
LEAST_APART_S = 0.5
"""Dips that follow more quickly are trembling, not movements."""
ALIKE = 0.7
"""Of the deeper one: so deep is the other of two dips that are alike."""


@dataclass(frozen=True, slots=True)
class Dip:
    """A peak, and the low after it from which the signal rose again as deep."""

    peak: float
    peak_s: float
    low: float
    low_s: float

    def is_like(self, other: "Dip") -> bool:
        """Whether it is about as deep as another."""
        a, b = self.peak - self.low, other.peak - other.low
        return min(a, b) >= ALIKE * max(a, b)


class Dips:
    """Follows the rep signal within one movement, from its first peak on.

    Args:
        apart_s: Least time between two dips: the quickest movement that is none too fast.
        peak: The peak that the signal comes down from.
        peak_s: Its time.
        alike: Only dips count that are alike and come back up by as much.
    """

    def __init__(self, apart_s: float, peak: float, peak_s: float, *, alike: bool) -> None:
        self._alike = alike
        self._apart_s = max(apart_s, LEAST_APART_S)
        self._found: list[Dip] = []
        self._peak, self._peak_s = peak, peak_s
        self._low: float | None = None
        self._low_s = 0.0

    def step(self, t_s: float, g: float, depth: float) -> Sequence[Dip]:
        """Take one reading of the movement; the dips, once there are enough that are `depth` deep.

        After they were returned the count begins anew, from the newest low.
        """
        if self._low is None:
            if g > self._peak:
                self._peak, self._peak_s = g, t_s
            elif self._peak - g >= depth:
                self._low, self._low_s = g, t_s
            return ()
        if g < self._low:
            self._low, self._low_s = g, t_s
        back = max(depth, ALIKE * (self._peak - self._low)) if self._alike else depth
        if g - self._low < back:
            return ()
        dip = Dip(self._peak, self._peak_s, self._low, self._low_s)
        self._peak, self._peak_s, self._low = g, t_s, None
        if self._found and not self._follows(dip, self._found[-1]):
            self._found = []
        self._found.append(dip)
        if len(self._found) < ENOUGH:
            return ()
        found, self._found = self._found, []
        return found

    def _follows(self, dip: Dip, last: Dip) -> bool:
        if dip.low_s - last.low_s < self._apart_s:
            return False
        return not self._alike or dip.is_like(last)

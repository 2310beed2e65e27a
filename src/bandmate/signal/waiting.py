"""Movements along a course that wait for others like them.

In a set each movement counts at once if it is like the one before. One that is not, and those after
a break, wait: they count late with the ones that follow, or not at all.
"""

from bandmate.signal.likeness import Candidate, Likeness
from bandmate.signal.movement import Settled

BREAK_PERIODS = 1.5
BREAK_S = 6.0
"""Without a movement for so many periods, and so long, the next one comes after a break."""
INNER_PERIODS = 1.0
"""An odd movement so near to the ones before and after it is one of them."""


class Waiting:
    """Movements along one course that wait for others like them.

    Args:
        likeness: How alike they must be.
        period_s: The course's.
        last: The last one that counted, of whatever course.
    """

    def __init__(self, likeness: Likeness, period_s: float, last: Candidate | None) -> None:
        self._likeness = likeness
        self._inner_s = INNER_PERIODS * period_s
        self._break_s = max(BREAK_PERIODS * period_s, BREAK_S)
        self._waiting: list[Candidate] = []
        self.last = last

    def take(self, candidate: Candidate) -> list[Candidate]:
        """One more movement; those that count now, in order."""
        likeness, waiting = self._likeness, self._waiting
        if likeness.confirmed_by == 1:
            return self._count([candidate])
        if waiting and not self._follows(candidate, waiting[-1]):
            waiting.clear()
        waiting.append(candidate)
        goes_on = self.last is not None and self._follows(waiting[0], self.last)
        alike = sum(self._alike(other, candidate) for other in waiting)
        enough = 2 if goes_on else likeness.confirmed_by
        if alike >= enough or (goes_on and self.last and self._alike(self.last, candidate)):
            return self._count(self._kept(candidate))
        return []

    def settle(self, settled: Settled) -> bool:
        """A movement came to rest; is it one that waits still?"""
        for candidate in self._waiting:
            if candidate.movement.index == settled.index:
                candidate.settled = settled
                return True
        return False

    def stop(self) -> list[Candidate]:
        """Nothing follows: of those that wait two alike are enough."""
        if len(self._waiting) < 2 or not self._alike(*self._waiting[-2:]):
            return []
        return self._count(self._kept(self._waiting[-1]))

    def _kept(self, newest: Candidate) -> list[Candidate]:
        """Of those that wait: like the newest, or between two that count without a pause."""
        kept: list[Candidate] = []
        before = self.last
        for n, candidate in enumerate(self._waiting):
            after = self._waiting[min(n + 1, len(self._waiting) - 1)]
            inner = (
                before is not None
                and _pause_s(before, candidate) <= self._inner_s
                and _pause_s(candidate, after) <= self._inner_s
            )
            if inner or self._alike(candidate, newest):
                kept.append(candidate)
                before = candidate
        return kept

    def _count(self, candidates: list[Candidate]) -> list[Candidate]:
        self._waiting.clear()
        if candidates:
            self.last = candidates[-1]
        return candidates

    def _follows(self, candidate: Candidate, before: Candidate) -> bool:
        return _pause_s(before, candidate) <= self._break_s

    def _alike(self, a: Candidate, b: Candidate) -> bool:
        size_ratio = _ratio(a.movement.excursion, b.movement.excursion)
        return (
            size_ratio >= self._likeness.size_ratio
            and _ratio(a.width_s, b.width_s) >= self._likeness.time_ratio
        )


def _pause_s(before: Candidate, after: Candidate) -> float:
    return after.movement.start_s - before.movement.count_s


def _ratio(a: float, b: float) -> float:
    """Of the smaller to the larger."""
    return min(a, b) / max(a, b) if a > 0 and b > 0 else 0.0

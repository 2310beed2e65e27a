"""Has the zero of a force sensor moved? Judged where the pull is known: slack, between movements.

A band that hangs slack is still, and pulls nothing. What a limb holds is never that still, so a
light pull is not taken for a wrong zero. Between movements a band may well keep a pull: there only
a change tells something.
"""

from bandmate.signal.health import Fault

SLACK_OFF_N = 2.0
"""A slack band may read so far from zero."""
VALLEY_OFF_N = 3.0
"""A valley between movements may be so far over the first one."""
HYSTERESIS_N = 1.0
STILL_S = 5.0
"""A band that is still for so long hangs slack."""
STILL_N = 0.5
"""It is still to within this …"""
STILL_SIGMA = 3.0
"""… or, where that is more, to within so much of the noise."""


class SlackLevel:
    """Finds the level of a band that hangs slack: it is low, and still.

    Args:
        slack: Below this the band may be slack.

    Attributes:
        since_s: From when on it was still.
    """

    def __init__(self, slack: float) -> None:
        self._slack = slack
        self._low = self._high = self.since_s = float("inf")
        self.reset()

    def reset(self) -> None:
        """Whatever comes next is not compared with what was."""
        self._low, self._high, self.since_s = float("inf"), -float("inf"), float("inf")

    def step(self, t_s: float, level: float, sigma: float) -> float | None:
        """Take one level of the rep signal; what a slack band read, once it was still."""
        if level >= self._slack:
            self.reset()
            return None
        low, high = min(self._low, level), max(self._high, level)
        if high - low > max(STILL_N, STILL_SIGMA * sigma):
            self.reset()
            low = high = level
        self._low, self._high, self.since_s = low, high, min(self.since_s, t_s)
        return (low + high) / 2 if t_s - self.since_s >= STILL_S else None


class DriftWatch:
    """Watches the level of the slack band, and the valleys between movements.

    Args:
        slack: Below this the band may be slack.
    """

    def __init__(self, slack: float) -> None:
        self._rest = SlackLevel(slack)
        self.reset()

    def reset(self) -> None:
        """There is a new zero: levels before and after it do not compare."""
        self._rest.reset()
        self._slack_off = self._valley_off = False
        self._moved = False
        self._first: float | None = None
        self._newest = (0.0, 0.0)

    def step(self, t_s: float, level: float, sigma: float) -> Fault | None:
        """Take one level of the rep signal."""
        slack = self._rest.step(t_s, level, sigma)
        if slack is None:
            return None
        since_s = self._rest.since_s
        self._rest.reset()
        was_off = self._slack_off
        self._slack_off = _is_off(abs(slack), SLACK_OFF_N, was_off=was_off)
        if self._slack_off == was_off or self._valley_off:
            return None
        return Fault(since_s, slack, gone=was_off)

    def moved(self, start_s: float, base: float) -> Fault | None:
        """Take the valley `base` that a movement rose from.

        The first movement's is not between two. It takes two valleys in a row: one may be that of
        a movement that did not come all the way back.
        """
        if not self._moved:
            self._moved = True
            return None
        if self._first is None:
            self._first, self._newest = base, (start_s, base)
        since_s, before = self._newest
        self._newest = (start_s, base)
        lower, was_off = min(base, before), self._valley_off
        self._valley_off = _is_off(lower - self._first, VALLEY_OFF_N, was_off=was_off)
        if self._valley_off == was_off or self._slack_off:
            return None
        return Fault(since_s, lower, gone=was_off)

    def gap(self) -> None:
        """Readings are missing: whether the band was still meanwhile is unknown."""
        self._rest.reset()


def _is_off(by: float, most: float, *, was_off: bool) -> bool:
    return by > (most - HYSTERESIS_N if was_off else most)

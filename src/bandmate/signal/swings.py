"""Small quick swings that no movement comes of: somebody moves, but too little to be counted.

Breathing swings a tensioned band as far, but not as quickly.
"""

FLOOR_SHARE = 0.5
"""A swing is at least so much of the smallest rise that is looked at …"""
SWING_SIGMA = 5.0
"""… and at least so much of the noise."""
SMALL_FLOORS = 2.0
"""A swing of more than so many times that rise is not small: it is too quick for the sensor."""
EVERY_S = 1.0
"""Swings further apart may be breaths."""
LASTING_S = 5.0


class SwingWatch:
    """Finds swings that go on for some seconds round one level.

    Args:
        floor: The smallest rise that is looked at.
    """

    def __init__(self, floor: float) -> None:
        self._floor = floor
        self._crest = self._trough = self._since_s = 0.0
        self.reset()

    def reset(self) -> None:
        """A movement came of it, or readings are missing."""
        self._rising = True
        self._extreme = self._last_s = -float("inf")
        self._trough = float("inf")

    def step(self, t_s: float, level: float, sigma: float) -> bool:
        """Take one level of the fast signal; have swings been going on with this one?"""
        least = max(FLOOR_SHARE * self._floor, SWING_SIGMA * sigma)
        if self._rising:
            if level < self._extreme - least:
                crest, self._extreme, self._rising = self._extreme, level, False
                return self._swung(t_s, crest)
            self._extreme = max(self._extreme, level)
        elif level > self._extreme + least:
            self._trough, self._extreme, self._rising = self._extreme, level, True
        else:
            self._extreme = min(self._extreme, level)
        return False

    def _swung(self, t_s: float, crest: float) -> bool:
        elsewhere = abs(crest - self._crest) > self._floor
        large = crest - self._trough > SMALL_FLOORS * self._floor
        if elsewhere or large or t_s - self._last_s > EVERY_S:
            self._since_s, self._crest = t_s, crest
        self._last_s = t_s
        return t_s - self._since_s >= LASTING_S

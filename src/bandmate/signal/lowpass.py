"""One-pole low-pass, exact for uneven sampling."""

import math


class LowPass:
    """First-order low-pass with the given cut-off in hertz.

    Each step uses the exact response over the time that passed, so the cut-off does not depend on
    the sample rate and gaps need no resampling.
    """

    __slots__ = ("_minus_inverse_tau", "_t_s", "_y")

    def __init__(self, cutoff_hz: float) -> None:
        self._minus_inverse_tau = -2 * math.pi * cutoff_hz
        self.reset()

    def reset(self) -> None:
        """Forget what was seen: the next value passes through."""
        self._t_s = 0.0
        self._y: float | None = None

    def step(self, t_s: float, x: float) -> float:
        """Take a finite value measured at `t_s`, return the filtered one."""
        y = self._y
        if y is None:
            y = x
        else:
            y -= (x - y) * math.expm1((t_s - self._t_s) * self._minus_inverse_tau)
        self._t_s, self._y = t_s, y
        return y

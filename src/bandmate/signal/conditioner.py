"""The two signals every detector works on, from one reading."""

from bandmate.signal.lowpass import LowPass
from bandmate.signal.median import Median3
from bandmate.signal.noise import NoiseLevel

REP_LOWPASS_HZ = 3.0
"""Cut-off of the rep signal."""


class Conditioner:
    """Readings in; the fast signal `m`, the rep signal `g` and the noise out.

    After `step`:

    Attributes:
        t_s: Time of the newest reading.
        tm_s: Time that `m` belongs to: the median's delay of one reading taken off.
        m: Fast signal, median of three.
        g: Rep signal, `m` through a 3 Hz low-pass; belongs to about 50 ms before `tm_s`.
        raw: The reading itself.
        step_s: Time since the reading before; 0 for the first.
    """

    __slots__ = (
        "_before_s",
        "_lowpass",
        "_median",
        "_noise",
        "g",
        "m",
        "raw",
        "step_s",
        "t_s",
        "tm_s",
    )

    def __init__(self) -> None:
        self._median = Median3()
        self._lowpass = LowPass(REP_LOWPASS_HZ)
        self._noise = NoiseLevel()
        self._before_s: float | None = None
        self.t_s = self.tm_s = self.m = self.g = self.raw = self.step_s = 0.0

    @property
    def sigma(self) -> float:
        """Standard deviation of the readings' noise, as learnt so far."""
        return self._noise.sigma

    def gap(self) -> None:
        """Readings are missing: do not filter across the hole."""
        self._median.reset()
        self._lowpass.reset()
        self._noise.reset()
        self._before_s = None

    def step(self, t_s: float, x: float) -> None:
        """Take a finite reading measured at `t_s`."""
        before_s = self._before_s
        self.tm_s = t_s if before_s is None else before_s
        self.step_s = t_s - self.tm_s
        self._before_s = self.t_s = t_s
        self.raw = x
        self.m = m = self._median.step(x)
        self.g = self._lowpass.step(t_s, m)
        self._noise.step(x)

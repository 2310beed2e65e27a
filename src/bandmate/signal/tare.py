"""Zero of the sensor: the mean of a second of readings on a slack band."""

from statistics import fmean, pstdev

TARE_S = 1.0
MOST_SD_N = 1.0
MOST_MEAN_N = 5.0


class Tare:
    """Collects a second of readings and says whether they make a zero.

    Refused while the readings move (standard deviation over 1 N) or while the band is clearly
    loaded (mean over 5 N), so that a pull is never taken for zero.
    """

    def __init__(self) -> None:
        self._start_s: float | None = None
        self._readings: list[float] = []

    def step(self, t_s: float, x: float) -> "Zero | Refused | None":
        """Take one finite, untared reading; the verdict comes with the first after a second."""
        if self._start_s is None:
            self._start_s = t_s
        self._readings.append(x)
        if t_s - self._start_s < TARE_S:
            return None
        mean, sd = fmean(self._readings), pstdev(self._readings)
        if sd > MOST_SD_N:
            return Refused(f"the reading moves by {sd:.1f} N; keep the band still and slack")
        if mean > MOST_MEAN_N:
            return Loaded(f"the band pulls {mean:.1f} N; let it hang slack")
        return Zero(mean)


class Zero(float):
    """The offset to take off every reading, newton."""


class Refused(str):
    """Why there is no zero, in words."""

    __slots__ = ()


class Loaded(Refused):
    """There is none because the band is not slack."""

    __slots__ = ()

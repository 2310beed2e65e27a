"""Causal median of three: takes out single spikes, keeps edges, delays by one sample."""


class Median3:
    """Median of the last three readings.

    The value returned with reading k belongs to the time of reading k-1: callers that report
    times pair it with the time of the reading before (see `Conditioner`).
    """

    __slots__ = ("_a", "_b")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what was seen: the next reading passes through."""
        self._a: float | None = None
        self._b: float | None = None

    def step(self, x: float) -> float:
        """Take a finite reading, return the median of the last three (fewer at the start)."""
        a, b = self._a, self._b
        self._a, self._b = b, x
        if b is None:
            return x
        if a is None:
            return b
        if a > b:
            a, b = b, a
        return a if x < a else min(x, b)

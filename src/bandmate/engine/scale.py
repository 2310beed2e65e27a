"""From what a force sensor shows to the pull at the limb: its zero, and the strands of the band."""

from bandmate.signal.tare import Refused, Tare, Zero


class Scale:
    """The zero of one sensor, and how many strands share the pull.

    Args:
        strands: Strands of the band per sensor: a sensor in one of two reads half the pull.

    Attributes:
        zero_n: Taken off every reading, newton at the sensor.
    """

    def __init__(self, strands: int) -> None:
        self._strands = strands
        self._tare: Tare | None = None
        self.zero_n = 0.0

    @property
    def taring(self) -> bool:
        """A second of readings is being taken for a zero."""
        return self._tare is not None

    def pull(self, x: float) -> float:
        """The pull at the limb, newton, of a reading as the sensor gave it."""
        return (x - self.zero_n) * self._strands

    def step_n(self, resolution_n: float | None) -> float | None:
        """The smallest step of the pull at the limb, newton."""
        return None if resolution_n is None else resolution_n * self._strands

    def begin_tare(self) -> None:
        """Make a zero of the next second of readings."""
        self._tare = Tare()

    def set_zero(self, zero_n: float) -> None:
        """There is a zero, whoever found it; a tare that is under way is void."""
        self._tare = None
        self.zero_n = zero_n

    def tare_with(self, t_s: float, pull: float) -> float | Refused | None:
        """Take one pull; the new zero, or why there is none, once the second is over."""
        verdict = None if self._tare is None else self._tare.step(t_s, pull)
        if verdict is None:
            return None
        self._tare = None
        if isinstance(verdict, Zero):
            return self.zero_n + verdict / self._strands
        return verdict

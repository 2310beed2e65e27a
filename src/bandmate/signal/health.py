"""Is the sensor telling the truth? Frozen, saturated and badly tared readings."""

from collections.abc import Callable
from dataclasses import dataclass

from bandmate.domain.zones import IMPLAUSIBLE_N

FROZEN_S = 2.0
FINE_ENOUGH_N = 0.5
"""A coarser sensor may well repeat a value for 2 s while somebody pulls steadily."""
SATURATED_READINGS = 3
NEGATIVE_S = 0.5
_ROUNDING_S = 1e-6


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault began (`onset_s`) with this reading, or, for `gone`, ended."""

    onset_s: float
    value: float
    gone: bool = False


class FrozenWatch:
    """Identical readings for more than 2 s, above slack and below full scale.

    Only where the sensor's step makes repetition implausible: where it is not given, the smallest
    step seen so far stands for it.
    """

    def __init__(self, slack: float, full_scale: float | None, resolution: float | None) -> None:
        self._slack = slack
        self._full_scale = float("inf") if full_scale is None else full_scale
        self._given = resolution
        self._step: float | None = resolution
        self._value: float | None = None
        self._since_s = 0.0
        self.active = False

    def step(self, t_s: float, x: float, pull: float) -> Fault | None:
        """Take one reading: `x` as the sensor gave it, `pull` with its zero taken off."""
        if x == self._value:
            return self._repeated(t_s, x, pull)
        if self._value is not None and self._given is None:
            step = abs(x - self._value)
            self._step = step if self._step is None else min(self._step, step)
        self._value, self._since_s = x, t_s
        if self.active:
            self.active = False
            return Fault(t_s, x, gone=True)
        return None

    def shows_steps_of(self, resolution: float) -> None:
        """The smallest step of the readings is known now."""
        self._given = self._step = resolution

    def gap(self) -> None:
        """Readings are missing: the next run starts anew."""
        self._value = None

    def reset(self) -> None:
        """The set is over: the next one is judged on its own readings."""
        self._value = None
        self.active = False

    def _repeated(self, t_s: float, x: float, pull: float) -> Fault | None:
        fine = self._step is not None and self._step <= FINE_ENOUGH_N
        plausible = not fine or pull < self._slack or x >= self._full_scale
        if self.active or plausible or t_s - self._since_s <= FROZEN_S:
            return None
        self.active = True
        return Fault(self._since_s, x)


class RunWatch:
    """A condition that holds for a number of readings, or for a time."""

    def __init__(
        self, is_bad: Callable[[float], bool], *, readings: int = 1, for_s: float = 0.0
    ) -> None:
        self._is_bad = is_bad
        self._readings = readings
        self._for_s = for_s
        self._run = 0
        self._onset_s = 0.0
        self.active = False

    def step(self, t_s: float, x: float) -> Fault | None:
        """Take one reading."""
        if not self._is_bad(x):
            self._run = 0
            if self.active:
                self.active = False
                return Fault(t_s, x, gone=True)
            return None
        if self._run == 0:
            self._onset_s = t_s
        self._run += 1
        enough = self._run >= self._readings and t_s - self._onset_s >= self._for_s - _ROUNDING_S
        if self.active or not enough:
            return None
        self.active = True
        return Fault(self._onset_s, x)

    def gap(self) -> None:
        """Readings are missing: the next run starts anew."""
        self._run = 0

    def reset(self) -> None:
        """What was bad was made good: a new run is a new fault."""
        self._run = 0
        self.active = False


def saturation_watch(full_scale: float | None) -> RunWatch:
    """Three readings at full scale: the true pull may be higher."""
    top = float("inf") if full_scale is None else full_scale
    return RunWatch(lambda x: x >= top, readings=SATURATED_READINGS)


def tare_watch() -> RunWatch:
    """Under -3 N for 0.5 s: a pull cannot be negative, so the zero is wrong."""
    return RunWatch(lambda x: x < IMPLAUSIBLE_N, for_s=NEGATIVE_S)

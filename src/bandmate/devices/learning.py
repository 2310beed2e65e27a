"""Readings that wait for what is not known: a zero, which is learnt, or what a step is worth."""

from collections.abc import Callable, Sequence
from statistics import fmean

from bandmate.devices.bodies import Body
from bandmate.devices.gauge import Gauge
from bandmate.devices.layout import Field
from bandmate.devices.params import Parameters
from bandmate.domain.samples import Decoded


class Learning(Body):
    """Gives no samples until the zero is learnt, then reads as any other.

    Args:
        zero: The parameter that is learnt.
        count: As the mean of so many readings.
        params: The sensor's parameters.
        gauge: What makes readings of wire values, the zero not taken off.
        make: Makes the body that knows the zero.
    """

    def __init__(
        self, zero: str, count: int, params: Parameters, gauge: Gauge, make: Callable[[], Body]
    ) -> None:
        self._zero = zero
        self._count = count
        self._params = params
        self._per_step = gauge.per_step
        self._make = make
        self._first = make()
        self._body: Body | None = None
        self._raws: list[float] = []

    @classmethod
    def of(cls, fields: Sequence[Field], params: Parameters, make: Callable[[], Body]) -> Body:
        """The body of a frame: a learning one where a zero must be learnt first."""
        for field in fields:
            if field.factor and params.number(field.factor) is None:
                return Mute(make())
            if isinstance(field.zero, str) and params.number(field.zero) is None:
                count = params.learns(field.zero)
                if count:
                    return cls(field.zero, count, params, Gauge.of(field, params), make)
        return make()

    def whole(self, size: int) -> int:
        """The bytes of whole rows."""
        return self._first.whole(size)

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The samples, once the zero is known."""
        if self._body is not None:
            return self._body.read(data, start, size)
        decoded = self._first.read(data, start, size)
        self._raws += [force_n / self._per_step for force_n in decoded.force_n]
        if len(self._raws) >= self._count:
            self._params.learn(self._zero, fmean(self._raws[: self._count]))
            self._body = self._make()
        return Decoded(facts=decoded.facts, error=decoded.error)


class Mute(Body):
    """Gives no samples: nobody said what a wire step is worth. Faults are told all the same."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def whole(self, size: int) -> int:
        """The bytes of whole rows."""
        return self._body.whole(size)

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """What is wrong with the frame."""
        decoded = self._body.read(data, start, size)
        return Decoded(facts=decoded.facts, error=decoded.error)

"""What a frame holds behind its framing: the part every kind of it has in common.

A body is given bytes that are there and never raises on them.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from bandmate.domain.samples import Decoded, FactValue


class Body(ABC):
    """What a frame holds."""

    @abstractmethod
    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """Read the payload `data[start : start + size]`, which is there in full."""

    def whole(self, size: int) -> int:
        """How many of the first `size` bytes of a cut payload hold whole items; mostly none."""
        del size
        return 0


class Sign(Body):
    """A frame whose arrival says all there is to say, perhaps nothing of interest."""

    def __init__(self, facts: Mapping[str, FactValue]) -> None:
        self._decoded = Decoded(facts=facts)

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The facts of its arrival."""
        del data, start, size
        return self._decoded

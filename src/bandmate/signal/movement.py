"""What a counting machine finds: a movement that counts, and later how it came to rest."""

from dataclasses import dataclass

from bandmate.domain.events import Grade
from bandmate.signal.trace import Trace


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement was decided. It rose from the level `base`."""

    index: int
    grade: Grade
    start_s: float
    peak_s: float
    count_s: float
    peak: float
    base: float
    excursion: float
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """A counted movement came to rest. Times in seconds, levels in the signal's unit.

    Attributes:
        index: The movement's.
        start_s: As it was counted.
        end_s: Where it fell to the level of its edge.
        rise_s: From its start to its top; `None` where that was not seen.
        top_s: How long it was at its top.
        fall_s: From its top to its end; `None` where that was not seen.
        base: The level it rose from.
        rise: How far it rose.
        returned: Share of the rise that came back, at most 1.
        sigma: Standard deviation of the readings' noise.
        record: The fast signal from before its start until it rested.
    """

    index: int
    start_s: float
    end_s: float
    rise_s: float | None
    top_s: float
    fall_s: float | None
    base: float
    rise: float
    returned: float
    sigma: float
    record: Trace

    @property
    def duration_s(self) -> float:
        """From start to end."""
        return self.end_s - self.start_s


RepFinding = Movement | Settled

"""What a counting machine finds: a movement that counts, and later how it came to rest."""

from dataclasses import dataclass

from bandmate.domain.events import Grade


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
    """A counted movement came to rest. Times in seconds, impulse in signal unit x seconds.

    Attributes:
        confidence: 0 to 1, rough: how far the rise stands over the noise, how much of it came
            back, and whether readings were missing.
    """

    index: int
    end_s: float
    rise_s: float | None
    top_s: float
    fall_s: float | None
    impulse: float
    duration_s: float
    confidence: float


RepFinding = Movement | Settled

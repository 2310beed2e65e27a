"""What was wrong with the data of one band: counted, and told with every set."""

from dataclasses import asdict, dataclass

from bandmate.domain.events import Quality
from bandmate.engine.stamp import Stamp


@dataclass(slots=True)
class QualityCounts:
    """What was wrong with the data; counts, and seconds of gaps."""

    samples: int = 0
    lost: int = 0
    nan: int = 0
    duplicate: int = 0
    late: int = 0
    saturated: int = 0
    malformed: int = 0
    gaps: int = 0
    gap_s: float = 0.0

    def __add__(self, other: "QualityCounts") -> "QualityCounts":
        return QualityCounts(
            samples=self.samples + other.samples,
            lost=self.lost + other.lost,
            nan=self.nan + other.nan,
            duplicate=self.duplicate + other.duplicate,
            late=self.late + other.late,
            saturated=self.saturated + other.saturated,
            malformed=self.malformed + other.malformed,
            gaps=self.gaps + other.gaps,
            gap_s=self.gap_s + other.gap_s,
        )


class QualityLog:
    """The counts of one band.

    Attributes:
        counts: Since they were told last; add to them.
    """

    def __init__(self, stamp: Stamp) -> None:
        self._stamp = stamp
        self.counts = QualityCounts()
        self._told = QualityCounts()

    @property
    def untold(self) -> bool:
        """Whether there is something to tell."""
        return self.counts != QualityCounts()

    def tell(self, at_s: float) -> Quality:
        """The counts since the last time."""
        counts, self.counts = self.counts, QualityCounts()
        self._told = self._told + counts
        return Quality(**self._stamp.head(Quality, at_s), **asdict(counts))

    def total(self) -> dict[str, float]:
        """All that was told, by name."""
        return asdict(self._told)

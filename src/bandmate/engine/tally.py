"""What a band's events come to: the summary is the sum of its events, and nothing else."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import TypedDict

from bandmate.domain.events import AlertRaised, Event, Grade, HoldEnded, Rep
from bandmate.domain.samples import Quantity
from bandmate.domain.zones import Zone
from bandmate.engine.second_pass import PoseRecord, Record, SecondPass, joined
from bandmate.engine.set_metrics import Metrics, SetMetrics, together


class Results(TypedDict):
    """The fields that `summary` and `set_ended` share."""

    reps: int
    partial: int
    fast: int
    slow: int
    aborted: int
    holds: int
    zone_s: dict[str, float] | None
    in_zone_pct: float | None
    peak_n: float | None
    peak_deg: float | None
    alerts: dict[str, int]
    metrics: dict[str, float | None]
    second_pass: SecondPass | None


@dataclass(slots=True)
class Tally:
    """Counts over events, and seconds per zone.

    Attributes:
        quantity: What the sensor shows.
        paced: The exercise has a rep window.
        peak: Highest value of the fast signal while a set ran; `None` before any.
        zone_s: Seconds per zone; `None` where no zone means anything.
        flags: What a reader must know of these numbers, such as `saturated`.
        second_pass: What the second pass counted; `None` where there was none.
    """

    quantity: Quantity = "force"
    paced: bool = False
    grades: Counter[Grade] = field(default_factory=Counter[Grade])
    holds: int = 0
    alerts: Counter[str] = field(default_factory=Counter[str])
    peak: float | None = None
    zone_s: dict[Zone, float] | None = None
    flags: set[str] = field(default_factory=set[str])
    second_pass: SecondPass | None = None
    _work: SetMetrics = field(default_factory=SetMetrics)
    _sets: list[Metrics] = field(default_factory=list[Metrics])

    def count(self, events: Iterable[Event]) -> None:
        """Add events that were emitted."""
        for event in events:
            self._work.count(event)
            match event:
                case Rep():
                    self.grades[event.grade] += 1
                case HoldEnded():
                    self.holds += 1
                case AlertRaised():
                    self.alerts[event.code] += 1
                case _:
                    pass

    def count_again(self, record: Record | PoseRecord, end_s: float) -> None:
        """The set ended at `end_s`: take the second pass over its readings."""
        self.second_pass = record.again(self._work.reps, end_s)
        if self.second_pass is None:
            self.flags.add("no_second_pass")

    def metrics(self) -> Metrics:
        """The metrics of the sets that were added, or else of what was counted here."""
        return together(self._sets) or self._work.metrics(paced=self.paced)

    def add(self, other: "Tally") -> None:
        """Add the tally of a finished set."""
        self._sets.append(other.metrics())
        if other.second_pass is not None:
            mine = self.second_pass
            self.second_pass = joined(mine, other.second_pass) if mine else other.second_pass
        self.grades.update(other.grades)
        self.holds += other.holds
        self.alerts.update(other.alerts)
        self.flags |= other.flags
        if other.peak is not None:
            self.peak = max(other.peak, other.peak if self.peak is None else self.peak)
        if other.zone_s is not None:
            mine = self.zone_s or dict.fromkeys(Zone, 0.0)
            self.zone_s = {zone: mine[zone] + other.zone_s[zone] for zone in Zone}

    @property
    def in_zone_pct(self) -> float | None:
        """Share of the accounted time that was in zone, percent."""
        total = sum((self.zone_s or {}).values())
        return None if self.zone_s is None or not total else 100 * self.zone_s[Zone.IN] / total

    def results(self) -> Results:
        """The tally as event fields."""
        return Results(
            reps=self.grades[Grade.FULL],
            partial=self.grades[Grade.PARTIAL],
            fast=self.grades[Grade.FAST],
            slow=self.grades[Grade.SLOW],
            aborted=self.grades[Grade.ABORTED],
            holds=self.holds,
            zone_s=None if self.zone_s is None else {str(z): s for z, s in self.zone_s.items()},
            in_zone_pct=self.in_zone_pct,
            peak_n=None if self.quantity == "angle" else self.peak,
            peak_deg=self.peak if self.quantity == "angle" else None,
            alerts=dict(self.alerts),
            metrics=asdict(self.metrics()),
            second_pass=self.second_pass,
        )

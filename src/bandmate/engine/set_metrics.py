"""What the movements and holds of a set come to: its metrics, from its events and nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise

from bandmate.domain.events import Event, Grade, HoldEnded, Rep, RepFinal
from bandmate.signal.fatigue import loss_pct, middle, slope, spread_pct


@dataclass(frozen=True, slots=True)
class Metrics:
    """Metrics of a set or a session; `None`: not available. Movements that were aborted are out.

    Attributes:
        time_under_tension_s: Of all movements and holds.
        rest_s: Between movements.
        cycle_s: From the start of a movement to that of the next, median.
        cycle_cv_pct: The spread of that.
        excursion: Newton or degrees, median.
        excursion_cv_pct: The spread of that.
        excursion_loss_pct: The last three movements against the best three.
        velocity_loss_pct: The same of the mean rate of rise.
        peak_slope: Newton or degrees by which the peak changes from movement to movement.
        duration_slope_s: The same of the length.
        tempo_pct: Movements that are neither fast nor slow, where the exercise has a rep window.
        smoothness: SPARC, median.
        sag_pct_per_min: Of the holds, median.
        steadiness_pct: The same.
    """

    time_under_tension_s: float | None
    rest_s: float | None
    cycle_s: float | None
    cycle_cv_pct: float | None
    excursion: float | None
    excursion_cv_pct: float | None
    excursion_loss_pct: float | None
    velocity_loss_pct: float | None
    peak_slope: float | None
    duration_slope_s: float | None
    tempo_pct: float | None
    smoothness: float | None
    sag_pct_per_min: float | None
    steadiness_pct: float | None


_ADDED = frozenset({"time_under_tension_s", "rest_s"})


@dataclass(slots=True)
class SetMetrics:
    """Collects the movements and holds of one set."""

    _reps: dict[int, Rep] = field(default_factory=dict[int, Rep])
    _finals: dict[int, RepFinal] = field(default_factory=dict[int, RepFinal])
    _holds: list[HoldEnded] = field(default_factory=list[HoldEnded])

    @property
    def reps(self) -> Sequence[Rep]:
        """All movements so far, whatever their grade."""
        return tuple(self._reps.values())

    def count(self, event: Event) -> None:
        """Add an event of the set."""
        match event:
            case Rep():
                self._reps[event.index] = event
            case RepFinal():
                self._finals[event.index] = event
            case HoldEnded():
                self._holds.append(event)
            case _:
                pass

    def metrics(self, *, paced: bool) -> Metrics:
        """What they come to.

        Args:
            paced: The exercise has a rep window.
        """
        reps = [rep for rep in self._reps.values() if rep.grade is not Grade.ABORTED]
        finals = [self._finals[rep.index] for rep in reps if rep.index in self._finals]
        lengths_s = _known(final.time_under_tension_s for final in finals)
        cycles_s = [b.start_s - a.start_s for a, b in pairwise(reps)]
        rises = [rep.excursion for rep in reps]
        peaks = _known(rep.peak_n if rep.peak_deg is None else rep.peak_deg for rep in reps)
        return Metrics(
            time_under_tension_s=sum(lengths_s) + sum(hold.duration_s for hold in self._holds),
            rest_s=self._rest_s(reps) if cycles_s else None,
            cycle_s=middle(cycles_s),
            cycle_cv_pct=spread_pct(cycles_s),
            excursion=middle(rises),
            excursion_cv_pct=spread_pct(rises),
            excursion_loss_pct=loss_pct(rises),
            velocity_loss_pct=loss_pct(_known(final.rise_rate for final in finals)),
            peak_slope=slope(peaks),
            duration_slope_s=slope(lengths_s),
            tempo_pct=_tempo_pct(reps) if paced else None,
            smoothness=middle(_known(final.smoothness for final in finals)),
            sag_pct_per_min=middle(_known(hold.sag_pct_per_min for hold in self._holds)),
            steadiness_pct=middle(_known(hold.steadiness_pct for hold in self._holds)),
        )

    def _rest_s(self, reps: Sequence[Rep]) -> float:
        ends_s = (
            self._finals[rep.index].end_s if rep.index in self._finals else rep.count_s
            for rep in reps
        )
        return sum(
            max(0.0, after.start_s - end_s) for end_s, after in zip(ends_s, reps[1:], strict=False)
        )


def together(sets: Sequence[Metrics]) -> Metrics | None:
    """Several sets as one: times are added, all else is the median of the sets that have it."""
    if not sets:
        return None
    names = [item.name for item in fields(Metrics)]
    return Metrics(**{name: _joined(name, sets) for name in names})


def _joined(name: str, sets: Sequence[Metrics]) -> float | None:
    values = _known(getattr(one, name) for one in sets)
    if name not in _ADDED:
        return middle(values)
    return sum(values) if values else None


def _tempo_pct(reps: Sequence[Rep]) -> float | None:
    kept = sum(rep.grade not in {Grade.FAST, Grade.SLOW} for rep in reps)
    return 100 * kept / len(reps) if reps else None


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]

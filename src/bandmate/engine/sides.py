"""Left and right: the same set done on both sides, compared once both are over."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bandmate.domain.events import Event, Grade, Rep, SetEnded, SetStarted, Symmetry
from bandmate.signal.symmetry import Moved, symmetry

LEFT: Final = "left"
RIGHT: Final = "right"


@dataclass(slots=True)
class _SideSet:
    """One side's set.

    Attributes:
        exercise: What was done.
        moved: Peak and excursion of the movements that count.
        ended: How it ended; `None` while it runs.
    """

    exercise: str
    moved: list[Moved] = field(default_factory=list[Moved])
    ended: SetEnded | None = None


class Sides:
    """Compares the sets of the bands `left` and `right`.

    Args:
        session: The session's id; event ids begin with it.
    """

    def __init__(self, session: str) -> None:
        self._session = session
        self._sets: dict[str, dict[int, _SideSet]] = {LEFT: {}, RIGHT: {}}

    def take(self, event: Event) -> Sequence[Event]:
        """The event, and behind it what comparing the sides adds."""
        sets = self._sets.get(event.band)
        if sets is None:
            return (event,)
        match event:
            case SetStarted():
                sets[event.set] = _SideSet(event.exercise)
            case Rep(grade=Grade.FULL) if "unverified" not in event.flags:
                peak = event.peak_n if event.peak_deg is None else event.peak_deg
                if peak is not None:
                    sets[event.set].moved.append((peak, event.excursion))
            case SetEnded():
                sets[event.set].ended = event
                return (event, *self._compared(event))
            case _:
                pass
        return (event,)

    def _compared(self, last: SetEnded) -> Sequence[Event]:
        """How two sets of one number compare, once both are over; nothing where none moved."""
        number = last.set
        left, right = (self._sets[side].get(number) for side in (LEFT, RIGHT))
        if left is None or right is None or left.ended is None or right.ended is None:
            return ()
        del self._sets[LEFT][number], self._sets[RIGHT][number]
        if left.exercise != right.exercise or not (left.moved or right.moved):
            return ()
        found = symmetry(left.moved, right.moved)
        return (
            Symmetry(
                id=f"{self._session}-{last.band}-{number}-{Symmetry.name}-1",
                band=last.band,
                exercise=last.exercise,
                set=number,
                t_s=max(left.ended.t_s, right.ended.t_s),
                emitted_s=max(left.ended.emitted_s, right.ended.emitted_s),
                peak_asymmetry_pct=None if found is None else found.peak_pct,
                excursion_asymmetry_pct=None if found is None else found.excursion_pct,
                weaker=None if found is None else found.weaker,
                n_left=len(left.moved),
                n_right=len(right.moved),
            ),
        )

"""From a plan to the sets of one session, in order, and how long what lies between them lasts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from bandmate.domain.exercises import MOTION_RECOGNISERS, Exercise, Sides
from bandmate.domain.plans import Plan, PlanItem
from bandmate.domain.samples import Quantity
from bandmate.engine.fitness import is_too_coarse
from bandmate.engine.session.states import State
from bandmate.errors import UsageError

EXPLAIN_S: Final = 12.0
"""How long how-to and side are told before it counts down; `go` does not wait for it."""
COUNTDOWN_S: Final = 3.0

Side = Literal["left", "right", ""]
"""`""` where sides mean nothing, or both work."""


SITES: Final = {
    "pelvis": "pelvis",
    "breastbone": "breastbone",
    "thigh": "thigh",
    "shank": "shin",
    "wrist": "wrist",
    "foot": "foot",
}
"""Bands that are called after where they are worn, and the catalogue's word for it."""


class SessionBand(NamedTuple):
    """What a session knows of a band when it begins.

    Attributes:
        name: Its id.
        quantity: What movements are seen in.
        step_n: The smallest step of its pull, newton at the limb; `None` where it is not known.
    """

    name: str
    quantity: Quantity
    step_n: float | None = None

    def measures(self, exercise: Exercise) -> bool:
        """It shows what the exercise is seen in, and is not called after another place."""
        if exercise.recogniser not in MOTION_RECOGNISERS:
            return exercise.measured and self.quantity == "force"
        site = SITES.get(self.name, "")
        return self.quantity == "angle" and site in exercise.motion_site

    def is_too_coarse(self, exercise: Exercise) -> bool:
        """Its steps are too large for the zone."""
        return self.quantity == "force" and is_too_coarse(exercise.zone, self.step_n)


@dataclass(frozen=True, slots=True)
class Task:
    """One set.

    Attributes:
        item: The exercise, as the plan has it.
        side: Which side works.
        set_number: From 1.
        sets: How many there are of this exercise and side.
    """

    item: PlanItem
    side: Side
    set_number: int
    sets: int

    def is_more_of(self, other: "Task") -> bool:
        """It is another set of the same exercise and side."""
        return self.item is other.item and self.side == other.side


def tasks_of(items: Sequence[PlanItem], first_side: Literal["left", "right"]) -> list[Task]:
    """The sets of a session.

    Args:
        items: The exercises that are due, in order.
        first_side: The side that each exercise begins with; the only one of those that are done on
            the painful side.
    """
    return [
        Task(item, side, number, item.exercise.dose.sets)
        for item in items
        for side in _sides(item, first_side)
        for number in range(1, item.exercise.dose.sets + 1)
    ]


def _sides(item: PlanItem, first: Literal["left", "right"]) -> Iterator[Side]:
    sides = item.exercise.sides
    if sides is Sides.PAINFUL:
        yield first
    elif sides is Sides.EACH:
        yield first
        yield "right" if first == "left" else "left"
    else:
        yield ""


class Script:
    """The sets of a session, and where it stands in them.

    Args:
        tasks: In order.

    Attributes:
        tasks: The same, as they were changed on the way.
        planned_n: How many there were.
    """

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = list(tasks)
        self.planned_n = len(self.tasks)
        self._at = 0

    @property
    def task(self) -> Task | None:
        """The set that is next or under way; `None`: all are done."""
        return self.tasks[self._at] if self._at < len(self.tasks) else None

    @property
    def before(self) -> Task | None:
        """The one before it."""
        return self.tasks[self._at - 1] if self._at else None

    @property
    def goes_on(self) -> bool:
        """The next set is of the same exercise and side as the one before."""
        task, before = self.task, self.before
        return task is not None and before is not None and task.is_more_of(before)

    def advance(self) -> None:
        """It is done, or left."""
        self._at += 1

    def swap(self) -> None:
        """Do the other side of this exercise first; where only one is done, do the other.

        Raises:
            UsageError: The other side is done already, or there are no sides.
        """
        item = self.tasks[self._at].item
        mine = [task for task in self.tasks[self._at :] if task.item is item]
        side = mine[0].side
        others = [task for task in mine if task.side != side]
        if not side:
            raise UsageError("this exercise has no sides")
        if others:
            mine = [*others, *(task for task in mine if task.side == side)]
        elif item.exercise.sides is Sides.PAINFUL:
            other: Side = "right" if side == "left" else "left"
            mine = [replace(task, side=other) for task in mine]
        else:
            raise UsageError("the other side is done already")
        self.tasks[self._at : self._at + len(mine)] = mine

    def leave_exercise(self) -> None:
        """Leave the later sets of this exercise out."""
        first, item = self._at + 1, self.tasks[self._at].item
        self.tasks[first:] = [task for task in self.tasks[first:] if task.item is not item]


def band_for(task: Task, bands: Sequence[SessionBand]) -> str | None:
    """The band that sees a set; `None`: it is timed.

    That of its side is taken before any other, and one that is called after where it is worn.

    Args:
        task: The set.
        bands: All that there are.
    """
    exercise = task.item.exercise
    fit = [b.name for b in bands if b.measures(exercise) and not b.is_too_coarse(exercise)]
    return min(fit, key=lambda name: (name != task.side, name not in SITES), default=None)


def too_coarse(tasks: Sequence[Task], bands: Sequence[SessionBand]) -> list[Exercise]:
    """The exercises that are timed only because every sensor is too coarse for them."""
    timed = [task.item.exercise for task in tasks if band_for(task, bands) is None]
    return [one for one in dict.fromkeys(timed) if any(band.measures(one) for band in bands)]


def lasts(state: State, plan: Plan, before: Task | None) -> float | None:
    """How long a state lasts; `None`: until something happens.

    Args:
        state: The state.
        plan: The plan.
        before: The set before it, if any.
    """
    match state:
        case State.WARMING_UP:
            return plan.warm_up_s
        case State.EXPLAINING:
            return EXPLAIN_S
        case State.COUNTING_DOWN:
            return COUNTDOWN_S
        case State.RESTING:
            return 0.0 if before is None else before.item.rest_s
        case State.COOLING_DOWN:
            return plan.cool_down_s
        case _:
            return None

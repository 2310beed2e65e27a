"""From a plan to the sets of one session, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bandmate.domain.exercises import MOTION_RECOGNISERS, Sides
from bandmate.domain.plans import PlanItem
from bandmate.domain.samples import Quantity

Side = Literal["left", "right", ""]
"""`""` where sides mean nothing, or both work."""


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


def swapped(tasks: Sequence[Task], at: int) -> list[Task]:
    """The same with the sides of one exercise changed round, from a set on."""
    item = tasks[at].item
    other: dict[Side, Side] = {"left": "right", "right": "left", "": ""}
    return [
        replace(task, side=other[task.side]) if n >= at and task.item is item else task
        for n, task in enumerate(tasks)
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


def band_for(task: Task, bands: Sequence[tuple[str, Quantity]]) -> str | None:
    """The band that sees a set, that of its side before any other; `None`: it is timed.

    Args:
        task: The set.
        bands: Name and quantity of each.
    """
    exercise = task.item.exercise
    wanted = "angle" if exercise.recogniser in MOTION_RECOGNISERS else "force"
    fit = [name for name, quantity in bands if quantity == wanted]
    if not exercise.measured or not fit:
        return None
    return task.side if task.side in fit else fit[0]

"""The second look at a set: its readings again, once it is known what its movements are like."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from statistics import median
from typing import Final, TypedDict, TypeVar

from bandmate.domain.events import Grade, Rep
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.motion_reps import MotionRepMachine
from bandmate.signal.movement import Movement, RepFinding
from bandmate.signal.pose import Pose
from bandmate.signal.pose_history import PoseHistory
from bandmate.signal.reps import FULL_FRACTION, LEARN_FROM, RepMachine, RepSettings
from bandmate.signal.zone_account import LONGEST_STEP_S

MOST_READINGS: Final = 1 << 15
"""Readings of a set that are kept, about 3.5 MB: 6.8 minutes at 80 a second. A longer set has no
second pass: all bands wait while one of them counts again, so it takes a tenth of a second."""
MOST_LEARNT: Final = 1 << 13
"""The same where a person told the count: that takes up to four passes."""
MOST_POSES: Final = 1 << 12
"""The same of poses: 5.5 minutes."""

NEARLY: Final = 0.95
"""Of the least rise that counts: so much below it a movement counts for certain."""

Reading = tuple[float, float]
"""Time and value."""
_Value = TypeVar("_Value")
"""What is shown at a time."""


class Difference(TypedDict):
    """A movement that one pass found and the other did not, or graded otherwise.

    Keys:
        t_s: Its peak.
        index: Its index in the live count; `None` where that has none.
        live: Its grade in the live count, `None` where it is not there.
        second: The same in the second pass.
    """

    t_s: float
    index: int | None
    live: str | None
    second: str | None


class SecondPass(TypedDict):
    """What the second pass counted, by grade, and where it differs from the live count."""

    reps: int
    partial: int
    fast: int
    slow: int
    aborted: int
    differs: bool
    differences: list[Difference]


class Record:
    """Keeps the readings of one set, and runs the counting machine over them again.

    Args:
        settings: What the machine was told when the set began.
    """

    def __init__(self, settings: RepSettings) -> None:
        self._settings = settings
        self._packets: list[Sequence[Reading]] = []
        self._count = 0
        self._cuts_s: list[float] = []

    @property
    def _overflows(self) -> bool:
        return self._count > MOST_READINGS

    def keep(self, readings: Sequence[Reading]) -> None:
        """Add a packet's readings, which nobody changes from now on."""
        self._count += len(readings)
        if self._overflows:
            self._packets.clear()
        else:
            self._packets.append(readings)

    def cut(self, t_s: float) -> None:
        """There is a new zero: levels before and after it do not compare."""
        self._cuts_s.append(t_s)

    def again(self, live: Sequence[Rep], end_s: float) -> SecondPass | None:
        """Count again with what was learnt: the usual rise, and the noise from the start.

        Args:
            live: What was counted live.
            end_s: When the set ended.

        Returns:
            `None` where there were too many readings to keep.
        """
        if self._overflows:
            return None
        rises = [rep.excursion for rep in live if rep.grade is Grade.FULL]
        known = median(rises) if len(rises) >= LEARN_FROM else None
        return compared(live, self._counted(replace(self._settings, known=known), end_s))

    def rise_of(self, count: int, end_s: float) -> float | None:
        """What a full movement rises by, where a person counted so many of them.

        Args:
            count: The movements of the set.
            end_s: When it ended.

        Returns:
            A rise with which the machine counts as many; `None` where none was found.
        """
        if self._count > MOST_LEARNT:
            return None
        least = replace(self._settings, amplitude=self._settings.floor or None, known=None)
        rises = sorted((one.excursion for one in self._counted(least, end_s)), reverse=True)
        if not 0 < count <= len(rises):
            return None
        smallest, next_one = rises[count - 1], [*rises, 0.0][count]
        tried = (
            median(rises[:count]),
            (smallest + next_one) / 2 / FULL_FRACTION,
            NEARLY * smallest / FULL_FRACTION,
        )
        return next((rise for rise in tried if self._full(rise, end_s) == count), None)

    def _full(self, rise: float, end_s: float) -> int:
        """How many full movements there are where such a rise is expected."""
        settings = replace(self._settings, amplitude=rise, known=None)
        return sum(one.grade is Grade.FULL for one in self._counted(settings, end_s))

    def _counted(self, settings: RepSettings, end_s: float) -> list[Movement]:
        signal = Conditioner()
        for t_s, value in chain.from_iterable(self._packets):
            signal.step(t_s, value)
        signal.gap()  # the noise is known now, all else is forgotten
        machine, readings = RepMachine(settings), chain.from_iterable(self._packets)
        cuts_s = self._cuts_s
        return _counted(machine, signal, signal.step, readings, cuts_s=cuts_s, end_s=end_s)


class PoseRecord:
    """The same for a limb: keeps its poses, and counts along the course that was learnt.

    Args:
        settings: What the machine was told when the set began.
        live: The machine that counts meanwhile, for the course it follows at the end.
        shown: A person has shown a course before the set.
    """

    def __init__(self, settings: RepSettings, live: MotionRepMachine, *, shown: bool) -> None:
        self._settings = settings
        self._live = live
        self._shown = shown
        self._history = PoseHistory(math.inf)
        self._cuts_s: list[float] = []

    def keep(self, signal: Conditioner) -> None:
        """Add the pose of a reading."""
        if signal.pose is not None and len(self._history.poses) <= MOST_POSES:
            self._history.step(signal.t_s, signal.pose)

    def cut(self, t_s: float) -> None:
        """There is a new pose of rest."""
        self._cuts_s.append(t_s)

    def again(self, live: Sequence[Rep], end_s: float) -> SecondPass | None:
        """Count again along the last course that was followed.

        Args:
            live: What was counted live.
            end_s: When the set ended.

        Returns:
            `None` where there were too many poses to keep.
        """
        if len(self._history.poses) > MOST_POSES:
            return None
        machine = MotionRepMachine(self._settings, self._live.course, shown=self._shown)
        signal = Conditioner()

        def show(t_s: float, pose: Pose) -> None:
            signal.t_s, signal.pose = t_s, pose

        poses = zip(self._history.t_s, self._history.poses, strict=True)
        cuts_s = self._cuts_s
        return compared(live, _counted(machine, signal, show, poses, cuts_s=cuts_s, end_s=end_s))


def _counted(
    machine: RepMachine | MotionRepMachine,
    signal: Conditioner,
    show: Callable[[float, _Value], None],
    readings: Iterable[tuple[float, _Value]],
    *,
    cuts_s: Sequence[float],
    end_s: float,
) -> list[Movement]:
    """The movements that a machine finds in readings.

    Args:
        machine: What counts.
        signal: What it is shown.
        show: Puts a reading into that.
        readings: Times and values.
        cuts_s: When what is under way ends, as levels after it are other ones.
        end_s: When the set ended.
    """
    found: list[RepFinding] = []
    cuts = deque([*cuts_s, math.inf])
    before_s = math.inf
    for t_s, value in readings:
        if t_s > cuts[0]:
            found.extend(machine.abort(cuts.popleft()))
            signal.gap()
        if t_s - before_s > LONGEST_STEP_S:
            signal.gap()
            found.extend(machine.gap(before_s, t_s))
        before_s = t_s
        show(t_s, value)
        found.extend(machine.step(signal))
    found.extend(machine.abort(end_s))
    return [finding for finding in found if isinstance(finding, Movement)]


def compared(live: Sequence[Rep], second: Sequence[Movement]) -> SecondPass:
    """Where two counts of the same set differ. Movements that overlap are the same, in order."""
    grades = [movement.grade for movement in second]
    differences: list[Difference] = []
    left = list(second)
    for rep in live:
        while left and left[0].count_s < rep.start_s:
            differences.append(_difference(None, left.pop(0)))
        same = left.pop(0) if left and left[0].start_s <= rep.count_s else None
        if same is None or same.grade is not rep.grade:
            differences.append(_difference(rep, same))
    differences.extend(_difference(None, movement) for movement in left)
    return SecondPass(
        reps=grades.count(Grade.FULL),
        partial=grades.count(Grade.PARTIAL),
        fast=grades.count(Grade.FAST),
        slow=grades.count(Grade.SLOW),
        aborted=grades.count(Grade.ABORTED),
        differs=bool(differences),
        differences=differences,
    )


def joined(a: SecondPass, b: SecondPass) -> SecondPass:
    """Those of two sets as one."""
    return SecondPass(
        reps=a["reps"] + b["reps"],
        partial=a["partial"] + b["partial"],
        fast=a["fast"] + b["fast"],
        slow=a["slow"] + b["slow"],
        aborted=a["aborted"] + b["aborted"],
        differs=a["differs"] or b["differs"],
        differences=[*a["differences"], *b["differences"]],
    )


def _difference(rep: Rep | None, movement: Movement | None) -> Difference:
    one = rep or movement
    assert one is not None  # noqa: S101 - a difference is of one at least
    return Difference(
        t_s=one.peak_s,
        index=None if rep is None else rep.index,
        live=None if rep is None else str(rep.grade),
        second=None if movement is None else str(movement.grade),
    )

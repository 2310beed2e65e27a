"""R-I: counting the movements of a limb by the pose of the sensor worn on it.

Along a known course a movement is one angle, and is counted in it as a pull is in a force. The
course is calibrated, or learnt once a movement has repeated; then those it was learnt from are
counted late. Where another movement repeats that the course misses, its course is followed from
then on.
"""

from collections.abc import Sequence
from dataclasses import replace

from bandmate.signal.conditioner import Conditioner
from bandmate.signal.course import Course
from bandmate.signal.follower import Counted, Follower
from bandmate.signal.likeness import CALIBRATED, LEARNT
from bandmate.signal.movement import RepFinding, Settled
from bandmate.signal.repeats import RepeatFinder, Repeats
from bandmate.signal.reps import LONG_GAP_S, RepSettings

FLOOR_SHARE = 0.2
"""Of the amplitude: no smaller rise is worth looking at."""
QUICKEST_SHARE = 0.15
"""Of the period: nothing quicker is a movement of its own."""
LEAST_GAIN = 2
"""A new course is worth following from so many movements on that were not counted."""
BACK_PERIODS = 4.0
"""So far before a course was learnt its movements are looked for."""
LOOK_S = 0.034
"""A limb is looked at no more often: a quicker sensor tells no more of it, only the same again."""


class MotionRepMachine:
    """Counts movements in the poses of one sensor.

    Args:
        settings: What the exercise expects, in degrees; `slack` means nothing to a limb.
        course: The course that is known; `None`: it is learnt.
        shown: A person has shown that course; otherwise it was seen to repeat.

    Attributes:
        index: Movements counted so far.
        course: The course that is followed; `None` while none is known.
    """

    def __init__(
        self, settings: RepSettings, course: Course | None = None, *, shown: bool = True
    ) -> None:
        self._settings = settings
        self._likeness = CALIBRATED if course is not None and shown else LEARNT
        self._finder = RepeatFinder()
        self._counted_s = float("-inf")
        """When the last movement counted."""
        self._look_s = float("-inf")
        self._find_s = float("-inf")
        """While movements are counted no others are looked for."""
        self._outer: dict[int, int] = {}
        self._follower: Follower | None = None
        if course is not None:
            self._follower = self._following(course)
        self.index = 0

    @property
    def course(self) -> Course | None:
        """What is followed."""
        return None if self._follower is None else self._follower.course

    @property
    def in_progress(self) -> int | None:
        """Index of the movement that is under way, or `None`."""
        under_way = self._follower is not None and self._follower.in_progress
        return self.index + 1 if under_way else None

    def step(self, signal: Conditioner) -> Sequence[RepFinding]:
        """Take one reading's pose, return what it decided (mostly nothing)."""
        t_s, pose = signal.t_s, signal.pose
        if t_s < self._look_s or pose is None:
            return ()
        self._look_s = t_s + LOOK_S
        finder, follower = self._finder, self._follower
        found: Sequence[RepFinding] = ()
        if follower is not None:
            counted = follower.step(t_s, pose, finder.history)
            if counted:
                found = self._told(counted)
                self._find_s = t_s + follower.course.period_s
        if finder.history.step(t_s, pose) and t_s >= self._find_s:
            for repeats in finder.look(self.course):
                learnt = self._learn(repeats, t_s)
                if learnt:
                    return [*found, *learnt]
        return found

    def gap(self, from_s: float, to_s: float) -> Sequence[RepFinding]:
        """Readings are missing between two times."""
        history = self._finder.history
        found = () if self._follower is None else self._follower.gap(from_s, to_s, history)
        if to_s - from_s > LONG_GAP_S:
            self._finder.clear()
        return self._told(found)

    def abort(self, t_s: float) -> Sequence[RepFinding]:
        """The set is stopped, switched or over, or the limb was put anew: what is open ends."""
        history = self._finder.history
        found = () if self._follower is None else self._follower.stop(t_s, history)
        self._finder.clear()
        return self._told(found)

    def _following(self, course: Course) -> Follower:
        amplitude = self._settings.amplitude or course.amplitude_deg
        settings = replace(
            self._settings,
            amplitude=amplitude,
            min_s=max(self._settings.min_s, QUICKEST_SHARE * course.period_s),
            slack=float("-inf"),
            floor=max(self._likeness.floor_deg, FLOOR_SHARE * course.amplitude_deg),
        )
        last = None if self._follower is None else self._follower.last
        return Follower(course, settings, self._likeness, last)

    def _learn(self, repeats: Repeats, now_s: float) -> Sequence[RepFinding]:
        """Follow a new course, if it shows movements that were not counted."""
        course, history = repeats.course, self._finder.history
        follower = self._following(course)
        begin = history.index(
            max(self._counted_s, repeats.since_s - BACK_PERIODS * course.period_s)
        )
        found: list[Counted | Settled] = []
        for t_s, pose in zip(history.t_s[begin:], history.poses[begin:], strict=True):
            found.extend(follower.step(t_s, pose, history))
        if sum(isinstance(finding, Counted) for finding in found) < LEAST_GAIN:
            return ()
        closed = () if self._follower is None else self._settled_by(self._follower, now_s)
        self._follower = follower
        return [*closed, *self._told(found)]

    def _settled_by(self, follower: Follower, now_s: float) -> Sequence[RepFinding]:
        """How the last movements along the old course came to rest."""
        found = follower.stop(now_s, self._finder.history)
        closed = self._told([finding for finding in found if isinstance(finding, Settled)])
        self._outer.clear()
        return closed

    def _told(self, found: Sequence[Counted | Settled]) -> Sequence[RepFinding]:
        """The same in the indices of the set."""
        told: list[RepFinding] = []
        for finding in found:
            if isinstance(finding, Settled):
                told.append(replace(finding, index=self._outer.pop(finding.index)))
                continue
            self.index += 1
            movement = replace(finding.movement, index=self.index)
            self._counted_s = movement.count_s
            self._finder.skip(movement.start_s)
            told.append(movement)
            if finding.settled is None:
                self._outer[finding.movement.index] = self.index
            else:
                told.append(replace(finding.settled, index=self.index))
        return told

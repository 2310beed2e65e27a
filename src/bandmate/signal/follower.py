"""Follows one course: the angle along it, the movements in that, and which of them count."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bandmate.domain.events import Grade
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.course import Course
from bandmate.signal.likeness import BESIDE_DEG, Candidate, Likeness, is_like
from bandmate.signal.movement import Movement, RepFinding, Settled
from bandmate.signal.pose import Pose, dot
from bandmate.signal.pose_history import PoseHistory
from bandmate.signal.reps import RepMachine, RepSettings
from bandmate.signal.waiting import Waiting

ABOVE_SHARE = 1.2
"""Of the amplitude: angles are followed so far up."""

HALF_WAY = 0.5
"""Of its rise."""
INNER_RATIO = 1.5
"""A movement up to so many times the rise within a repetition is that rise …"""
INNER_PERIODS = 0.9
"""… if it comes so soon after the movement before."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A movement that counts now, and how it came to rest where that is known already."""

    movement: Movement
    settled: Settled | None


class Follower:
    """Counts the movements along one course.

    Args:
        course: The course.
        settings: What the exercise expects; its amplitude counts before the course's.
        likeness: How like the course a movement must be.
        last: The last movement that counted, along whatever course.
    """

    def __init__(
        self, course: Course, settings: RepSettings, likeness: Likeness, last: Candidate | None
    ) -> None:
        self.course = course
        self._likeness = likeness
        self._machine = RepMachine(settings)
        self._signal = Conditioner()
        self._waiting = Waiting(likeness, course.period_s, last)
        self._counted: set[int] = set()
        self._peak_s = -math.inf
        """When the last movement like the course was at its top."""
        self._beside = False
        size_deg = course.amplitude_deg
        most_beside_deg = likeness.beside_share * size_deg + BESIDE_DEG
        self._most_beside = math.sin(math.radians(min(most_beside_deg, 90.0)))
        """Sine of how far beside the course a pose may be."""
        self._least_deg, self._most_deg = -likeness.below_share * size_deg, ABOVE_SHARE * size_deg

    @property
    def last(self) -> Candidate | None:
        """The last movement that counted."""
        return self._waiting.last

    @property
    def in_progress(self) -> bool:
        """A movement is under way."""
        return self._machine.in_progress is not None

    def step(self, t_s: float, pose: Pose, history: PoseHistory) -> Sequence[Counted | Settled]:
        """Take one pose; what counts by it, and what came to rest of what counted."""
        if abs(dot(pose, self.course.axis)) > self._most_beside:
            if self._beside:
                return ()
            self._beside = True
            return self._judged(self._machine.abort(t_s), history)
        if self._beside:
            self._beside = False
            self._signal.gap()
        along_deg = self.course.along_deg(pose)
        if not self._least_deg <= along_deg <= self._most_deg:
            along_deg = min(max(along_deg, self._least_deg), self._most_deg)
        self._signal.step(t_s, along_deg)
        found = self._machine.step(self._signal)
        return self._judged(found, history) if found else ()

    def gap(self, from_s: float, to_s: float, history: PoseHistory) -> Sequence[Counted | Settled]:
        """Readings are missing between two times."""
        self._signal.gap()
        return self._judged(self._machine.gap(from_s, to_s), history)

    def stop(self, t_s: float, history: PoseHistory) -> Sequence[Counted | Settled]:
        """The set is over: what is open ends, and what waits is decided."""
        found = self._judged(self._machine.abort(t_s), history)
        return [*found, *(self._count(candidate) for candidate in self._waiting.stop())]

    def _judged(
        self, findings: Sequence[RepFinding], history: PoseHistory
    ) -> Sequence[Counted | Settled]:
        found: list[Counted | Settled] = []
        for finding in findings:
            if isinstance(finding, Settled):
                if not self._waiting.settle(finding) and finding.index in self._counted:
                    self._counted.discard(finding.index)
                    found.append(finding)
            elif finding.grade is not Grade.ABORTED:
                candidate = Candidate(finding, self._width_s(finding, history))
                if not self._is_inner(finding) and self._is_like(candidate, history):
                    self._peak_s = finding.peak_s
                    found.extend(self._count(taken) for taken in self._waiting.take(candidate))
        return found

    def _is_inner(self, movement: Movement) -> bool:
        """Is it the second rise that each repetition has?"""
        course = self.course
        return (
            movement.excursion <= INNER_RATIO * course.inner_deg
            and movement.peak_s - self._peak_s < INNER_PERIODS * course.period_s
        )

    def _is_like(self, candidate: Candidate, history: PoseHistory) -> bool:
        movement = candidate.movement
        begin, end = history.index(movement.start_s), history.index(movement.count_s)
        poses = history.poses[begin : max(end, begin + 1)] or history.poses[-1:]
        top = history.at(movement.peak_s)
        return is_like(candidate, poses, top, self.course, self._likeness)

    def _width_s(self, movement: Movement, history: PoseHistory) -> float:
        """From half way up to its count."""
        half_way = movement.base + HALF_WAY * movement.excursion
        at = min(history.index(movement.peak_s), len(history.poses) - 1)
        while at > 0 and self.course.along_deg(history.poses[at - 1]) > half_way:
            at -= 1
        return movement.count_s - max(history.t_s[at], movement.start_s)

    def _count(self, candidate: Candidate) -> Counted:
        if candidate.settled is None:
            self._counted.add(candidate.movement.index)
        return Counted(candidate.movement, candidate.settled)

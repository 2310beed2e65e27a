"""What is said during a set: the pace of a floss, the ramp of a traction, the last seconds."""

from heapq import heappop, heappush
from itertools import count
from typing import Final, Protocol

from bandmate.domain.events import DoseReached, Event, HoldEnded, HoldStarted, RepFinal
from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise
from bandmate.engine.session.voice import Line

PACE_S: Final = 3.0
"""Each way of a floss."""
SPOKEN_CYCLES: Final = 2
"""So many cycles are led by words, the others by sounds alone."""
HALF_FROM_S: Final = 20.0
"""In shorter holds the half falls on the last seconds."""
LAST_S: Final = 5.0
HALF_MINUTE_S: Final = 30.0
GAP_S: Final = 3.0
"""Between two prompted holds."""
UNHELD_S: Final = 5.0
"""One prompted movement that is not held."""
SETTLE_S: Final = 3.0
"""After its dose a set goes on for so long at most, until the last movement is over."""
RETURN_S: Final = 30.0
"""The same after a traction, until the band is slack."""


class Words(Protocol):
    """Where lines come from."""

    def say(self, code: str, **values: str | float) -> str:
        """The words of a line."""
        ...


def timed_s(exercise: Exercise) -> float:
    """How long a set is prompted for, where no sensor sees it."""
    dose = exercise.dose
    return dose.reps * (dose.hold_s or UNHELD_S) + (dose.reps - 1) * GAP_S


class WorkCues:
    """Says what is to be said while one set goes on.

    Args:
        exercise: With the dose of this set.
        words: The words.
        measured: A sensor sees it; otherwise it is prompted by time.
        at_s: When the set begins.
    """

    def __init__(self, exercise: Exercise, words: Words, at_s: float, *, measured: bool) -> None:
        self._exercise = exercise
        self._words = words
        self._due: list[tuple[float, int, Line]] = []
        self._order = count()
        self._closes_s: float | None = None
        if not measured:
            self._prompt(at_s)
        elif "floss" in exercise.tags:
            self._pace(at_s)
        elif "traction" in exercise.tags:
            self._plan(at_s, "ramp")

    @property
    def deadline(self) -> float | None:
        """When `tick` is due."""
        return self._due[0][0] if self._due else None

    @property
    def closes_s(self) -> float | None:
        """When the set is over; `None`: its dose is not done."""
        return self._closes_s

    def tick(self, t_s: float) -> list[Line]:
        """What is due."""
        lines: list[Line] = []
        while self._due and self._due[0][0] <= t_s:
            lines.append(heappop(self._due)[2])
        return lines

    def hear(self, event: Event) -> list[Line]:
        """Take an event of the band that it is done with."""
        at_s = event.emitted_s
        match event:
            case HoldStarted(start_s=start_s):
                self._follow_hold(start_s, at_s)
            case HoldEnded():
                self._due.clear()
                if self._closes_s is not None:
                    self._closes_s = at_s
            case RepFinal() if self._closes_s is not None:
                self._closes_s = at_s
            case DoseReached():
                self._due.clear()
                is_traction = "traction" in self._exercise.tags
                self._closes_s = at_s + (RETURN_S if is_traction else SETTLE_S)
                code = "slide_back" if is_traction else "dose_done"
                return [Line(code, self._words.say(code), "done")]
            case _:
                pass
        return []

    def _follow_hold(self, start_s: float, at_s: float) -> None:
        hold_s = self._exercise.dose.hold_s
        if self._exercise.recogniser not in HOLD_RECOGNISERS or hold_s < HALF_FROM_S:
            return
        if "traction" in self._exercise.tags:
            self._plan(at_s, "settled")
            minutes = range(1, int(hold_s // HALF_MINUTE_S) + 1)
            marks = [(HALF_MINUTE_S * n, "half_minute") for n in minutes]
        else:
            marks = [(hold_s / 2, "half")]
        for after_s, code in marks:
            if hold_s - after_s > LAST_S and start_s + after_s >= at_s:
                self._plan(start_s + after_s, code, after_s)
        self._plan(start_s + hold_s - LAST_S, "last_five")

    def _pace(self, at_s: float) -> None:
        exercise = self._exercise
        for n in range(exercise.dose.reps):
            for code, after_s in (("pace_out", 0.0), ("pace_back", PACE_S)):
                due_s = at_s + 2 * PACE_S * n + after_s
                if n < SPOKEN_CYCLES:
                    self._plan(due_s, code)
                else:
                    self._add(due_s, Line(code, "", code))

    def _prompt(self, at_s: float) -> None:
        dose = self._exercise.dose
        if dose.reps == 1:
            return
        one_s = dose.hold_s or UNHELD_S
        for n in range(dose.reps):
            begin_s = at_s + n * (one_s + GAP_S)
            self._plan(begin_s, "hold_now")
            self._plan(begin_s + one_s, "let_go")

    def _plan(self, due_s: float, code: str, seconds: float = 0.0) -> None:
        self._add(due_s, Line(code, self._words.say(code, seconds=f"{seconds:g}"), code))

    def _add(self, due_s: float, line: Line) -> None:
        heappush(self._due, (due_s, next(self._order), line))

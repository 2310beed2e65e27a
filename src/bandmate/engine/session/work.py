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
BREATH_S: Final = 5.0
"""Each way of a breath: six breaths a minute."""
BREATH_AFTER_S: Final = 2.0
"""Before the first breath what begins is said."""
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

    def advice(self, code: str, english: str) -> str:
        """The words of an alert or hint."""
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
        at_s: When the set begins.
        measured: A sensor sees it; otherwise it is prompted by time.
        paces_breath: Breaths are led where it is held or timed.
    """

    def __init__(
        self, exercise: Exercise, words: Words, at_s: float, *, measured: bool, paces_breath: bool
    ) -> None:
        self._exercise = exercise
        self._paces_breath = paces_breath
        self._words = words
        self._due: list[tuple[float, int, Line]] = []
        self._order = count()
        self._closes_s: float | None = None
        if "floss" in exercise.tags:
            self._pace(at_s)
        elif not measured:
            self._prompt(at_s)
            if exercise.dose.hold_s:
                self._breathe(at_s, timed_s(exercise))
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
        if self._exercise.recogniser not in HOLD_RECOGNISERS:
            return
        self._breathe(at_s, start_s + hold_s - at_s)
        if hold_s < HALF_FROM_S:
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
        self._cycle(("pace_out", "pace_back"), at_s, PACE_S, self._exercise.dose.reps)

    def _breathe(self, at_s: float, length_s: float) -> None:
        """Lead whole breaths alone: nobody is told to breathe in as it ends."""
        if self._paces_breath:
            breaths = int((length_s - BREATH_AFTER_S) // (2 * BREATH_S))
            self._cycle(("breathe_in", "breathe_out"), at_s + BREATH_AFTER_S, BREATH_S, breaths)

    def _cycle(self, ways: tuple[str, str], at_s: float, way_s: float, cycles: int) -> None:
        """Lead there and back again, by words at first."""
        for n in range(cycles):
            for way, code in enumerate(ways):
                due_s = at_s + (2 * n + way) * way_s
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

"""One set of a session, on a band or by time, and what was credited of it, pauses and all."""

from collections.abc import Iterable
from dataclasses import replace
from math import ceil
from typing import Literal, cast

from bandmate.domain.events import Event, SetEnded, SetStarted
from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise
from bandmate.engine.session.orders import Order
from bandmate.engine.session.recount import amplitudes, with_amplitude
from bandmate.engine.session.script import Task, band_for
from bandmate.engine.session.settings import SessionSettings
from bandmate.engine.session.voice import Line
from bandmate.engine.session.work import Words, WorkCues, timed_s


def run_of(
    task: Task, settings: SessionSettings, words: Words, events: Iterable[Event]
) -> "SetRun":
    """What follows a set of a session.

    Args:
        task: The set.
        settings: The session's.
        words: The words.
        events: All of the session so far, for what was learnt in it.
    """
    known = {**settings.amplitudes, **amplitudes(events)}
    return SetRun(
        task,
        band_for(task, settings.bands),
        words,
        paces_breath=settings.plan.choices.breath_pacer,
        amplitude=known.get((task.item.exercise.slug, task.side)),
    )


class SetRun:
    """Follows one set.

    Args:
        task: What is done.
        band: The band that sees it; `None`: it is timed.
        words: The words.
        paces_breath: Breaths are led where it is held or timed.
        amplitude: What a full movement rises by; `None`: as the catalogue has it.

    Attributes:
        task: The same.
        band: The same.
        credited: What counts of it so far: movements, or seconds.
        interrupted: Readings were lost meanwhile.
        is_ending: It was ended, and its band has not told yet what it came to.
    """

    def __init__(
        self,
        task: Task,
        band: str | None,
        words: Words,
        *,
        paces_breath: bool,
        amplitude: float | None = None,
    ) -> None:
        self.task = task
        self.band = band
        self.credited = 0.0
        self.interrupted = False
        self.is_ending = False
        self._words = words
        self._paces_breath = paces_breath
        self._amplitude = amplitude
        self._cues: WorkCues | None = None
        self._began_s = 0.0
        self._is_starting = False
        self._set: int | None = None
        """Its number on the band, from its start to its end."""

    @property
    def kind(self) -> Literal["reps", "hold", "timer"]:
        """What is credited."""
        if self.band is None:
            return "timer"
        return "hold" if self.task.item.exercise.recogniser in HOLD_RECOGNISERS else "reps"

    @property
    def target(self) -> float:
        """What the plan asks for, in the same unit."""
        exercise = self.task.item.exercise
        match self.kind:
            case "timer":
                return timed_s(exercise)
            case "hold":
                return exercise.dose.reps * exercise.dose.hold_s
            case "reps":
                return float(exercise.dose.reps)

    @property
    def deadline(self) -> float | None:
        """When `tick` is due."""
        cues = self._cues
        if cues is None:
            return None
        times = [cues.deadline, cues.closes_s, self.ends_s]
        return min((t_s for t_s in times if t_s is not None), default=None)

    @property
    def ends_s(self) -> float | None:
        """When it is over, if that is known: it is timed."""
        is_running = self._cues is not None and self.band is None
        return self._began_s + self.target - self.credited if is_running else None

    def begin(self, at_s: float) -> list[Order]:
        """It starts, or goes on with what is left of it."""
        exercise = with_amplitude(self._left(), self._amplitude)
        self._began_s, self._is_starting = at_s, True
        self._cues = WorkCues(
            exercise,
            self._words,
            at_s,
            measured=self.band is not None,
            paces_breath=self._paces_breath,
        )
        return [] if self.band is None else [Order(self.band, "start", exercise)]

    def end(self, at_s: float, reason: str = "") -> list[Order]:
        """It is over, or paused, now."""
        running, self._cues = self._cues is not None, None
        self._is_starting = False
        if self.band is not None:
            self.is_ending = self._set is not None
            return [Order(self.band, "stop", reason=reason)] if running or reason else []
        if running:
            self.credited = min(self.credited + at_s - self._began_s, self.target)
        return []

    def tick(self, now_s: float) -> list[Line]:
        """What is to be said by now."""
        return [] if self._cues is None else self._cues.tick(now_s)

    def is_over(self, now_s: float) -> bool:
        """Its dose is done."""
        cues = self._cues
        ends = [] if cues is None else [cues.closes_s, self.ends_s]
        return any(end_s is not None and end_s <= now_s for end_s in ends)

    def hear(self, event: Event) -> list[Line]:
        """Take an event of its band; those of other sets are none of its."""
        slug = self.task.item.exercise.slug
        if self._is_starting and isinstance(event, SetStarted) and event.exercise == slug:
            self._set, self._is_starting = event.set, False
        if not self.owns(event):
            return []
        if isinstance(event, SetEnded):
            dose = cast("dict[str, float] | None", event.results.get("dose"))
            self.credited += dose["credited"] if dose else 0.0
            self.interrupted |= event.interrupted
            self._cues, self._set, self.is_ending = None, None, False
            return []
        return [] if self._cues is None else self._cues.hear(event)

    def owns(self, event: Event) -> bool:
        """The event is of this set on its band."""
        return event.band == self.band and event.set == self._set

    def _left(self) -> Exercise:
        """The exercise with the dose that is not done yet."""
        exercise, dose = self.task.item.exercise, self.task.item.exercise.dose
        if not self.credited or self.kind == "timer":
            return exercise
        if self.kind == "reps":
            left = max(dose.reps - round(self.credited), 1)
            return replace(exercise, dose=replace(dose, reps=left))
        left_s = max(self.target - self.credited, 1.0)
        holds = ceil(left_s / dose.hold_s)
        return replace(exercise, dose=replace(dose, reps=holds, hold_s=left_s / holds))

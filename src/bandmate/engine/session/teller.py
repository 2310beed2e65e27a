"""Tells of a session: its events in order, what is said one at a time, and what it came to."""

from collections.abc import Callable, Sequence
from typing import Final, Literal

from bandmate.domain.alerts import Urgency
from bandmate.domain.events import AlertRaised, Event, Hint
from bandmate.domain.exercises import Exercise
from bandmate.domain.session_events import (
    Answered,
    Credited,
    Cue,
    Recounted,
    SessionChanged,
    SessionSummary,
    Symptom,
)
from bandmate.engine.session.asked import Told
from bandmate.engine.session.orders import Order
from bandmate.engine.session.recount import last_counted
from bandmate.engine.session.script import Script, Task, too_coarse
from bandmate.engine.session.set_run import SetRun
from bandmate.engine.session.settings import SessionSettings
from bandmate.engine.session.states import State
from bandmate.engine.session.summary import Status, totals
from bandmate.engine.session.voice import Line, Voice
from bandmate.engine.session.work import Words
from bandmate.engine.stamp import Stamp
from bandmate.errors import UsageError

EVIDENCE_S: Final = (10.0, 5.0)
"""Raw readings before and after a symptom that are kept for good."""

_SAID: Final = {
    State.CHECKING: "check",
    State.SENSORS: "slack",
    State.READY: "ready",
    State.WARMING_UP: "warm_up",
    State.COOLING_DOWN: "cool_down",
    State.ASKING: "ask_after",
}
"""What is said as a state begins, whatever led to it."""

Out = Event | Order


class Teller:
    """Makes the events of one session.

    Args:
        settings: See `SessionSettings`.
        words: The words of the person's language.
        localised: An exercise in those words.

    Attributes:
        events: All that was told, and heard of bands.
    """

    def __init__(
        self, settings: SessionSettings, words: Words, localised: Callable[[Exercise], Exercise]
    ) -> None:
        self.events: list[Event] = []
        self._settings = settings
        self._words = words
        self._localised = localised
        self._stamp = Stamp(settings.session, "")
        self._voice = Voice()
        self._out: list[Out] = []

    @property
    def deadline(self) -> float | None:
        """When `tick` is due."""
        return self._voice.deadline

    def take(self) -> list[Out]:
        """What was told and ordered since the last time."""
        out, self._out = self._out, []
        return out

    def order(self, orders: Sequence[Order]) -> None:
        """Bands are to do something."""
        self._out += orders

    def tick(self, now_s: float) -> None:
        """Say what waits to be said."""
        self._speak(self._voice.tick(now_s), now_s)

    def hush(self) -> None:
        """What waits to be said is out of date."""
        self._voice.hush()

    def hear(self, event: Event) -> None:
        """A band told something."""
        self.events.append(event)
        if isinstance(event, Hint):
            self._advise(event)

    def say(self, code: str, at_s: float, urgency: Urgency = Urgency.INFO, **values: str) -> None:
        """Say a line."""
        line = Line(code, self._words.say(code, **values), code, urgency)
        self.say_all([line], at_s)

    def say_all(self, lines: Sequence[Line], at_s: float) -> None:
        """Say lines that are worded already."""
        for line in lines:
            self._speak(self._voice.say(line, at_s), at_s)

    def entered(self, state: State, script: Script, at_s: float, reason: str = "") -> None:
        """Say what is said as a state begins."""
        match state:
            case State.COUNTING_DOWN:
                self.hush()
                self.say("countdown", at_s)
            case State.RESTING:
                self._rest(script, at_s)
            case State.PAUSED:
                self.say("lost" if reason else "paused", at_s)
            case State.STOPPED:
                self.say("stopped", at_s, urgency=Urgency.STOP)
            case _ if state in _SAID:
                self.say(_SAID[state], at_s)
            case _:
                pass

    def timed_for_want_of_steps(self, tasks: Sequence[Task], at_s: float) -> None:
        """Say which exercises every sensor is too coarse for: they are timed."""
        coarse = too_coarse(tasks, self._settings.bands)
        if coarse:
            titles = ", ".join(self._localised(exercise).title for exercise in coarse)
            self.say("too_coarse", at_s, urgency=Urgency.CHECK, titles=titles)

    def explain(self, task: Task, at_s: float, *, timed: bool) -> None:
        """Say how a set is done, and on which side."""
        exercise = self._localised(task.item.exercise)
        self.say("explain", at_s, title=exercise.title, summary=exercise.summary)
        if task.side:
            self.say(task.side, at_s)
        if timed:
            self.say("timed", at_s)

    def alert(self, event: AlertRaised) -> None:
        """Say an alert: at once, or into silence where it is only advice."""
        if event.urgency is Urgency.INFO:
            self._advise(event)
            return
        text = self._words.advice(event.code, event.message)
        self.say_all([Line(event.code, text, event.urgency, event.urgency)], event.emitted_s)

    def changed(
        self, state: State, task: Task | None, until_s: float | None, at_s: float, reason: str = ""
    ) -> None:
        """The session is in another state; `task`: the set that is next or under way."""
        settings = self._settings
        self._tell(
            SessionChanged(
                **self._stamp.head(SessionChanged, at_s),
                state=state,
                plan=settings.plan.id,
                person=settings.person,
                date=settings.date,
                title="" if task is None else self._localised(task.item.exercise).title,
                side="" if task is None else task.side,
                set_number=0 if task is None else task.set_number,
                sets=0 if task is None else task.sets,
                until_s=until_s,
                reason=reason,
            )
        )

    def answered(self, moment: Literal["before", "after"], told: Told, at_s: float) -> None:
        """A person told how it is."""
        self._tell(
            Answered(
                **self._stamp.head(Answered, at_s),
                moment=moment,
                pain=told.pain,
                distal=told.distal,
                tingling=told.tingling,
            )
        )

    def symptom(
        self,
        task: Task | None,
        kind: Literal["tingle", "pain"],
        pain: int | None,
        at_s: float,
        *,
        stops: bool,
    ) -> None:
        """A person told a symptom."""
        self._stamp.exercise = "" if task is None else task.item.exercise.slug
        self._tell(
            Symptom(
                **self._stamp.head(Symptom, at_s),
                kind=kind,
                pain=pain,
                stops=stops,
                keep_from_s=at_s - EVIDENCE_S[0],
                keep_to_s=at_s + EVIDENCE_S[1],
            )
        )
        self._stamp.exercise = ""

    def credit(self, run: SetRun, at_s: float, *, stopped: bool) -> None:
        """A set is over: what counts of it."""
        status: Literal["complete", "incomplete", "skipped", "stopped"] = "incomplete"
        if run.credited >= run.target:
            status = "complete"
        elif stopped:
            status = "stopped"
        elif not run.credited:
            status = "skipped"
        self._stamp.exercise = run.task.item.exercise.slug
        self._tell(
            Credited(
                **self._stamp.head(Credited, at_s),
                side=run.task.side,
                set_number=run.task.set_number,
                kind=run.kind,
                target=run.target,
                credited=run.credited,
                measured=run.band is not None,
                status=status,
                interrupted=run.interrupted,
            )
        )
        self._stamp.exercise = ""

    def recount(self, count: int, at_s: float, *, is_over: bool) -> None:
        """A person counted the last set otherwise, which must be over.

        Raises:
            UsageError: It cannot be counted anew.
        """
        if not is_over:
            raise UsageError("a set is under way", hint="Tell its count once it is over.")
        last = last_counted(self.events)
        credited = last.credited
        self._stamp.exercise = credited.exercise
        self._tell(
            Recounted(
                **self._stamp.head(Recounted, at_s),
                side=credited.side,
                set_number=credited.set_number,
                counted=round(credited.credited),
                by_person=count,
            )
        )
        self._stamp.exercise = ""
        self.order(last.learning(count))

    def summarise(self, status: Status, sets_planned: int, at_s: float) -> None:
        """The session is over: nothing is said any more."""
        self.hush()
        settings, sums = self._settings, totals(self.events, sets_planned, at_s)
        share = f"{100 * (sums.dose_share or 0.0):.0f}"
        done, planned = str(sums.sets_done), str(sums.sets_planned)
        dose = self._words.say("summary_dose", done=done, planned=planned, share=share)
        how = "spread" if "peripheralised" in sums.flags else f"over_{status}"
        self._tell(
            SessionSummary(
                **self._stamp.head(SessionSummary, at_s),
                plan=settings.plan.id,
                person=settings.person,
                date=settings.date,
                status=status,
                duration_s=sums.duration_s,
                sets_done=sums.sets_done,
                sets_planned=sums.sets_planned,
                dose_share=sums.dose_share,
                measured_share=sums.measured_share,
                alerts=sums.alerts,
                pain=sums.pain,
                distal=sums.distal,
                flags=sums.flags,
                text=(dose, self._words.say(how)),
            )
        )

    def _rest(self, script: Script, at_s: float) -> None:
        """Say that there is rest, and what comes then."""
        before, task = script.before, script.task
        self.say("rest", at_s)
        if before is None or task is None or script.goes_on:
            return
        if task.item is before.item:
            self.say("other_side", at_s)
        else:
            self.say("next", at_s, title=self._localised(task.item.exercise).title)

    def _advise(self, event: AlertRaised | Hint) -> None:
        """Say something into silence."""
        text = self._words.advice(event.code, event.message)
        self.say_all([Line(event.code, text, Urgency.INFO, advice=True)], event.emitted_s)

    def _speak(self, lines: Sequence[Line], at_s: float) -> None:
        for line in lines:
            self._tell(
                Cue(
                    **self._stamp.head(Cue, at_s),
                    code=line.code,
                    urgency=line.urgency,
                    text=line.text,
                    sound=line.sound,
                )
            )

    def _tell(self, event: Event) -> None:
        self.events.append(event)
        self._out.append(event)

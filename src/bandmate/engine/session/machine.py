"""The guided session: a state machine that is told of time, people and bands, and tells what to do.

It reads no clock and touches no sensor. What it wants of a band is an `Order`; whoever holds the
bands carries it out at once and lets it `hear` what came of it.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from bandmate.domain.alerts import AlertCode, Urgency
from bandmate.domain.events import Acknowledged, AlertCleared, AlertRaised, Event, SetEnded, Tared
from bandmate.domain.exercises import Exercise
from bandmate.domain.plans import PlanItem
from bandmate.engine.session.asked import SYMPTOMS, Told, parse
from bandmate.engine.session.orders import Order
from bandmate.engine.session.script import Script, Task, band_for, lasts, tasks_of
from bandmate.engine.session.set_run import SetRun, run_of
from bandmate.engine.session.settings import SessionSettings
from bandmate.engine.session.slack import RETRY_S, VERDICT_S, SlackCheck
from bandmate.engine.session.states import (
    BETWEEN,
    FINAL,
    NEXT,
    RUNNING,
    SHOWS_TASK,
    STOPPABLE,
    TRANSITIONS,
    State,
    Trigger,
)
from bandmate.engine.session.summary import Status
from bandmate.engine.session.teller import Out, Teller
from bandmate.engine.session.work import Words
from bandmate.errors import UsageError


class SessionMachine:
    """Leads through one session.

    All calls return what is to be told and done, in order. `deadline` says when `tick` is due.

    Args:
        settings: See `SessionSettings`.
        words: The words of the person's language.
        localised: An exercise in those words.

    Attributes:
        state: Where it stands.
    """

    _status: Status

    def __init__(
        self,
        settings: SessionSettings,
        words: Words,
        localised: Callable[[Exercise], Exercise] = lambda exercise: exercise,
    ) -> None:
        self.state = State.IDLE
        self._settings = settings
        self._words = words
        self._teller = Teller(settings, words, localised)
        self._script = Script(())
        self._run: SetRun | None = None
        """The set that is under way, or paused."""
        self._ending: tuple[SetRun, bool] | None = None
        """One that its band has yet to tell the end of, and whether a symptom ended it."""
        self._until_s: float | None = None
        self._back = State.IDLE
        """Where a pause returns to."""
        self._slack = SlackCheck((), ())
        self._before: Told | None = None
        self._status = "done"

    @property
    def events(self) -> Sequence[Event]:
        """All that it has told, and what it heard of its bands."""
        return self._teller.events

    @property
    def deadline(self) -> float | None:
        """When `tick` is due; `None`: nothing to wait for."""
        times = [self._until_s, self._teller.deadline]
        if self._run is not None and self.state is State.ACTIVE:
            times.append(self._run.deadline)
        return min((t_s for t_s in times if t_s is not None), default=None)

    @property
    def ends_s(self) -> float | None:
        """When what it is at ends by itself; `None`: nobody knows."""
        run = self._run
        return run.ends_s if run is not None and self.state is State.ACTIVE else self._until_s

    def begin(self, at_s: float) -> list[Out]:
        """A person chose the plan."""
        self._fire(Trigger.BEGIN, at_s)
        return self._teller.take()

    def checked(
        self, told: Told, at_s: float, items: Sequence[PlanItem], advice: str = ""
    ) -> list[Out]:
        """The self-check is answered: `items` are open (none: no session), `advice` is told."""
        self._expect(Trigger.ALLOWED)
        self._before = told
        self._teller.answered("before", told, at_s)
        self._script = Script(tasks_of(items, self._settings.first_side))
        if items:
            self._teller.timed_for_want_of_steps(self._script.tasks, at_s)
            if advice:
                self._teller.say("note", at_s, advice=advice)
            self._fire(Trigger.ALLOWED, at_s)
        else:
            self._teller.say("refused", at_s, urgency=Urgency.CHECK, advice=advice)
            self._status = "refused"
            self._fire(Trigger.REFUSE, at_s)
        return self._teller.take()

    def answered(self, told: Told, at_s: float) -> list[Out]:
        """The questions afterwards are answered."""
        self._expect(Trigger.ANSWERED)
        self._teller.answered("after", told, at_s)
        self._fire(Trigger.ANSWERED, at_s)
        return self._teller.take()

    def command(self, text: str, at_s: float) -> list[Out]:
        """Do what a person asked; see `engine.session.asked`.

        Raises:
            UsageError: It is unknown, or cannot be done now; nothing has changed.
        """
        asked = parse(text)
        doing: dict[str, Callable[[float], None]] = {
            "go": self._go,
            "skip": self._skip,
            "next": self._next,
            "swap": self._swap,
            "pause": self._pause,
            "resume": self._resume,
            "end": self._end,
            "ack": self._acknowledge,
        }
        if asked.count is not None:
            self._teller.recount(asked.count, at_s, is_over=self._run is None)
        elif asked.symptom is None:
            doing[asked.verb](at_s)
        else:
            self._symptom(asked.symptom, asked.pain, at_s, stops=asked.verb == "stop")
        return self._teller.take()

    def hear(self, events: Sequence[Event]) -> list[Out]:
        """Take events of the bands, in order."""
        for event in events:
            self._teller.hear(event)
            self._heard(event, event.emitted_s)
        return self._teller.take()

    def refused(self, why: str, at_s: float) -> list[Out]:
        """A band did not begin the set: say why, and wait for the person."""
        self._pause(at_s)
        self._teller.say("not_begun", at_s, urgency=Urgency.CHECK, advice=why)
        return self._teller.take()

    def tick(self, now_s: float) -> list[Out]:
        """Time went by: do what is due up to `now_s`."""
        while (due_s := self.deadline) is not None and due_s <= now_s:
            self._teller.tick(due_s)
            run = self._run
            if run is not None and self.state is State.ACTIVE:
                self._teller.say_all(run.tick(due_s), due_s)
                if run.is_over(due_s):
                    self._go_on(due_s)
            if self._until_s is not None and self._until_s <= due_s:
                self._until_s = None
                self._elapsed(due_s)
        return self._teller.take()

    def crashed(self, at_s: float) -> list[Out]:
        """The process that led it ended: what it credited stays, and no more is."""
        self._status = "interrupted"
        self._fire(Trigger.CRASH, at_s)
        return self._teller.take()

    def _heard(self, event: Event, at_s: float) -> None:
        run = self._run
        if run is not None and not isinstance(event, SetEnded):
            self._teller.say_all(run.hear(event), at_s)
        match event:
            case SetEnded():
                self._set_ended(event, at_s)
            case Tared() if self.state is State.SENSORS:
                self._tared(event, at_s)
            case AlertRaised():
                self._alerted(event, at_s)
            case AlertCleared(code=AlertCode.SIGNAL_LOST) if self.state is State.PAUSED:
                if run is not None and event.band == run.band and self._back is State.ACTIVE:
                    self._resume(at_s)
            case Acknowledged(codes=codes) if self.state is State.STOPPED:
                if SYMPTOMS.keys() & set(codes):
                    self._fire(Trigger.ACK, at_s)
            case _:
                pass

    def _set_ended(self, event: SetEnded, at_s: float) -> None:
        run = self._run
        if self._ending is not None and self._ending[0].owns(event):
            (ended, stopped), self._ending = self._ending, None
            ended.hear(event)
            self._teller.credit(ended, at_s, stopped=stopped)
        elif run is not None and run.owns(event):
            run.hear(event)
            if self.state is State.ACTIVE:  # it was ended elsewhere
                self._go_on(at_s)
            elif self._back is State.ACTIVE:
                self._back = State.COUNTING_DOWN

    def _alerted(self, event: AlertRaised, at_s: float) -> None:
        kind = SYMPTOMS.get(event.code)
        if kind is not None:
            if self.state in STOPPABLE:  # somebody stopped the band itself
                self._symptom(kind, None, at_s, stops=True)
            return
        self._teller.alert(event)
        run = self._run
        is_lost = event.code is AlertCode.SIGNAL_LOST and self.state is State.ACTIVE
        if is_lost and run is not None and event.band == run.band:
            self._pause(at_s, reason="signal_lost")

    def _tared(self, event: Tared, at_s: float) -> None:
        slack = self._slack.hear(event)
        if slack is False:
            self._until_s = at_s + RETRY_S
            self._teller.say("not_slack", at_s, urgency=Urgency.CHECK)
            self._changed(at_s, "not_slack")
        elif slack and self._slack.is_done:
            self._fire(Trigger.SLACK, at_s)

    def _elapsed(self, at_s: float) -> None:
        """The state has lasted as long as it does."""
        match self.state:
            case State.SENSORS:
                if silent := self._slack.silent:
                    self._teller.say("no_sensor", at_s, urgency=Urgency.CHECK, band=silent)
                self._tare(at_s)
            case State.RESTING:
                self._fire(Trigger.AGAIN if self._script.goes_on else Trigger.RESTED, at_s)
            case _:
                self._fire(NEXT[self.state], at_s)

    def _fire(self, trigger: Trigger, at_s: float, reason: str = "") -> None:
        self._enter(self._expect(trigger), at_s, reason)

    def _expect(self, trigger: Trigger) -> State:
        """Where a trigger leads; refused, with nothing changed, where it leads nowhere."""
        after = TRANSITIONS.get((self.state, trigger))
        if after is None:
            raise UsageError(f"this cannot be done now: the session is {self.state.words}")
        return after

    def _enter(self, state: State, at_s: float, reason: str = "") -> None:
        lasts_s = lasts(state, self._settings.plan, self._script.before)
        self.state, self._until_s = state, None if lasts_s is None else at_s + lasts_s
        self._changed(at_s, reason)
        self._teller.entered(state, self._script, at_s, reason)
        entered: dict[State, Callable[[float], None]] = {
            State.SENSORS: self._tare,
            State.EXPLAINING: self._explain,
            State.ACTIVE: self._work,
        }
        if state in entered:
            entered[state](at_s)
        if state in FINAL:
            self._teller.summarise(self._status, self._script.planned_n, at_s)

    def _changed(self, at_s: float, reason: str = "") -> None:
        task = self._script.task if self.state in SHOWS_TASK else None
        self._teller.changed(self.state, task, self._until_s, at_s, reason)

    def _tare(self, at_s: float) -> None:
        self._slack = SlackCheck(self._script.tasks, self._settings.bands)
        if self._slack.is_done:
            self._fire(Trigger.SLACK, at_s)
        else:
            self._until_s = at_s + VERDICT_S
            self._teller.order(self._slack.orders())

    def _explain(self, at_s: float) -> None:
        task = self._script.task
        if task is None:
            self._fire(Trigger.LAST_DONE, at_s)
            return
        self._teller.explain(task, at_s, timed=band_for(task, self._settings.bands) is None)

    def _work(self, at_s: float) -> None:
        task = self._script.task
        assert task is not None  # noqa: S101 - it was explained
        if self._run is None:
            self._run = self._new_run(task)
        self._teller.say("begin", at_s)
        self._teller.order(self._run.begin(at_s))

    def _new_run(self, task: Task) -> SetRun:
        return run_of(task, self._settings, self._words, self.events)

    def _go_on(self, at_s: float) -> None:
        """The set is done, or left: on to the next."""
        self._finish(at_s)
        self._script.advance()
        self._fire(Trigger.LAST_DONE if self._script.task is None else Trigger.SET_DONE, at_s)

    def _finish(self, at_s: float, reason: str = "") -> None:
        """End the set that is under way, if any, and credit what was done of it."""
        task, run = self._script.task, self._run
        self._run = None
        if run is None:
            if task is not None and self.state in BETWEEN:
                self._teller.credit(self._new_run(task), at_s, stopped=False)
            return
        self._teller.order(run.end(at_s, reason))
        if run.is_ending:
            self._ending = run, bool(reason)
        else:
            self._teller.credit(run, at_s, stopped=bool(reason))

    def _go(self, at_s: float) -> None:
        if self.state not in RUNNING - {State.ACTIVE} | {State.READY}:
            raise UsageError(f"there is nothing to go on with: the session is {self.state.words}")
        self._teller.hush()
        self._elapsed(at_s)

    def _skip(self, at_s: float) -> None:
        if self.state is State.ACTIVE or self.state in BETWEEN:
            self._teller.hush()
            self._go_on(at_s)
        else:
            self._go(at_s)

    def _next(self, at_s: float) -> None:
        """Leave the rest of this exercise out."""
        task = self._script.task
        if task is None or (self.state is not State.ACTIVE and self.state not in BETWEEN):
            raise UsageError(f"there is no exercise to leave: the session is {self.state.words}")
        self._script.leave_exercise()
        self._skip(at_s)

    def _swap(self, at_s: float) -> None:
        if self.state not in BETWEEN or self._run is not None:
            raise UsageError("sides are changed before a set, not during it")
        self._script.swap()
        self._teller.hush()
        self._enter(State.EXPLAINING, at_s)

    def _pause(self, at_s: float, reason: str = "") -> None:
        back = self.state
        self._fire(Trigger.PAUSE, at_s, reason)
        self._back = back
        if self._run is not None and not reason:
            self._teller.order(self._run.end(at_s))
            self._back = State.COUNTING_DOWN

    def _resume(self, at_s: float) -> None:
        if self.state is not State.PAUSED:
            raise UsageError(f"it is not paused, but {self.state.words}")
        self._teller.say("resumed", at_s)
        if self._back is State.ACTIVE:  # its band was silent; the set went on meanwhile
            self.state = State.ACTIVE
            self._changed(at_s)
        else:
            self._enter(self._back, at_s)

    def _end(self, at_s: float) -> None:
        self._expect(Trigger.END)
        if self._status != "stopped":
            self._status = "ended"
        self._finish(at_s)
        self._fire(Trigger.END, at_s)

    def _acknowledge(self, at_s: float) -> None:
        if self.state is State.STOPPED:
            self._fire(Trigger.ACK, at_s)
        self._teller.order([Order(band.name, "ack") for band in self._settings.bands])

    def _symptom(
        self, kind: Literal["tingle", "pain"], pain: int | None, at_s: float, *, stops: bool
    ) -> None:
        limits, before = self._settings.plan.limits, self._before
        if pain is not None and before is not None:
            stops = stops or limits.ends(pain, before.pain)
        if self.state in FINAL | {State.IDLE} or (stops and self.state not in STOPPABLE):
            raise UsageError(f"there is nothing to stop: the session is {self.state.words}")
        task, before = self._script.task, self._script.before
        doing = task if self._run is not None else before or task
        self._teller.symptom(doing, kind, pain, at_s, stops=stops)
        if stops:
            self._status = "stopped"
            self._finish(at_s, reason=kind)
            if self.state is not State.ASKING:
                self._fire(Trigger.STOP, at_s, reason=kind)

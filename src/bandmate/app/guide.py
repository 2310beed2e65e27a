"""Leads through a session on the live bands: the machine's orders carried out, its events told."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Final

from bandmate.app.clock import SessionClock
from bandmate.app.hub import Hub
from bandmate.app.live_band import LiveBand
from bandmate.app.people import Entry, People, answers_in_force, past_of
from bandmate.app.session_entry import entry_of
from bandmate.catalog.plans import ready_plans
from bandmate.catalog.questions import Question, load_questions
from bandmate.catalog.texts import load_texts
from bandmate.domain.events import Event
from bandmate.domain.plans import Plan
from bandmate.domain.records import SessionState
from bandmate.domain.session_events import (
    Answered,
    Credited,
    Cue,
    SessionChanged,
    SessionSummary,
    Symptom,
)
from bandmate.engine.commands import start_text
from bandmate.engine.gates import Answers
from bandmate.engine.session.asked import Told
from bandmate.engine.session.machine import SessionMachine
from bandmate.engine.session.opening import opening
from bandmate.engine.session.orders import Order
from bandmate.engine.session.script import SessionBand
from bandmate.engine.session.states import FINAL, State
from bandmate.engine.session.teller import Out, SessionSettings
from bandmate.errors import UsageError
from bandmate.sinks.json_commands import Lead

_log = logging.getLogger(__name__)

_TO_KEEP: Final = (Answered, Credited, Symptom)
"""After these what is kept of the session is another."""


class Guide:
    """Leads one session at a time.

    Args:
        session: The service's id; ids of its sessions begin with it.
        bands: By name.
        hub: Takes the events.
        clock: The session clock.
        people: What is kept of people.
        plans: A person's own plans, by id; the ready ones are known.
        language: Of what is said.
    """

    def __init__(
        self,
        session: str,
        *,
        bands: Mapping[str, LiveBand],
        hub: Hub,
        clock: SessionClock,
        people: People,
        plans: Mapping[str, Plan],
        language: str,
    ) -> None:
        self._session = session
        self._bands = bands
        self._hub = hub
        self._clock = clock
        self._people = people
        self._plans = {plan.id: plan for plan in ready_plans()} | dict(plans)
        self._words = load_texts(language)
        self._questions = load_questions(language)
        self._count = 0
        self._led: _Led | None = None
        self._due: deque[Out] = deque()
        self._carrying = False
        self._changed = asyncio.Event()
        self._keeper = ThreadPoolExecutor(1, "people")
        """What is kept goes to the disk in a thread of its own: no alert waits for it."""
        for person, entry in people.close_interrupted().items():
            _log.warning("session %s of %s was cut off; it is kept so", entry.session, person)
        hub.listen(self._hear)

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans that can be begun."""
        return tuple(self._plans.values())

    async def run(self) -> None:
        """Let time go by for the session, until cancelled."""
        while True:
            deadline_s = None if self._led is None else self._led.machine.deadline
            wait_s = None
            if deadline_s is not None:
                wait_s = max(deadline_s - self._clock.now(), 0.0) / self._clock.speed
            self._changed.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                if self._led is not None:
                    self._carry_out(self._led.machine.tick(self._clock.now()))

    def state(self) -> SessionState | None:
        """How the session stands; `None`: there was none yet."""
        led = self._led
        if led is None:
            return None
        questions = led.questions if led.machine.state is State.CHECKING else ()
        return SessionState(
            state=led.machine.state,
            plan=led.plan.id,
            title=led.title,
            side=led.side,
            set_number=led.set_number,
            sets=led.sets,
            text=led.text,
            questions=tuple((question.id, question.text) for question in questions),
        )

    async def lead(self, lead: Lead) -> None:
        """Do what a person asks of the session.

        Raises:
            UsageError: It cannot be done now; nothing has changed.
            StoreError: What is kept of the person cannot be read or written.
        """
        if lead.ask == "begin":
            # After all that is to be kept of earlier ones.
            reading = self._keeper.submit(self._people.sessions, lead.person)
            self._begin(lead, await asyncio.wrap_future(reading))
            return
        now_s = self._clock.now()
        if self._led is None:
            raise UsageError("there is no session", hint="Begin one: bandmate session start PLAN.")
        if lead.ask == "answer":
            self._answer(self._led, lead, now_s)
        else:
            self._carry_out(self._led.machine.command(lead.text, now_s))

    def finish(self) -> None:
        """The service ends: what still runs is cut off, and kept."""
        if self._led is not None and self._led.machine.state not in FINAL:
            self._carry_out(self._led.machine.crashed(self._clock.now()))
        self._keeper.shutdown()

    def _begin(self, lead: Lead, sessions: Sequence[Entry]) -> None:
        if self._led is not None and self._led.machine.state not in FINAL:
            raise UsageError("a session is running", hint="End it first: bandmate session stop.")
        now_s = self._clock.now()
        plan = self._plans.get(lead.plan or "")
        if plan is None:
            known = ", ".join(sorted(self._plans))
            raise UsageError(f"there is no plan {lead.plan!r}", hint=f"Known are: {known}.")
        self._count += 1
        started = datetime.fromtimestamp(self._clock.utc_ns(now_s) / 1e9, UTC).astimezone()
        settings = SessionSettings(
            session=f"{self._session}-g{self._count}",
            plan=plan,
            person=lead.person,
            date=started.date().isoformat(),
            bands=tuple(
                SessionBand(name, band.quantity, band.step_n) for name, band in self._bands.items()
            ),
            first_side=lead.side,
        )
        known = answers_in_force(sessions)
        self._led = _Led(
            settings=settings,
            machine=SessionMachine(settings, self._words, self._words.exercise),
            past=sessions,
            questions=tuple(
                question
                for question in self._questions.for_plan(plan)
                if _is_asked(question, known.get(question.id), started.date())
            ),
        )
        self._carry_out(self._led.machine.begin(now_s))

    def _answer(self, led: "_Led", lead: Lead, now_s: float) -> None:
        if lead.pain is None or lead.distal is None:
            raise UsageError("an answer needs pain (0 to 10) and the most distal level (0 to 5)")
        told = Told(lead.pain, lead.distal, tingling=lead.tingling)
        if led.machine.state is not State.CHECKING:
            self._carry_out(led.machine.answered(told, now_s))
            return
        known = answers_in_force(led.past)
        asked = {question.id for question in led.questions}
        still = {name for name, (_, yes) in known.items() if yes and name not in asked}
        answers = Answers(
            lead.pain, lead.distal, lead.tingling, lead.flare, frozenset(lead.yes) | still
        )
        found = opening(led.plan, answers, asked | set(known), past_of(led.past), led.day)
        advice = " ".join(self._questions.texts[reason] for reason in found.reasons)
        if not found.items and not found.reasons:
            advice = self._words.say("nothing_due")
        led.answers, led.asked = answers, tuple(asked | set(lead.yes))
        self._carry_out(led.machine.checked(told, now_s, found.items, advice))

    def _hear(self, event: Event) -> None:
        """Every event comes by here; those of bands are the machine's to hear."""
        led = self._led
        if led is not None and event.band and led.machine.state not in FINAL:
            self._carry_out(led.machine.hear([event]))

    def _carry_out(self, out: Iterable[Out]) -> None:
        """Tell events and have orders done, one after the other, whatever comes of them."""
        self._due.extend(out)
        if self._carrying:
            return  # whoever is at it goes on with these
        self._carrying = True
        try:
            while self._due:
                one = self._due.popleft()
                if isinstance(one, Order):
                    self._order(one)
                else:
                    self._hub.publish([one])
                    self._note(one)
        finally:
            self._carrying = False
            self._changed.set()

    def _order(self, order: Order) -> None:
        band = self._bands[order.band]
        try:
            match order.verb:
                case "start" if order.exercise is not None:
                    band.command(start_text(order.exercise))
                case _:
                    band.command(f"{order.verb}:{order.reason}" if order.reason else order.verb)
        except UsageError as refused:
            _log.warning("%s: the session's %s was not done: %s", band.name, order.verb, refused)
            if order.verb == "start" and self._led is not None:
                why = f"{band.name}: {refused.args[0]}. {refused.hint}".strip()
                self._due.extend(self._led.machine.refused(why, self._clock.now()))

    def _note(self, event: Event) -> None:
        """Keep up what is shown and kept of the session."""
        led = self._led
        if led is None:
            return
        match event:
            case SessionChanged():
                led.title, led.side = event.title, event.side
                led.set_number, led.sets = event.set_number, event.sets
            case Cue() if event.text:
                led.text = event.text
            case SessionSummary() if event.status != "refused":  # why it was says more
                led.text = " ".join(event.text)
            case _:
                pass
        if isinstance(event, _TO_KEEP) or led.machine.state in FINAL:
            self._keep(led)

    def _keep(self, led: "_Led") -> None:
        if led.answers is None or led.is_kept:
            return
        settings, machine = led.settings, led.machine
        begun = (settings.session, led.day)
        entry = entry_of(machine.events, led.plan, led.answers, led.asked, begun)
        if entry is None:
            return
        led.is_kept = machine.state in FINAL
        keep = self._people.append if led.is_kept else self._people.keep_running
        self._keeper.submit(keep, settings.person, entry).add_done_callback(_tell_failure)


class _Led:
    """The session that is led, and what is shown of it."""

    def __init__(
        self,
        settings: SessionSettings,
        machine: SessionMachine,
        past: Iterable[Entry],
        questions: tuple[Question, ...],
    ) -> None:
        self.settings = settings
        self.plan = settings.plan
        self.machine = machine
        self.past = tuple(past)
        self.questions = questions
        self.day = datetime.fromisoformat(settings.date).date()
        self.answers: Answers | None = None
        self.asked: tuple[str, ...] = ()
        self.is_kept = False
        self.title = self.side = self.text = ""
        self.set_number = self.sets = 0


def _is_asked(question: Question, answered: tuple[date, bool] | None, today: date) -> bool:
    """A question is asked where no answer is in force, and again where that is yes."""
    if answered is None:
        return True
    day, yes = answered
    return yes or question.is_due(day, today)


def _tell_failure(kept: Future[None]) -> None:
    """What cannot be kept is told, and the session goes on."""
    if (error := kept.exception()) is not None:
        _log.error("%s", error)

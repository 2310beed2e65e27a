"""Leads through a session on the live bands: the machine's orders carried out, its events told."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from math import ceil
from typing import Final

from bandmate.app.clock import SessionClock
from bandmate.app.hub import Hub
from bandmate.app.library import Library
from bandmate.app.live_band import LiveBand
from bandmate.app.people import Entry, People, amplitudes_of, answers_in_force, past_of
from bandmate.app.session_entry import Begun, entry_of
from bandmate.catalog.questions import Question
from bandmate.domain.events import Calibrated, Event
from bandmate.domain.records import SessionState
from bandmate.domain.session_events import (
    Answered,
    Credited,
    Cue,
    Recounted,
    SessionChanged,
    SessionSummary,
    Symptom,
)
from bandmate.engine.gates import Answers
from bandmate.engine.session.asked import Told
from bandmate.engine.session.machine import SessionMachine
from bandmate.engine.session.opening import opening
from bandmate.engine.session.orders import Order
from bandmate.engine.session.script import SessionBand
from bandmate.engine.session.settings import SessionSettings
from bandmate.engine.session.states import FINAL, RUNNING, State
from bandmate.engine.session.teller import Out
from bandmate.errors import UsageError
from bandmate.sinks.json_commands import Lead

_log = logging.getLogger(__name__)

_TO_KEEP: Final = (Answered, Recounted, Credited, Symptom)
"""After these what is kept of a session that runs is another …"""
_TO_KEEP_AT_LAST: Final = (Recounted, SessionSummary)
"""… and after these of one that is over."""


class Guide:
    """Leads one session at a time.

    Args:
        session: The service's id; ids of its sessions begin with it.
        bands: By name.
        hub: Takes the events.
        clock: The session clock.
        people: What is kept of people.
        library: Plans, words and questions.
    """

    def __init__(
        self,
        session: str,
        *,
        bands: Mapping[str, LiveBand],
        hub: Hub,
        clock: SessionClock,
        people: People,
        library: Library,
    ) -> None:
        self._session = session
        self._bands = bands
        self._hub = hub
        self._clock = clock
        self._people = people
        self._library = library
        self._count = 0
        self._led: _Led | None = None
        self._names = set(people.names())
        self._due: deque[Out] = deque()
        self._carrying = False
        self._changed = asyncio.Event()
        self._beginning = asyncio.Lock()
        self._keeper = ThreadPoolExecutor(1, "people")
        """What is kept goes to the disk in a thread of its own: no alert waits for it."""
        for person, entry in people.close_interrupted().items():
            _log.warning("session %s of %s was cut off; it is kept so", entry.session, person)
        hub.listen(self._hear)

    @property
    def people(self) -> Sequence[str]:
        """The pseudonyms of all who had a session."""
        return sorted(self._names)

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
            left_s=self._left_s(led.machine),
            text=led.text,
            questions=tuple((question.id, question.text) for question in questions),
        )

    async def lead(self, lead: Lead) -> None:
        """Do what a person asks of the session, after all that was asked before.

        Raises:
            UsageError: It cannot be done now; nothing has changed.
            StoreError: What is kept of the person cannot be read or written.
        """
        async with self._beginning:  # an answer does not overtake the beginning it belongs to
            if lead.ask == "begin":
                await self._begin(lead)
                return
        now_s = self._clock.now()
        if self._led is None:
            raise UsageError("there is no session", hint="Begin one: bandmate session start PLAN.")
        if lead.ask == "answer":
            self._answer(self._led, lead, now_s)
        else:
            self._carry_out(self._led.machine.command(lead.text, now_s))

    def stop(self, text: str) -> None:
        """Stop the session for a symptom (`stop:tingle`, `stop:pain:7`), if there is one.

        Raises:
            UsageError: There is nothing to stop.
        """
        if self._led is not None:
            self._carry_out(self._led.machine.command(text, self._clock.now()))

    def finish(self) -> None:
        """The service ends: what still runs is cut off, and kept."""
        if self._led is not None and self._led.machine.state not in FINAL:
            self._carry_out(self._led.machine.crashed(self._clock.now()))
        self._keeper.shutdown()

    def _left_s(self, machine: SessionMachine) -> int | None:
        ends_s = machine.ends_s
        if ends_s is None or machine.state is State.SENSORS:  # which waits for a verdict
            return None
        return ceil(max(ends_s - self._clock.now(), 0.0))

    async def _begin(self, lead: Lead) -> None:
        if self._led is not None and self._led.machine.state not in FINAL:
            raise UsageError("a session is running", hint="End it first: bandmate session stop.")
        # After all that is to be kept of earlier ones.
        reading = self._keeper.submit(self._people.sessions, lead.person)
        sessions = await asyncio.wrap_future(reading)
        now_s = self._clock.now()
        plan, words = self._library.find(lead.plan or "", lead.person), self._library.words
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
            amplitudes=amplitudes_of(sessions),
        )
        known = answers_in_force(sessions)
        self._led = _Led(
            settings=settings,
            machine=SessionMachine(settings, words, words.exercise),
            past=sessions,
            questions=tuple(
                question
                for question in self._library.questions.for_plan(plan)
                if _is_asked(question, known.get(question.id), started.date())
            ),
        )
        self._names.add(lead.person)
        self._carry_out(self._led.machine.begin(now_s))

    def _answer(self, led: "_Led", lead: Lead, now_s: float) -> None:
        if lead.pain is None or lead.distal is None:
            raise UsageError("an answer needs pain (0 to 10) and the most distal level (0 to 5)")
        told = Told(lead.pain, lead.distal, tingling=lead.tingling)
        if led.machine.state is not State.CHECKING:
            self._carry_out(led.machine.answered(told, now_s))
            return
        for name in lead.yes:
            self._library.questions.find(name)
        known = answers_in_force(led.past)
        asked = {question.id for question in led.questions}
        still = {name for name, (_, yes) in known.items() if yes and name not in asked}
        answers = Answers(
            lead.pain, lead.distal, lead.tingling, lead.flare, frozenset(lead.yes) | still
        )
        found = opening(led.plan, answers, asked | set(known), past_of(led.past), led.day)
        advice = " ".join(self._library.questions.texts[reason] for reason in found.reasons)
        if not found.items and not found.reasons:
            advice = self._library.words.say("nothing_due")
        led.begun = Begun(
            session=led.settings.session,
            day=led.day,
            plan=led.plan,
            items=found.items,
            answers=answers,
            asked=tuple(asked | set(lead.yes)),
        )
        self._carry_out(led.machine.checked(told, now_s, found.items, advice))

    def _hear(self, event: Event) -> None:
        """Every event comes by here; those of bands are the machine's to hear."""
        led = self._led
        if led is None or not event.band:
            return
        is_over = led.machine.state in FINAL
        if isinstance(event, Calibrated) or not is_over:
            self._carry_out(led.machine.hear([event]))
        if isinstance(event, Calibrated):
            self._keep(led, is_over=is_over)

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
            band.command(order.text)
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
                if event.state in RUNNING:
                    led.text = ""  # what was said before is about what is over
            case Cue() if event.text:
                led.text = event.text
            case SessionSummary() if event.status != "refused":  # why it was says more
                led.text = "\n".join(event.text)
            case _:
                pass
        is_over = led.machine.state in FINAL
        if isinstance(event, _TO_KEEP_AT_LAST if is_over else _TO_KEEP):
            self._keep(led, is_over=is_over)

    def _keep(self, led: "_Led", *, is_over: bool) -> None:
        entry = None if led.begun is None else entry_of(led.machine.events, led.begun)
        if entry is None:
            return
        keep = self._people.append if is_over else self._people.keep_running
        kept = self._keeper.submit(keep, led.settings.person, entry)
        kept.add_done_callback(_tell_failure)


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
        self.begun: Begun | None = None
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

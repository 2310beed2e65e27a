"""A session with real pipelines and a person who does as told, in virtual time."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bandmate.catalog.catalogue import load_catalogue
from bandmate.catalog.texts import load_texts
from bandmate.domain.events import Event
from bandmate.domain.exercises import Exercise
from bandmate.domain.plans import Choices, Override, Phase, Plan, PlanItem, Schedule, SymptomLimits
from bandmate.domain.samples import Block, MotionBlock, Quantity, SensorTraits
from bandmate.domain.session_events import Cue, SessionChanged
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.session.asked import Told
from bandmate.engine.session.machine import SessionMachine
from bandmate.engine.session.orders import Order
from bandmate.engine.session.script import SessionBand
from bandmate.engine.session.settings import SessionSettings
from bandmate.engine.session.states import FINAL, State
from bandmate.engine.session.teller import Out
from bandmate.errors import UsageError
from bandmate.sim.doing import doing
from bandmate.units import STANDARD_GRAVITY_MS2

_Kind = TypeVar("_Kind", bound=Event)
HZ = 10.0
PACKET_N = 4
FINE = Told(pain=2, distal=1)
CATALOGUE = load_catalogue()


def a_plan(
    *slugs: str,
    phase: Phase = "stabilise",
    rest_s: float = 20.0,
    warm_up_s: float = 30.0,
    cool_down_s: float = 30.0,
    overrides: Mapping[Override, str] | None = None,
) -> Plan:
    """A plan of these exercises with the catalogue's doses."""
    items = tuple(PlanItem(CATALOGUE.find(slug), rest_s, Schedule()) for slug in slugs)
    return Plan(
        id="test",
        title="Test",
        summary="A test.",
        phase=phase,
        items=items,
        limits=SymptomLimits(),
        choices=Choices(),
        overrides=overrides or {},
        warm_up_s=warm_up_s,
        cool_down_s=cool_down_s,
    )


@dataclass
class Host:
    """Holds the machine and its bands, and lets time go by.

    Attributes:
        plan: The plan.
        bands: Name and quantity of each band.
        shown: What a band shows at a time, where it is not what the person does.
        language: Of the words.
        traits: Of the sensors.
        date: The local date.
    """

    plan: Plan
    bands: Sequence[tuple[str, Quantity]] = (("left", "force"),)
    shown: Callable[[str, float], float | None] | None = None
    language: str = "en"
    traits: SensorTraits = field(default_factory=SensorTraits)
    date: str = "2026-01-02"
    now_s: float = 0.0
    out: list[Out] = field(default_factory=list[Out])
    does: dict[str, tuple[float, Callable[[float], float]]] = field(
        default_factory=dict[str, tuple[float, Callable[[float], float]]]
    )

    def __post_init__(self) -> None:
        words = load_texts(self.language)
        self.pipelines = {
            name: BandPipeline(
                BandSettings(name, "s", traits=self.traits, quantity=quantity), CATALOGUE.find
            )
            for name, quantity in self.bands
        }
        settings = SessionSettings(
            session="s",
            plan=self.plan,
            person="p1",
            date=self.date,
            bands=tuple(
                SessionBand(name, quantity, self.pipelines[name].step_n)
                for name, quantity in self.bands
            ),
        )
        self.machine = SessionMachine(settings, words, words.exercise)

    @property
    def state(self) -> State:
        return self.machine.state

    def told(self, kind: type[_Kind]) -> list[_Kind]:
        """All events of a kind, those of the bands too."""
        return [event for event in self.machine.events if isinstance(event, kind)]

    def started(self) -> list[tuple[str, Exercise]]:
        """What was started, and on which band."""
        orders = [one for one in self.out if isinstance(one, Order)]
        return [(one.band, one.exercise) for one in orders if one.exercise is not None]

    def said(self) -> list[str]:
        """The codes of all cues."""
        return [cue.code for cue in self.told(Cue)]

    def states(self) -> list[str]:
        """The states that it went through."""
        return [changed.state for changed in self.told(SessionChanged)]

    def ready(self) -> "Host":
        """Until the person may begin."""
        self.do(self.machine.begin(self.now_s))
        self.do(self.machine.checked(FINE, self.now_s, self.plan.items))
        self.until(State.READY)
        return self

    def begun(self) -> "Host":
        """Until the first set."""
        self.ready().command("go")
        self.until(State.ACTIVE)
        return self

    def command(self, text: str) -> None:
        """A person asks for something."""
        self.do(self.machine.command(text, self.now_s))

    def until(self, *states: State, most_s: float = 4000.0) -> None:
        """Let time go by until it is in one of these states."""
        end_s = self.now_s + most_s
        while self.state not in states:
            assert self.now_s < end_s, f"{self.state} lasts"
            assert self.state not in FINAL, f"it ended {self.state}"
            self.step()

    def wait(self, length_s: float) -> None:
        """Let some time go by."""
        end_s = self.now_s + length_s
        while self.now_s < end_s:
            self.step()

    def finish(self) -> None:
        """Let it go on to its end, with good answers."""
        self.until(State.ASKING)
        self.do(self.machine.answered(FINE, self.now_s))

    def step(self) -> None:
        """One packet of every band."""
        begin_s, self.now_s = self.now_s, self.now_s + PACKET_N / HZ
        while (due_s := self.machine.deadline) is not None and due_s <= self.now_s:
            self.do(self.machine.tick(due_s), due_s)
        for name, quantity in self.bands:
            block = self._packet(name, quantity, begin_s)
            if block is not None:
                self.do(self.machine.hear(self.pipelines[name].push(block)))
            self.do(self.machine.hear(self.pipelines[name].tick(self.now_s)))

    def do(self, out: Iterable[Out], at_s: float | None = None) -> None:
        """Carry orders out, at once, and let the machine hear what came of it."""
        at_s = self.now_s if at_s is None else at_s
        for one in out:
            self.out.append(one)
            if isinstance(one, Order):
                self.do(self._answered(one, at_s), at_s)

    def _answered(self, order: Order, at_s: float) -> Sequence[Out]:
        """What the machine makes of what came of an order."""
        try:
            return self.machine.hear(self._carried_out(order, at_s))
        except UsageError as refused:
            return self.machine.refused(str(refused), at_s)

    def _carried_out(self, order: Order, at_s: float) -> list[Event]:
        pipeline = self.pipelines[order.band]
        if order.verb == "start":
            assert order.exercise is not None
            is_angle = dict(self.bands)[order.band] == "angle"
            self.does[order.band] = at_s, doing(order.exercise, in_degrees=is_angle)
        elif order.verb == "stop":
            self.does.pop(order.band, None)
        return pipeline.command(order.text, at_s)

    def _level(self, name: str, t_s: float) -> float | None:
        if self.shown is not None and (level := self.shown(name, t_s)) is not None:
            return None if math.isnan(level) else level
        began = self.does.get(name)
        level = 0.0 if began is None else began[1](t_s - began[0])
        return level + 0.05 * math.sin(997.0 * t_s)

    def _packet(self, name: str, quantity: Quantity, begin_s: float) -> Block | MotionBlock | None:
        t_s = [begin_s + (n + 1) / HZ for n in range(PACKET_N)]
        levels = [self._level(name, t) for t in t_s]
        known = [(t, x) for t, x in zip(t_s, levels, strict=True) if x is not None]
        if not known:
            return None
        times, values = [t for t, _ in known], [x for _, x in known]
        if quantity == "force":
            return Block(self.now_s, times, values)
        acc = [
            (STANDARD_GRAVITY_MS2 * math.sin(a), 0.0, STANDARD_GRAVITY_MS2 * math.cos(a))
            for a in map(math.radians, values)
        ]
        return MotionBlock(self.now_s, times, acc, [None] * len(acc))

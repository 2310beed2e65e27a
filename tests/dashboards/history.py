"""Weeks of guided sessions, each at its own date: the real session machine and real pipelines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bandmate.app.clock import SessionClock
from bandmate.app.hub import Hub, SampleBatch
from bandmate.domain.events import Event
from bandmate.domain.plans import Plan
from bandmate.domain.records import Record
from bandmate.domain.session_events import Credited
from bandmate.engine.session.asked import Told
from bandmate.engine.session.orders import Order
from bandmate.engine.session.states import State
from bandmate.sim.person import ramp
from engine.session_host import Host

WEEKS = 6
DAYS = (2, 5)
"""Of each week, counted from the day of the newest session backwards."""
BANDS = ("left", "right")
RELEASE_S = 2.0
ALL_SETS = 99
_WAITING = {State.WARMING_UP, State.EXPLAINING, State.RESTING, State.COOLING_DOWN}
"""States that nobody needs to wait for: here nobody does."""


@dataclass
class PastHost(Host):
    """A person who pulls `strength` of what is asked for, by band."""

    strength: dict[str, float] = field(default_factory=dict[str, float])

    def _level(self, name: str, t_s: float) -> float | None:
        level = super()._level(name, t_s)
        return None if level is None else level * self.strength.get(name, 1.0)

    def _carried_out(self, order: Order, at_s: float) -> list[Event]:
        _, does = self.does.get(order.band, (0.0, None))
        last_n = self._level(order.band, at_s) or 0.0
        events = super()._carried_out(order, at_s)
        if order.verb == "stop" and does is not None:  # let go slowly: the band does not snap
            self.does[order.band] = at_s, ramp(last_n, 0.0, RELEASE_S)
        return events


class _At(SessionClock):
    """A session clock that only converts."""

    def __init__(self, began: datetime) -> None:
        super().__init__()
        self._start_utc_ns = round(began.timestamp()) * 1_000_000_000


def past_sessions(plan: Plan, newest: datetime) -> Iterator[list[Record]]:
    """The records of each, oldest first, made by the hub as the service's are.

    Pain goes down over the weeks and the right side gains on the left one. In the first
    session of each week the left floss was pulled too hard once; one session was ended before its
    last set.
    """
    for week in range(WEEKS, 0, -1):
        for number, day in enumerate(reversed(DAYS)):
            began = newest - timedelta(weeks=week - 1, days=day)
            before = Told(pain=min(6, week + number % 2), distal=min(5, 1 + week // 2))
            after = Told(pain=max(0, before.pain - 1), distal=max(0, before.distal - 1))
            host = PastHost(
                plan,
                [(band, "force") for band in BANDS],
                date=began.date().isoformat(),
                shown=None if number else _too_hard,
                strength={"right": 1.0 - 0.05 * week},
            )
            sets = len(plan.items) if (week, number) == (3, 0) else ALL_SETS
            yield _records(host, began, (before, after), sets)


def _records(
    host: PastHost, began: datetime, told: tuple[Told, Told], sets: int
) -> list[Record]:
    clock, records = _At(began), list[Record]()
    session = f"{clock.stamp}-past"
    hub = Hub(session, clock, records.append)
    batches = {band: SampleBatch(hub, band, session, clock) for band in BANDS}

    def stored(step: Callable[[], None]) -> None:
        step()
        for band, batch in batches.items():
            pipeline = host.pipelines[band]
            running = pipeline.active
            for t_s, value in pipeline.take_readings():
                batch.add(None if running is None else running.exercise, t_s, value)

    host.do(host.machine.begin(host.now_s))
    host.do(host.machine.checked(told[0], host.now_s, host.plan.items))
    while host.state is not State.READY:
        stored(host.step)
    host.command("go")
    while host.state is not State.ASKING:
        if host.state is State.RESTING and len(host.told(Credited)) == sets:
            host.command("end")
        elif host.state in _WAITING:
            host.command("go")
        else:
            stored(host.step)
    host.do(host.machine.answered(told[1], host.now_s))
    for band, batch in batches.items():
        host.do(host.machine.hear(host.pipelines[band].finish(host.now_s)))
        batch.flush()
    hub.publish(host.machine.events)
    return records


def _too_hard(band: str, t_s: float) -> float | None:
    """In the first floss, for a moment."""
    return 48.0 if band == BANDS[0] and 25.0 <= t_s < 26.5 else None

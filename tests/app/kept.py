"""Sessions in a local store, made in virtual time by real pipelines and one who does as told."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from heapq import merge
from itertools import accumulate
from pathlib import Path

from bandmate.app.people import People
from bandmate.app.reports.archive import Archive
from bandmate.domain.events import Event
from bandmate.domain.records import EventRecord, Record, SampleRecord
from bandmate.domain.samples import Block, SensorTraits
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.session.asked import Told
from bandmate.engine.session.states import State
from bandmate.sinks.store_file import open_file, write
from engine.session_host import CATALOGUE, PACKET_N, Host, a_plan

T0_NS = 1_767_348_000_000_000_000
"""A morning in January 2026, UTC."""
RUN = "20260102t100000-ab12"
LONGEST_SET_S = 180.0
FINE_HZ = 40.0
BEFORE, AFTER = Told(pain=3, distal=4), Told(pain=1, distal=3)


@dataclass
class KeptHost(Host):
    """Keeps what its bands read."""

    seconds: list[SampleRecord] = field(default_factory=list[SampleRecord])

    def step(self) -> None:
        super().step()
        for name, quantity in self.bands:
            if readings := self.pipelines[name].take_readings():
                running = self.pipelines[name].active
                self.seconds.append(
                    SampleRecord(
                        RUN,
                        name,
                        "" if running is None else running.exercise.slug,
                        [T0_NS + round(t_s * 1e9) for t_s, _ in readings],
                        [value for _, value in readings],
                        "angle" if quantity == "angle" else "force",
                        None if running is None else running.exercise.zone,
                    )
                )

    def begin(self) -> "KeptHost":
        """Until the first set, with answers that can be told apart from those afterwards."""
        self.do(self.machine.begin(self.now_s))
        self.do(self.machine.checked(BEFORE, self.now_s, self.plan.items))
        self.until(State.READY)
        self.command("go")
        self.until(State.ACTIVE)
        return self

    def end(self) -> "KeptHost":
        """Until it is over; a set that is not done within three minutes is left."""
        began_s = self.now_s
        while self.state is not State.ASKING:
            began_s = began_s if self.state is State.ACTIVE else self.now_s
            if self.now_s - began_s > LONGEST_SET_S:
                self.command("skip")
            self.step()
        self.do(self.machine.answered(AFTER, self.now_s))
        return self

    def records(self, run: str = RUN, number: int = 1) -> list[Record]:
        """All that was told and read, in the order that a service would have stored it in."""
        events = self.machine.events
        times = accumulate((event.emitted_s for event in events), max)
        told = [
            (t_s, _record(event, run, number)) for t_s, event in zip(times, events, strict=True)
        ]
        read = [((one.ts_ns[-1] - T0_NS) / 1e9 + 1e-6, one) for one in self.seconds]
        return [record for _, record in merge(told, read, key=lambda pair: pair[0])]


def _record(event: Event, run: str, number: int) -> EventRecord:
    """As the service names it: what has no band is of a guided session."""
    owner = run if event.band else f"{run}-g{number}"
    body = event.to_dict() | {"id": owner + event.id.removeprefix("s")}
    return EventRecord(run, T0_NS + round(event.t_s * 1e9), body)


def keep(folder: Path, records: Sequence[Record]) -> Archive:
    """Write a store, and look into it."""
    with closing(open_file(folder / "bandmate.db")) as db:
        write(db, records, {})
    return Archive(folder / "bandmate.db", People(folder / "people"))


def a_session(
    *slugs: str, shown: Mapping[tuple[float, float], float] | None = None, bands: str = "left"
) -> KeptHost:
    """A guided session from its beginning to its end.

    Args:
        slugs: Its exercises.
        shown: What a band shows between two times after the first set began, whatever is done.
        bands: Their names.
    """
    host = KeptHost(
        a_plan(*(slugs or ("supine_sciatic_floss",))), [(b, "force") for b in bands.split()]
    )
    host.begin()
    began_s = host.now_s

    def level(_: str, t_s: float) -> float | None:
        spans = shown or {}
        return next((x for (a, b), x in spans.items() if a <= t_s - began_s < b), None)

    host.shown = level
    return host.end()


def free_sets(
    force_n: Callable[[float], float],
    *,
    exercise: str = "supine_sciatic_floss",
    bands: str = "left",
    from_s: float = 0.0,
    length_s: float = 20.0,
    command: Mapping[float, str] | None = None,
    run: str = RUN,
    idle_s: float = 0.0,
) -> list[Record]:
    """A set that nobody leads, on every band, as a service would have stored it.

    Args:
        force_n: The pull, by time since the set began.
        exercise: What is done.
        bands: Their names.
        from_s: When the set begins, on the session clock.
        length_s: How long it lasts.
        command: What a person asks for, by time since then.
        run: The service's session.
        idle_s: How long the band hangs there behind it, zeroed anew, until the service ends; 0: it
            does not end.
    """
    records: list[Record] = []
    for band in bands.split():
        one = _FreeBand(band, run, force_n, from_s, dict(command or {}), records)
        one.told(one.pipeline.command(f"start:{exercise}", from_s))
        set_n, all_n = (round(s * FINE_HZ / PACKET_N) for s in (length_s, length_s + idle_s))
        for n in range(set_n):
            one.push(n)
        if one.pipeline.active is not None:
            one.told(one.pipeline.command("stop", from_s + length_s))
        if idle_s:
            one.told(one.pipeline.command("tare", from_s + length_s))
            for n in range(set_n, all_n):
                one.push(n)
            one.told(one.pipeline.finish(from_s + length_s + idle_s))
    return records


class _FreeBand:
    """A band that nobody leads, and what is stored of it; see `free_sets`."""

    def __init__(
        self,
        name: str,
        run: str,
        force_n: Callable[[float], float],
        from_s: float,
        asked: dict[float, str],
        records: list[Record],
    ) -> None:
        self.pipeline = BandPipeline(BandSettings(name, run, traits=SensorTraits()), CATALOGUE.find)
        self._name, self._run = name, run
        self._force_n, self._from_s = force_n, from_s
        self._asked, self._records = asked, records

    def told(self, events: Iterable[Event]) -> None:
        self._records.extend(
            EventRecord(self._run, T0_NS + round(event.t_s * 1e9), event.to_dict())
            for event in events
        )

    def push(self, n: int) -> None:
        """One packet."""
        end_s, begin_s = (self._from_s + k * PACKET_N / FINE_HZ for k in (n + 1, n))
        for at_s in [at_s for at_s in self._asked if self._from_s + at_s <= end_s]:
            self.told(self.pipeline.command(self._asked.pop(at_s), begin_s))
        t_s = [end_s - (PACKET_N - 1 - i) / FINE_HZ for i in range(PACKET_N)]
        running = self.pipeline.active
        values = [self._force_n(t - self._from_s) for t in t_s]
        self.told(self.pipeline.push(Block(end_s, t_s, values)))
        read = self.pipeline.take_readings()
        self._records.append(
            SampleRecord(
                self._run,
                self._name,
                "" if running is None else running.exercise.slug,
                tuple(T0_NS + round(t * 1e9) for t, _ in read),
                tuple(value for _, value in read),
            )
        )


def pulls(height_n: float = 20.0, over_n: float = 45.0, over: tuple[float, float] = (-1.0, -1.0)):
    """Pulls of five seconds each, from nothing to `height_n`; to `over_n` between two times."""

    def force_n(t_s: float) -> float:
        top_n = over_n if over[0] <= t_s < over[1] else height_n
        return top_n * (0.5 - 0.5 * math.cos(2 * math.pi * t_s / 5.0)) + 0.05 * math.sin(997 * t_s)

    return force_n

"""One band of the running service: inbox, pipeline, records, state. The band's own task runs it."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import asdict

from bandmate.app.clock import SessionClock
from bandmate.app.hub import Hub, SampleBatch
from bandmate.app.recent import RecentReadings
from bandmate.app.session_recording import Record
from bandmate.domain.events import Event
from bandmate.domain.exercises import HOLD_RECOGNISERS
from bandmate.domain.records import BandState, LinkState, SampleRecord, Trace
from bandmate.domain.samples import Block, Frame, Quantity
from bandmate.domain.zones import Zone
from bandmate.engine.band import BandPipeline
from bandmate.engine.intake import Intake, feed
from bandmate.engine.together import Together
from bandmate.errors import UsageError
from bandmate.link.base import Link, Receiver

_log = logging.getLogger(__name__)

_INBOX = 4096
"""Packets that wait at most: 50 s of a sensor that sends 80 a second."""
_HEART_KEPT_S = 3.0
"""A heart rate is shown for so long at least: sensors tell it about once a second."""


class LiveBand:
    """What a link hands its data to (`link.base.Receiver`), and what the service asks of a band.

    Args:
        name: The band's id.
        session: The session's id.
        pipeline: Decides.
        together: Hands on what it decides; shared by all bands.
        intake: Decodes; `None` where the link brings readings, not bytes.
        link: The sensor's link, for a tare, and to put the sensor away.
        clock: The session clock.
        hub: Takes the events and records.
        record: Keeps what arrives.
        exercise: Begun when the first data arrives; empty for none.

    Attributes:
        beside: Gets every frame too, while somebody looks at the sensor; `None`: nobody does.
    """

    def __init__(
        self,
        name: str,
        *,
        session: str,
        pipeline: BandPipeline,
        together: Together,
        intake: Intake | None,
        link: Link,
        clock: SessionClock,
        hub: Hub,
        record: Record,
        exercise: str,
    ) -> None:
        self.name = name
        self.link = link
        self.beside: Receiver | None = None
        self._pipeline = pipeline
        self._together = together
        self._intake = intake
        self._clock = clock
        self._hub = hub
        self._record = record
        self._exercise = exercise
        is_angle = pipeline.settings.quantity == "angle"
        self._samples = SampleBatch(hub, name, session, clock, "angle" if is_angle else "force")
        self._recent = RecentReadings(name)
        self._inbox: deque[Callable[[], list[Event]]] = deque(maxlen=_INBOX)
        self._arrived = asyncio.Event()
        self._link_state: LinkState = "searching"
        self._link_text = "Starting."
        self._streams_n = 0
        self._finished = False

    @property
    def quantity(self) -> Quantity:
        """What movements are seen in."""
        return self._pipeline.settings.quantity

    @property
    def step_n(self) -> float | None:
        """The smallest step of the pull at the limb; `None` where it is not known."""
        return self._pipeline.step_n

    @property
    def shows_movement(self) -> bool:
        """Whether exercises can be done with the sensor."""
        return self.quantity != "none"

    @property
    def is_busy(self) -> bool:
        """A set runs, or a stop waits to be seen."""
        return self._pipeline.active is not None or self._pipeline.stopped

    async def run(self) -> None:
        """Decide what arrives and what falls due, until cancelled."""
        while True:
            deadline_s = self._pipeline.deadline
            wait_s = None
            if deadline_s is not None:
                wait_s = max(deadline_s - self._clock.now(), 0.0) / self._clock.speed
            try:
                async with asyncio.timeout(wait_s):
                    await self._arrived.wait()
            except TimeoutError:
                now_s = self._clock.now()
                self._drain()  # what arrived comes first, where the host was late and not the data
                self._publish(self._fall_due(now_s))
            self._drain()

    # What the link calls: stamp and append, nothing else.

    def on_frame(self, frame: Frame) -> None:
        """Bytes arrived."""
        self._append(lambda: self._take_frame(frame))
        if self.beside is not None:
            self.beside.on_frame(frame)

    def on_block(self, block: Block) -> None:
        """Readings arrived that need no decoding."""
        self._append(lambda: self._take_block(block))

    def on_command(self, text: str, at_s: float) -> None:
        """A recorded command is due."""
        self._append(lambda: self._take_unattended("recorded", text, at_s))

    def on_stream(self) -> None:
        """A stream (re)starts."""
        at_s = self._clock.now()
        self._append(lambda: self._restart(at_s))
        if self.beside is not None:
            self.beside.on_stream()

    def on_state(self, state: LinkState, text: str) -> None:
        """The link changed its state."""
        if state == "streaming" != self._link_state:
            self._streams_n += 1
        self._link_state, self._link_text = state, text

    # What the service calls.

    def command(self, text: str) -> None:
        """Do what a person asks, now.

        Raises:
            UsageError: It is unknown, or cannot be done now.
        """
        if self._finished:
            raise UsageError(f"{self.name} has ended", hint="Start bandmate again for a new set.")
        self._drain()
        self._publish(self._take_command(text, self._clock.now()))

    async def tare(self) -> None:
        """A new zero: the sensor's own where it has one, else from a second of readings.

        Raises:
            LinkError: The sensor did not set its zero.
        """
        if self._intake is None or not self._intake.hardware_tare:
            self.command("tare")
            return
        await self.link.tare()
        self._drain()
        self._publish(self._take_zero(self._clock.now()))

    async def put_away(self) -> None:
        """Let go of the sensor, and have it switch itself off where it can.

        Raises:
            UsageError: A set is running.
            LinkError: There is no sensor, or it cannot be put away.
        """
        if self._pipeline.active is not None:
            raise UsageError(
                f"{self.name}: a set is running, so its sensor is not put away",
                hint="End the set first.",
            )
        await self.link.put_away()

    async def wake(self) -> None:
        """Look for the sensor again.

        Raises:
            LinkError: There is no sensor.
        """
        await self.link.wake()

    def finish(self) -> None:
        """The session, or the recording that is played, is over: close what is open and sum up."""
        if self._finished:
            return
        self._drain()
        self._finished = True
        at_s = self._pipeline.last_s if self._link_state == "ended" else None
        at_s = self._clock.now() if at_s is None else at_s
        self._record(at_s, lambda to: to.ended(self.name, at_s))
        self._publish(self._pipeline.finish(at_s))
        self._samples.flush()

    def collected(self) -> SampleRecord | None:
        """Readings of a second that is not over (see `app.hub.SampleBatch`)."""
        return self._samples.collected()

    def trace(self, since_s: float) -> Trace:
        """What was measured after `since_s`, session clock; at most the last 20 s."""
        return self._recent.since(since_s)

    def state(self) -> BandState:
        """How the band stands now."""
        pipeline, now_s = self._pipeline, self._clock.now()
        running = pipeline.active
        streaming = self._link_state == "streaming"
        fresh = streaming and self._age_s(now_s) <= pipeline.settings.traits.lost_s
        tension_n = pipeline.tension_n if fresh else None
        exercise = None if running is None else running.exercise
        holds = exercise is not None and exercise.recogniser in HOLD_RECOGNISERS
        zone = None if running is None else running.zone
        return BandState(
            band=self.name,
            ts_ns=self._clock.utc_ns(now_s),
            t_s=now_s,
            link=self._link_state,
            link_text=self._link_text,
            available=fresh,
            tension_n=tension_n,
            zone=str(zone if zone is not None and tension_n is not None else Zone.UNKNOWN),
            limits=None if exercise is None or exercise.zone is None else asdict(exercise.zone),
            exercise="" if exercise is None else exercise.slug,
            title="" if exercise is None else exercise.title,
            set=pipeline.set_number,
            phase="stopped" if pipeline.stopped else "idle" if running is None else "active",
            reps=0 if running is None or holds else running.reps,
            reps_target=0 if running is None or holds else round(running.target),
            hold_s=running.credited if running is not None and holds else 0.0,
            hold_target_s=running.target if running is not None and holds else 0.0,
            alerts=pipeline.alerts,
            battery_pct=None if self._intake is None else self._intake.battery_pct,
            angle_deg=pipeline.angle_deg if fresh else None,
            heart_rate_bpm=self._heart_rate_bpm(now_s) if streaming else None,
            reconnects=max(self._streams_n - 1, 0),
            rate_hz=self._samples.rate_hz if fresh else None,
        )

    def _age_s(self, now_s: float) -> float:
        """How old the newest valid data is: a reading, or what a heart-rate sensor tells."""
        last_s = self._pipeline.last_s
        if self._pipeline.settings.quantity == "none" and self._intake is not None:
            last_s = self._intake.heart_s
        return float("inf") if last_s is None else now_s - last_s

    def _heart_rate_bpm(self, now_s: float) -> float | None:
        told_s = None if self._intake is None else self._intake.heart_s
        kept_s = max(self._pipeline.settings.traits.lost_s, _HEART_KEPT_S)
        if self._intake is None or told_s is None or now_s - told_s > kept_s:
            return None
        return self._intake.heart_rate_bpm

    def _append(self, work: Callable[[], list[Event]]) -> None:
        if len(self._inbox) == _INBOX:
            self._pipeline.count_faults(lost=1)  # the oldest packet is given up
        self._inbox.append(work)
        self._arrived.set()

    def _drain(self) -> None:
        self._arrived.clear()
        while self._inbox:
            self._publish(self._inbox.popleft()())

    def _publish(self, events: list[Event]) -> None:
        readings = self._pipeline.take_readings()
        self._hub.publish(self._together.take(self.name, events, readings))
        running = self._pipeline.active
        exercise = None if running is None else running.exercise
        for t_s, value in readings:
            self._samples.add(exercise, t_s, value)
            self._recent.add(t_s, value)

    def _take_frame(self, frame: Frame) -> list[Event]:
        if self._intake is None:
            raise TypeError(f"{self.name}: bytes from a link that has no decoder")
        self._begin(frame.arrival_s)
        self._record(frame.arrival_s, lambda to: to.frame(self.name, frame))
        return feed(self._pipeline, self._intake, frame)

    def _take_block(self, block: Block) -> list[Event]:
        self._begin(block.t_s[0])
        self._record(block.arrival_s, lambda to: to.block(self.name, block))
        return self._pipeline.push(block)

    def _fall_due(self, at_s: float) -> list[Event]:
        events = self._pipeline.tick(at_s)
        if events:
            self._record(at_s, lambda to: to.due(self.name, at_s))
        return events

    def _take_zero(self, at_s: float) -> list[Event]:
        self._record(at_s, lambda to: to.zeroed(self.name, at_s))
        return self._pipeline.zeroed(at_s)

    def _take_command(self, text: str, at_s: float) -> list[Event]:
        events = self._pipeline.command(text, at_s)
        self._record(at_s, lambda to: to.command(text, at_s, self.name))
        return events

    def _take_unattended(self, origin: str, text: str, at_s: float) -> list[Event]:
        """Do a command that nobody waits for: a refusal goes to the log."""
        try:
            return self._take_command(text, at_s)
        except UsageError as refused:
            _log.warning("%s: the %s command %s was not done: %s", self.name, origin, text, refused)
            return []

    def _restart(self, at_s: float) -> list[Event]:
        self._record(at_s, lambda to: to.stream(self.name, at_s))
        if self._intake is not None:
            self._intake.restart()
        return self._pipeline.tick(at_s)

    def _begin(self, at_s: float) -> None:
        """Begin the configured exercise with the first data."""
        if self._exercise:
            exercise, self._exercise = self._exercise, ""
            self._publish(self._take_unattended("configured", f"start:{exercise}", at_s))

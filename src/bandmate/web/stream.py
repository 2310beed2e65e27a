"""The way out to the coach pages: everything that happens, to every open page, at once."""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Callable, Sequence

from aiohttp import WSCloseCode, WSMsgType, web

from bandmate.domain.records import BandState, EventRecord
from bandmate.errors import BandmateError, UsageError
from bandmate.sinks.base import Feed, Report
from bandmate.sinks.cues import ToneChooser
from bandmate.sinks.json_commands import parse_command
from bandmate.sinks.service import Service, obey
from bandmate.web import messages
from bandmate.web.offer import Offer
from bandmate.web.outbound import Outbound

_log = logging.getLogger(__name__)

LEVELS_EVERY_S = 0.05
"""Levels are sent this often; a page that hears nothing for 0.7 s shows "no data"."""
CURVES_EVERY_N = 5
"""With every fifth go the newest pieces of the curves …"""
WHOLE_EVERY_N = 40
"""… and in place of every fortieth how everything stands, which is sent at once if it changes."""

MOST_UNDER_WAY = 20
"""So much may be asked by one page before it is answered; a stop always may."""

_BATCH = 64
_ABOUT_ALERTS = frozenset({"alert_raised", "alert_cleared", "acknowledged"})


class PageStream:
    """A sink (`sinks.base.Sink`) whose way out is any number of open pages."""

    name = "page"

    def __init__(self, service: Service, offer: Offer) -> None:
        self._service = service
        self._offer = offer
        self._chooser = ToneChooser()
        self._pages: set[Outbound] = set()
        self._traced_s: dict[str, float] = {}
        self._standing: object = None  # what was sent last but for the levels
        self._broken = 0
        self._report: Report | None = None

    async def session(self, feed: Feed, report: Report) -> None:
        """Hand out records and live states until cancelled; see `sinks.base.Sink.session`."""
        self._report = report
        self._tell()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._deliver(feed, report), name="page events")
                tasks.create_task(self._keep_current(), name="page states")
        finally:
            self._report = None

    async def attend(self, socket: web.WebSocketResponse, give_up: Callable[[], None]) -> None:
        """Serve one page until it leaves; a bug met on the way ends this page alone.

        Args:
            socket: Its open WebSocket.
            give_up: Cuts the connection at once, whatever waits to be sent.
        """
        if self._report is None:
            # Nothing would follow the greeting, and what it shows would look alive.
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
            return
        page = Outbound(give_up)
        standing = self._chooser.board.standing()
        page.put_urgent(messages.hello(self._service, standing, self._offer))
        if tone := self._chooser.standing():
            page.put_urgent(messages.sound(tone))
        page.put_event(messages.traces(self._service.traces({})))
        self._pages.add(page)
        self._tell()
        try:
            await self._converse(socket, page)
        except Exception:  # noqa: BLE001 - a bug ends this page, not the process
            _log.exception("a page was closed by an unexpected error; the rest goes on")
            self._broken += 1
        finally:
            self._pages.discard(page)
            self._tell()

    async def _deliver(self, feed: Feed, report: Report) -> None:
        while True:
            records = await feed.take(_BATCH)
            for record in records:
                if isinstance(record, EventRecord):
                    self._hand_out(record)
            feed.done(len(records))
            report.delivered += len(records)

    def _hand_out(self, record: EventRecord) -> None:
        tone = self._chooser.step([record.body], (), _now_s())
        texts = [messages.event(record.body)]
        if tone:
            texts.append(messages.sound(tone))
        if record.name in _ABOUT_ALERTS:
            texts.append(self._alerts())
            self._send_urgent(texts)
        else:
            for page in self._pages:
                for text in texts:
                    page.put_event(text)

    def _send_urgent(self, texts: Sequence[str]) -> None:
        for page in self._pages:
            for text in texts:
                page.put_urgent(text)

    async def _keep_current(self) -> None:
        for tick in itertools.count():
            states = self._service.states()
            if tone := self._chooser.step((), states, _now_s()):
                self._send_urgent([messages.sound(tone)])
            if self._pages:
                self._send_states(states, whole=tick % WHOLE_EVERY_N == 0)
                if tick % CURVES_EVERY_N == 0:
                    self._send_traces()
            await asyncio.sleep(LEVELS_EVERY_S)

    def _send_states(self, states: Sequence[BandState], *, whole: bool) -> None:
        service = self._service
        guided, setup = service.guided(), service.setting_up()
        before, self._standing = self._standing, (messages.without_levels(states), guided, setup)
        if whole or self._standing != before:
            text = messages.state(states, service.sinks(), guided, setup)
            for page in self._pages:
                page.put_state(text)
        else:
            text = messages.levels(states)
            for page in self._pages:
                page.put_levels(text)

    def _send_traces(self) -> None:
        pieces = [piece for piece in self._service.traces(self._traced_s) if piece.t_s]
        self._traced_s.update({piece.band: piece.t_s[-1] for piece in pieces})
        if pieces:
            text = messages.traces(pieces)
            for page in self._pages:
                page.put_trace(text)

    async def _converse(self, socket: web.WebSocketResponse, page: Outbound) -> None:
        async with asyncio.TaskGroup() as tasks:
            writer = tasks.create_task(_write(socket, page), name="page writer")
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    # Each on its own: a stop does not wait for a tare.
                    tasks.create_task(self._answer(message.data, page), name="page request")
            writer.cancel()

    async def _answer(self, text: str, page: Outbound) -> None:
        page.under_way_n += 1
        try:
            command = parse_command(text)
            if page.under_way_n > MOST_UNDER_WAY and command.do != "stop":
                raise UsageError(
                    "too much is asked at once", hint="Wait for what was asked before."
                )
            await obey(self._service, command)
        except BandmateError as error:
            page.put_event(messages.refused(error))
        else:
            page.put_event(messages.done(command, self._offer.words))
            if command.do == "ack":
                self._chooser.board.dismiss_over()
                self._send_urgent([self._alerts()])
        finally:
            page.under_way_n -= 1

    def _alerts(self) -> str:
        return messages.alerts(self._chooser.board.standing())

    def _tell(self) -> None:
        if self._report is None:
            return
        broken = f", {self._broken} closed by an error (see the log)" if self._broken else ""
        self._report.up(f"{len(self._pages)} open{broken}")


async def _write(socket: web.WebSocketResponse, page: Outbound) -> None:
    # A page that is gone is noticed by the reader as well, which ends both.
    with contextlib.suppress(ConnectionError):
        while True:
            await socket.send_str(await page.next())


def _now_s() -> float:
    return asyncio.get_running_loop().time()

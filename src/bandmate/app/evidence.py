"""What is kept of a stop for tingling or pain: the raw signal around it, recordings or not."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Full, Queue
from threading import Thread

from bandmate.app.clock import SessionClock
from bandmate.app.session_recording import Write
from bandmate.domain.events import AlertRaised, Event
from bandmate.domain.session_events import Symptom
from bandmate.engine.session.asked import SYMPTOMS
from bandmate.engine.session.teller import EVIDENCE_S
from bandmate.link.recording import Header, Recorder

_log = logging.getLogger(__name__)

_SLACK_S = 1.0
"""What a packet may be late, or come behind one of another band."""
_HELD_MOST = 10_000
"""Lines held at most: 15 s of eight sensors that send 80 packets a second."""
_WAITING_MOST = 4
"""Files that wait for the disk at most, each of as many lines."""
_CLOSE_S = 5.0
"""How long the last file may take."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is to become a file: a span of the session clock, and the lines that fall into it."""

    path: Path
    header: Header
    from_s: float
    to_s: float
    writes: tuple[Write, ...]

    def write(self) -> None:
        """Write the file; each band's stream begins with it.

        Raises:
            OSError: It cannot be made or written.
        """
        recorder = Recorder(self.path, self.header)
        try:
            for band in self.header.bands:
                recorder.stream(band.band, self.from_s)
            for write in self.writes:
                write(recorder)
            recorder.close(self.to_s)
        except OSError:
            recorder.abandon()
            raise


class Evidence:
    """Holds the newest seconds of the raw recording; after a stop it writes them to a file.

    Files are written in a thread of its own: a disk that hangs holds up no alert, and one that
    takes nothing costs the file and nothing else.

    Args:
        folder: Where they go, named by the session's id and a number.
        header: Makes their first line: what is known of the sensors at a stop.
        clock: The session clock.
    """

    def __init__(self, folder: Path, header: Callable[[], Header], clock: SessionClock) -> None:
        self._folder = folder
        self._header = header
        self._clock = clock
        self._held: deque[tuple[float, Write]] = deque(maxlen=_HELD_MOST)
        self._span: tuple[float, float] | None = None
        self._due: asyncio.TimerHandle | None = None
        self._count = 0
        self._pieces: Queue[_Piece | None] = Queue(_WAITING_MOST)
        self._thread = Thread(target=self._run, name="evidence", daemon=True)
        self._thread.start()

    def add(self, at_s: float, write: Write) -> None:
        """Hold a line of the recording, and let go of those that are too old."""
        self._held.append((at_s, write))
        from_s = at_s - EVIDENCE_S[0] - _SLACK_S
        if self._span is not None:
            from_s = min(from_s, self._span[0])
        while self._held[0][0] < from_s:
            self._held.popleft()

    def hear(self, event: Event) -> None:
        """Take an event of the service: after a stop, what is around it will be written.

        A guided session and each of its bands tell the same stop: it is one file.
        """
        match event:
            case Symptom(stops=True):
                self._keep(event.keep_from_s, event.keep_to_s)
            case AlertRaised() if event.code in SYMPTOMS:
                self._keep(event.t_s - EVIDENCE_S[0], event.t_s + EVIDENCE_S[1])
            case _:
                pass

    def close(self) -> None:
        """The service ends: write what there is of the last stop, but do not wait for ever."""
        self._write()
        with suppress(Full):
            self._pieces.put(None, timeout=_CLOSE_S)
        self._thread.join(_CLOSE_S)
        if self._thread.is_alive():
            self._tell(self._folder, "the disk does not answer")

    def _keep(self, from_s: float, to_s: float) -> None:
        if self._span is not None and to_s - EVIDENCE_S[1] > self._span[1]:
            self._write()  # another stop, which was told before the file of the last one was due
        if self._span is not None:
            from_s, to_s = min(from_s, self._span[0]), max(to_s, self._span[1])
        self._span = max(from_s, 0.0), to_s
        if self._due is not None:
            self._due.cancel()
        wait_s = max(to_s + _SLACK_S - self._clock.now(), 0.0) / self._clock.speed
        self._due = asyncio.get_running_loop().call_later(wait_s, self._write)

    def _write(self) -> None:
        if self._span is None or self._due is None:
            return
        self._due.cancel()
        (from_s, to_s), self._span, self._due = self._span, None, None
        self._count += 1
        header = self._header()
        piece = _Piece(
            self._folder / f"{header.session}-{self._count}.jsonl",
            header,
            from_s,
            min(to_s, self._clock.now()),
            tuple(write for at_s, write in self._held if from_s <= at_s <= to_s),
        )
        try:
            self._pieces.put_nowait(piece)
        except Full:
            self._tell(piece.path, "the disk does not answer")

    def _run(self) -> None:
        while (piece := self._pieces.get()) is not None:
            try:
                piece.write()
            except OSError as error:
                self._tell(piece.path, str(error.strerror))

    def _tell(self, path: Path, reason: str) -> None:
        _log.error("the signal around a stop, %s, is not kept: %s; all else goes on", path, reason)

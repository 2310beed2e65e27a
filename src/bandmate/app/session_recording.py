"""The raw recording that the service keeps of its session."""

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Full, Queue
from threading import Thread

from bandmate.app.clock import SessionClock
from bandmate.errors import StoreError
from bandmate.link.recording import Header, Recorder

_log = logging.getLogger(__name__)

Write = Callable[[Recorder], None]
Record = Callable[[float, Write], None]
"""Takes each line of a recording, with its time, as it comes."""

_WAITING_MOST = 10_000
"""Lines that wait at most: two minutes of a sensor that sends 80 packets a second."""
_CLOSE_S = 5.0
"""How long the last lines may take."""


class SessionRecording:
    """A recording that never stands in the way: it is written in a thread of its own.

    So a disk that hangs holds up no alert. One that takes nothing, or is too slow for long, ends
    the recording and nothing else; for good, since what came after a line that was cut off could
    not be read.

    Args:
        path: A new file.
        header: Its first line.
        clock: The session clock.

    Raises:
        StoreError: The file cannot be made.
    """

    def __init__(self, path: Path, header: Header, clock: SessionClock) -> None:
        self._path = path
        self._clock = clock
        self._ended = False
        self._writes: Queue[Write | None] = Queue(_WAITING_MOST)
        try:
            recorder = Recorder(path, header)
        except OSError as error:
            raise StoreError(
                f"{path}: the recording cannot be made: {error.strerror}",
                hint="Set [store] recordings to false to keep none.",
            ) from error
        self._thread = Thread(target=self._run, args=(recorder,), name="recording", daemon=True)
        self._thread.start()

    def add(self, write: Write) -> None:
        """Write to the recording, while it goes on; never waits."""
        if self._ended:
            return
        try:
            self._writes.put_nowait(write)
        except Full:
            self._end("the disk is too slow for it")

    def close(self) -> None:
        """The session is over: write what waits, but not for ever."""
        at_s = self._clock.now()
        self.add(lambda recorder: recorder.close(at_s))
        with suppress(Full):
            self._writes.put(None, timeout=_CLOSE_S)
        self._thread.join(_CLOSE_S)
        if self._thread.is_alive():
            self._end("the disk does not answer")

    def _run(self, recorder: Recorder) -> None:
        while (write := self._writes.get()) is not None:
            if self._ended:
                continue
            try:
                write(recorder)
            except OSError as error:
                recorder.abandon()
                self._end(str(error.strerror))

    def _end(self, reason: str) -> None:
        if not self._ended:
            self._ended = True
            _log.error("the recording %s ends here: %s; all else goes on", self._path, reason)

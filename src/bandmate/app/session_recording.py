"""The raw recording that the service keeps of its session."""

import logging
from collections.abc import Callable
from pathlib import Path

from bandmate.app.clock import SessionClock
from bandmate.errors import StoreError
from bandmate.link.recording import Header, Recorder

_log = logging.getLogger(__name__)


class SessionRecording:
    """A recording that never stands in the way: a disk that takes nothing ends it, nothing else.

    It ends for good, since what came after a line that was cut off could not be read.

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
        try:
            self._recorder: Recorder | None = Recorder(path, header)
        except OSError as error:
            raise StoreError(
                f"{path}: the recording cannot be made: {error.strerror}",
                hint="Set [store] recordings to false to keep none.",
            ) from error

    def add(self, write: Callable[[Recorder], None]) -> None:
        """Write to the recording, while it goes on."""
        if self._recorder is None:
            return
        try:
            write(self._recorder)
        except OSError as error:
            self._recorder.abandon()
            self._recorder = None
            _log.error(
                "the recording %s ends here: %s; everything else goes on",
                self._path,
                error.strerror,
            )

    def close(self) -> None:
        """The session is over."""
        self.add(lambda recorder: recorder.close(self._clock.now()))

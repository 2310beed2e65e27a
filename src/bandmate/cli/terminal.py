"""A terminal that holds nothing up."""

import os
import sys
from contextlib import suppress
from queue import Full, Queue
from threading import Thread
from typing import Self

import click

_WAITING_MOST = 10_000
"""Lines that wait; what comes beyond is counted."""
_CLOSE_S = 2.0
"""How long the last lines may take."""


class Terminal:
    """Writes lines to stdout and stderr in a thread of its own.

    A terminal that is held (Ctrl-S), a pipe that nobody reads or that is closed (`| head`) must
    not hold or end the service: an alert has other ways out. Use it as a context.
    """

    def __init__(self) -> None:
        self._lines: Queue[tuple[str, bool] | None] = Queue(_WAITING_MOST)
        self._lost_n = 0
        self._thread = Thread(target=self._write, name="terminal", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Full):
            self._lines.put(None, timeout=_CLOSE_S)
        self._thread.join(_CLOSE_S)

    def out(self, text: str) -> None:
        """Write a line to stdout; never waits."""
        self._put(text, is_err=False)

    def err(self, text: str) -> None:
        """Write a line to stderr; never waits."""
        self._put(text, is_err=True)

    def _put(self, text: str, *, is_err: bool) -> None:
        try:
            self._lines.put_nowait((text, is_err))
        except Full:
            self._lost_n += 1

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            _echo(*line)
        if self._lost_n:
            _echo(f"{self._lost_n} lines were not shown: the terminal was held.", is_err=True)


def _echo(text: str, is_err: bool) -> None:
    try:
        click.echo(text, err=is_err)
    except OSError:
        _give_up(sys.stderr.fileno() if is_err else sys.stdout.fileno())


def _give_up(descriptor: int) -> None:
    """Send what is written from now on to nowhere: nobody reads it any more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)

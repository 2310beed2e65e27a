"""Log lines on the terminal: what went, what is back, and nothing else."""

import logging
from collections.abc import Callable

import click

_COLOURS = {logging.WARNING: "yellow", logging.ERROR: "red", logging.CRITICAL: "red"}


def _to_stderr(text: str) -> None:
    click.echo(text, err=True)


def log_to_terminal(write: Callable[[str], None] = _to_stderr) -> None:
    """Send bandmate's own log to the terminal; other libraries only from warnings on.

    Args:
        write: Takes each line.
    """
    root = logging.getLogger()
    root.handlers = [_Terminal(write)]
    root.setLevel(logging.WARNING)
    logging.getLogger("bandmate").setLevel(logging.INFO)


class _Terminal(logging.Handler):
    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        level = click.style(f"{record.levelname.lower()}:", fg=_COLOURS.get(record.levelno))
        self._write(f"{level} {self.format(record)}")

"""bandmate as a process of its own, as a person starts it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from app.rig import Body
from parts.waiting import until

AS_A_PERSON = ("-m", "bandmate")


class Program:
    """A running bandmate.

    Attributes:
        out: The lines it wrote to stdout.
        err: The lines it wrote to stderr.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.out: list[str] = []
        self.err: list[str] = []
        self._process = process
        self._readers = [
            asyncio.create_task(_read(stream, lines))
            for stream, lines in ((process.stdout, self.out), (process.stderr, self.err))
        ]

    async def told(self, text: str) -> str:
        """Wait until it says something; give the line."""

        def lines() -> list[str]:
            return [line for line in (*self.out, *self.err) if text in line]

        try:
            await until(lines)
        except TimeoutError:
            raise AssertionError(f"{text!r} was not told:\n{self}") from None
        return lines()[0]

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Ask it to end."""
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait until it has ended; give its exit status."""
        await asyncio.wait(self._readers)
        return await self._process.wait()

    def events(self) -> list[Body]:
        """What it wrote to stdout, as `--json` has it."""
        return [json.loads(line) for line in self.out]

    def __str__(self) -> str:
        return "\n".join(["stdout:", *self.out, "stderr:", *self.err])


@asynccontextmanager
async def program(
    home: Path,
    *arguments: str | Path,
    python: tuple[str, ...] = AS_A_PERSON,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> AsyncGenerator[Program]:
    """Start bandmate for a person who has nothing yet.

    Args:
        home: Where the home will be.
        arguments: Its arguments.
        python: Python's own arguments.
        environment: What it finds in its environment beside path and home.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *python, *map(str, arguments)),
        env={"PATH": os.environ["PATH"], "HOME": str(home), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    started = Program(process)
    try:
        yield started
    finally:
        if process.returncode is None:
            process.kill()
        await started.ended()


async def _read(stream: asyncio.StreamReader | None, lines: list[str]) -> None:
    assert stream is not None
    async for line in stream:
        lines.append(line.decode().removesuffix("\n"))  # noqa: PERF401 - each as it comes

"""Tests of the ways out, asked for on the coach page: what was found stays to be seen."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bandmate.domain.findings import Finding
from bandmate.domain.setting_up import TestedWay, WayTest
from bandmate.errors import CheckFailedError, UsageError
from bandmate.sinks.cues import Tone

TEST_S: Final = 20.0
"""A test that takes longer did not hold."""
_TABLES: Final[Mapping[TestedWay, str]] = {"broker": "[mqtt]", "database": "[influx]"}

Examine = Callable[[], Awaitable[Finding | None]]
"""Tests a way out; `None`: it is not configured."""


class WayTests:
    """One test of each way out at a time.

    Args:
        examine: Tests the remote ones.
        sound: Has a tone played by the host; where it is heard.

    Attributes:
        states: How each test that was asked for stands.
    """

    def __init__(self, examine: Mapping[TestedWay, Examine], sound: Callable[[Tone], str]) -> None:
        self.states: tuple[WayTest, ...] = ()
        self._examine = examine
        self._sound = sound

    async def run(self, part: TestedWay, tone: Tone) -> None:
        """Test one.

        Raises:
            CheckFailedError: It does not work, and why.
            UsageError: It is being tested already.
        """
        if any(test.part == part and test.state == "running" for test in self.states):
            raise UsageError("that is being tested already", hint="Wait a moment.")
        self._note(WayTest(part, "running"))
        found = Finding(part, "it was interrupted", "Try again.")
        try:
            found = self._heard(tone) if part == "sound" else await self._examined(part)
        finally:
            state = "well" if found.is_well else "trouble"
            self._note(WayTest(part, state, found.text, found.fix))
        if not found.is_well:
            raise CheckFailedError(found.text, hint=found.fix)

    def _heard(self, tone: Tone) -> Finding:
        try:
            return Finding("sound", self._sound(tone))
        except UsageError as fault:
            return Finding("sound", fault.args[0], fault.hint)

    async def _examined(self, part: TestedWay) -> Finding:
        try:
            async with asyncio.timeout(TEST_S):
                found = await self._examine[part]()
        except TimeoutError:
            return Finding(part, f"no answer within {TEST_S:g} s", "Check that it runs.")
        if found is None:
            return Finding(part, "not set up", f"Add {_TABLES[part]} to the configuration.")
        return found

    def _note(self, test: WayTest) -> None:
        self.states = (*(one for one in self.states if one.part != test.part), test)

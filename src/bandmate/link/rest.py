"""A sensor that was put away: its link rests until it is woken."""

import asyncio
from collections.abc import Coroutine
from typing import Any, NoReturn

from bandmate.devices.profile import Profile


class Rest:
    """Whether a link is to rest, and whether it does."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._resting = asyncio.Event()
        self._woken = asyncio.Event()

    @property
    def wanted(self) -> bool:
        """A person put the sensor away."""
        return self._wanted.is_set()

    async def begin(self) -> None:
        """Have the link rest; returns when it does."""
        async with self._turn:
            self._woken.clear()
            self._wanted.set()
            await self._resting.wait()

    async def end(self) -> None:
        """Have the link live again, if it rests."""
        async with self._turn:
            self._wanted.clear()
            self._woken.set()

    async def interrupts(self, living: Coroutine[Any, Any, NoReturn]) -> None:
        """Run `living` until a rest is wanted, and until it has tidied up after itself."""
        async with asyncio.TaskGroup() as tasks:
            life = tasks.create_task(living, name="link: lives")
            await self._wanted.wait()
            life.cancel()

    async def over(self) -> None:
        """Rest until the end of it."""
        self._resting.set()
        await self._woken.wait()
        self._resting.clear()


def farewell(profile: Profile, *, was_told: bool) -> str:
    """What a person reads of a sensor that was put away.

    Args:
        profile: What it is.
        was_told: It was told to switch itself off.
    """
    name, auto_off_s = profile.device.name, profile.link.auto_off_s
    if was_told:
        return f"{name} is put away: it was told to switch itself off. Wake it to go on."
    if auto_off_s is not None:
        after = f"{auto_off_s / 60:g} min" if auto_off_s >= 60 else f"{auto_off_s:g} s"
        return f"{name} is put away: it switches itself off after {after}. Wake it to go on."
    return f"{name} is put away: switch it off by hand. Wake it to go on."

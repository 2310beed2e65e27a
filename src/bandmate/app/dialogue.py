"""Talking to whoever sits before the terminal, while sensors go on being listened to."""

from collections.abc import Sequence
from typing import Protocol


class Dialogue(Protocol):
    """Whoever sits there."""

    def say(self, text: str, /) -> None:
        """Tell something."""
        ...

    async def choose(self, question: str, options: Sequence[str], /) -> int:
        """Which of several; its place in `options`.

        Raises:
            UsageError: Nobody is there to choose.
        """
        ...

    async def ask(self, question: str, /) -> str:
        """What is answered; empty where nothing is."""
        ...

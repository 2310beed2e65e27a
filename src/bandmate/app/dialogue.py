"""Talking to whoever sets a sensor up, while sensors go on being listened to.

What is said and asked is named by its line in the words' table `[pairing]`, so that it can be said
in any language; `values` are put in.
"""

from collections.abc import Sequence
from typing import Protocol

from bandmate.app.curve import Curve


class Dialogue(Protocol):
    """Whoever is there: before the terminal, or before the coach page."""

    def say(self, line: str, /, **values: object) -> None:
        """Tell something."""
        ...

    def show(self, curve: Curve, /) -> None:
        """Show a movement as it goes."""
        ...

    async def choose(self, question: str, options: Sequence[str], /) -> int:
        """Which of several; its place in `options`.

        Raises:
            UsageError: Nobody is there to choose.
        """
        ...

    async def ask(self, question: str, /, *, default: str = "") -> str:
        """What is answered; `default` where nothing is."""
        ...

    async def agree(self, question: str, /, **values: object) -> bool:
        """Yes or no; no where nothing is answered."""
        ...

    async def ready(self, question: str, /) -> None:
        """Wait until something was done."""
        ...

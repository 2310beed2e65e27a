"""One voice at a time: what may be said now, what waits, and what stays unsaid."""

from collections import deque
from dataclasses import dataclass
from math import inf
from typing import Final

from bandmate.domain.alerts import Urgency

WORD_S: Final = 0.4
"""How long a word takes to be said."""
ADVICE_PAUSE_S: Final = 10.0
"""Advice is heard at most this often; silence means fine."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to be said.

    Attributes:
        code: Its name.
        text: The words; empty for a sound alone.
        sound: The name of its sound; empty for none.
        urgency: `INFO` for guidance and advice.
        advice: It may stay unsaid: nothing depends on it.
    """

    code: str
    text: str
    sound: str = ""
    urgency: Urgency = Urgency.INFO
    advice: bool = False

    @property
    def length_s(self) -> float:
        """How long it takes to be said."""
        return WORD_S * len(self.text.split())


class Voice:
    """Says guidance in order, urgent things at once, and advice only into silence."""

    def __init__(self) -> None:
        self._waiting: deque[Line] = deque()
        self._busy_until_s = -inf
        self._advice_from_s = -inf

    @property
    def deadline(self) -> float | None:
        """When `tick` is due."""
        return self._busy_until_s if self._waiting else None

    def say(self, line: Line, t_s: float) -> list[Line]:
        """What is said now because of a new line."""
        if line.urgency is not Urgency.INFO:
            self._waiting.clear()  # what it would go on about is over
            return [self._said(line, t_s)]
        if line.advice and (t_s < self._busy_until_s or t_s < self._advice_from_s):
            return []
        if line.advice:
            self._advice_from_s = t_s + ADVICE_PAUSE_S
        elif t_s < self._busy_until_s or self._waiting:
            if not line.text:
                return []  # a sound that comes late says the wrong thing
            self._waiting.append(line)
            return []
        return [self._said(line, t_s)]

    def tick(self, t_s: float) -> list[Line]:
        """What is said now because time went by."""
        if not self._waiting or t_s < self._busy_until_s:
            return []
        return [self._said(self._waiting.popleft(), t_s)]

    def hush(self) -> None:
        """What waits is out of date."""
        self._waiting.clear()

    def _said(self, line: Line, t_s: float) -> Line:
        self._busy_until_s = t_s + line.length_s
        return line

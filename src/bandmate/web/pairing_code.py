"""The code that lets one more device in. Pure: times and guesses come in, verdicts go out."""

import secrets
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from hmac import compare_digest
from typing import Final

VALID_S: Final = 600.0
"""How long a code holds."""
WRONG_MOST: Final = 5
WRONG_WITHIN_S: Final = 60.0
"""So many wrong tries in so long a time, whoever made them, are the end of a code."""

_DIGITS: Final = 8
_BETWEEN: Final = str.maketrans("", "", " -\N{NO-BREAK SPACE}")


class Verdict(StrEnum):
    """What came of a try.

    Attributes:
        RIGHT: It was the code, which is used up by that.
        WRONG: It was not.
        TOO_MANY: It was not, once too often: the code holds no longer.
        OVER: No code holds: it was used, is too old, or none was asked for.
    """

    RIGHT = "right"
    WRONG = "wrong"
    TOO_MANY = "too_many"
    OVER = "over"


def _drawn() -> str:
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"


class PairingCode:
    """At most one code at a time, for one device.

    Args:
        draw: Makes the digits of a code.
    """

    def __init__(self, draw: Callable[[], str] = _drawn) -> None:
        self._draw = draw
        self._digits: str | None = None
        self._until_s = 0.0
        self._wrong_s = deque[float](maxlen=WRONG_MOST)

    def renew(self, now_s: float) -> str:
        """A new code, as it is shown (`1234 5678`); the one before holds no longer."""
        self._digits = self._draw()
        self._until_s = now_s + VALID_S
        self._wrong_s.clear()
        half = _DIGITS // 2
        return f"{self._digits[:half]} {self._digits[half:]}"

    def use(self, typed: str, now_s: float) -> Verdict:
        """What comes of a code that somebody typed, with or without the space."""
        if self._digits is None or now_s >= self._until_s:
            self._digits = None
            return Verdict.OVER
        if compare_digest(
            typed.translate(_BETWEEN).encode(errors="replace"), self._digits.encode()
        ):
            self._digits = None
            return Verdict.RIGHT
        self._wrong_s.append(now_s)
        if len(self._wrong_s) == WRONG_MOST and now_s - self._wrong_s[0] <= WRONG_WITHIN_S:
            self._digits = None
            return Verdict.TOO_MANY
        return Verdict.WRONG

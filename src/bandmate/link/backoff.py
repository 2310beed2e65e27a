"""How long to wait before a sensor is tried again."""

from typing import Final

STEPS_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Pauses after the first, second … failure in a row; the last one stays."""

SPREAD: Final = 0.2
"""Up to this part is added or taken away, so that two sensors do not keep colliding."""


def pause_s(failures: int, chance: float) -> float:
    """The pause before the next try.

    Args:
        failures: Failures in a row, at least 1.
        chance: A random number, 0 to 1.
    """
    step_s = STEPS_S[min(failures, len(STEPS_S)) - 1]
    return step_s * (1.0 + SPREAD * (2.0 * chance - 1.0))

"""The names of what can be wrong with a frame.

A frame has at most one error: the first that applies, in the order written here.
"""

from collections.abc import Iterable
from typing import Final, Literal, get_args

ErrorName = Literal[
    "short_header",
    "short_frame",
    "truncated",
    "length_not_multiple",
    "length_mismatch",
    "unknown_type",
    "no_match",
    "non_finite",
    "out_of_range",
    "not_known",
    "held_value",
    "unit_not_kg",
    "clock_regressed",
]
"""The errors that the shipped framings can meet."""

_RANK: Final[dict[str, int]] = {name: rank for rank, name in enumerate(get_args(ErrorName))}


def first_of(errors: Iterable[str]) -> str | None:
    """The one error a frame is given; `None` where there is none."""
    return min(errors, key=_RANK.__getitem__, default=None)

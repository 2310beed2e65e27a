"""The names of what can be wrong with a frame.

A frame has at most one error: the first that applies, in the order written here.
"""

from collections.abc import Iterable
from typing import Final, Literal, get_args

ErrorName = Literal[
    "short_header",
    "short_frame",
    "truncated",
    "incomplete",
    "length_not_multiple",
    "length_mismatch",
    "unknown_type",
    "no_match",
    "checksum",
    "bad_end",
    "bad_reserved",
    "bad_number",
    "bad_unit",
    "bad_columns",
    "non_finite",
    "out_of_range",
    "overflow",
    "not_known",
    "held_value",
    "unit_not_kg",
    "clock_regressed",
    "orphan_fragment",
    "resync",
    "buffer_overrun",
]
"""Every error a frame can have."""

_NAMES: Final[tuple[ErrorName, ...]] = get_args(ErrorName)
_RANK: Final[dict[str, int]] = {name: rank for rank, name in enumerate(_NAMES)}


def first_of(errors: Iterable[str]) -> ErrorName | None:
    """The one error a frame is given; `None` where there is none."""
    rank = min((_RANK[error] for error in errors), default=None)
    return None if rank is None else _NAMES[rank]

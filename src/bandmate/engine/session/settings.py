"""What a session is told when it begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bandmate.domain.plans import Plan
from bandmate.engine.session.recount import OnSide
from bandmate.engine.session.script import SessionBand


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """What a session is told when it begins.

    Attributes:
        session: Its id; ids of events begin with it.
        plan: The plan.
        person: Whose it is, a pseudonym.
        date: The local date.
        bands: The bands that can be used.
        first_side: The side to begin with; the painful one.
        amplitudes: What a full movement rises by, as learnt in earlier sessions.
    """

    session: str
    plan: Plan
    person: str
    date: str
    bands: tuple[SessionBand, ...]
    first_side: Literal["left", "right"] = "left"
    amplitudes: Mapping[OnSide, float] = field(default_factory=dict[OnSide, float])

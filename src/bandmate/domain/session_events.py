"""What a guided session says happened. Its events have no `band`: they are of all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bandmate.domain.alerts import Urgency
from bandmate.domain.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChanged(Event):
    """The session is in another state.

    Attributes:
        state: See `engine.session.states`.
        plan: The plan's id.
        person: Whose session it is, a pseudonym.
        date: The local date that it began on.
        title: The exercise that is next or under way; empty where there is none.
        side: `left`, `right` or empty.
        set_number: Which set of that exercise and side.
        sets: How many there are.
        until_s: When the state ends by itself; `None`: when something happens.
        reason: Why, where it needs one.
    """

    name = "session"
    state: str
    plan: str
    person: str
    date: str
    title: str = ""
    side: str = ""
    set_number: int = 0
    sets: int = 0
    until_s: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue(Event):
    """Something to be said, shown or sounded now, one at a time."""

    name = "cue"
    code: str
    urgency: Urgency
    text: str
    sound: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Event):
    """How it is before a session, or was after it. Pain 0 to 10, most distal level 0 to 5."""

    name = "answered"
    moment: Literal["before", "after"]
    pain: int
    distal: int
    tingling: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom(Event):
    """A person told a symptom during the session.

    Attributes:
        kind: What.
        pain: 0 to 10; `None` where it was not told.
        stops: It ended the exercise and locks it for the day.
        keep_from_s: Raw readings from here …
        keep_to_s: … to here are to be kept for good.
    """

    name = "symptom"
    kind: Literal["tingle", "pain"]
    pain: int | None
    stops: bool
    keep_from_s: float
    keep_to_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited(Event):
    """What one set of a session came to.

    Attributes:
        side: `left`, `right` or empty.
        set_number: Which set of that exercise and side.
        kind: `reps`, `hold` (seconds) or `timer` (seconds).
        target: What the plan asks for.
        credited: What was done of it.
        measured: A sensor saw it; a timer's is what was prompted.
        status: `complete`, `incomplete`, `skipped` or `stopped`.
        interrupted: Readings were lost meanwhile.
    """

    name = "credited"
    side: str
    set_number: int
    kind: Literal["reps", "hold", "timer"]
    target: float
    credited: float
    measured: bool
    status: Literal["complete", "incomplete", "skipped", "stopped"]
    interrupted: bool = False

    @property
    def share(self) -> float:
        """Of the target, 1 at most."""
        return min(self.credited / self.target, 1.0) if self.target else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted(Event):
    """A person counted the repetitions of a set otherwise; kept beside what was credited of it.

    Attributes:
        side: `left`, `right` or empty.
        set_number: Which set of that exercise and side.
        counted: What was counted.
        by_person: What the person counted.
    """

    name = "recounted"
    side: str
    set_number: int
    counted: int
    by_person: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary(Event):
    """The last event of a session: the sum of the others.

    Attributes:
        plan: The plan's id.
        person: Whose session it was.
        date: The local date that it began on.
        status: `done`, `ended` (by the person), `stopped`, `refused` or `interrupted`.
        duration_s: From its beginning to its end.
        sets_done: Sets with at least one thing credited.
        sets_planned: Sets that were planned for it.
        dose_share: What was done of all that was planned, each set 1 at most; `None`: nothing was.
        measured_share: Of what was done, what a sensor saw; the rest was timed.
        alerts: How often each alert was raised.
        pain: Before and after; `None` where it was not told.
        distal: The same of the most distal level.
        flags: `peripheralised`, `tingle_stop`, `pain_stop`, `interrupted`.
        text: The same in two short lines.
    """

    name = "session_summary"
    plan: str
    person: str
    date: str
    status: Literal["done", "ended", "stopped", "refused", "interrupted"]
    duration_s: float
    sets_done: int
    sets_planned: int
    dose_share: float | None
    measured_share: float | None
    alerts: Mapping[str, int]
    pain: tuple[int | None, int | None]
    distal: tuple[int | None, int | None]
    flags: tuple[str, ...]
    text: tuple[str, str]


SESSION_EVENT_TYPES: tuple[type[Event], ...] = (
    SessionChanged,
    Cue,
    Answered,
    Symptom,
    Credited,
    Recounted,
    SessionSummary,
)
"""Every event of a guided session; encoders and tests run over it."""

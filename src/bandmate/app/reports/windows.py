"""When readings of a session are worth keeping: in its sets, and at alerts. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from bandmate.app.reports.sessions import STOPS
from bandmate.domain.events import AlertCleared, AlertRaised, Event, SetEnded, SetStarted
from bandmate.domain.session_events import Symptom
from bandmate.engine.done import OVER
from bandmate.signal.zone_account import LONGEST_STEP_S

_Times = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Windows:
    """Times of the session clock that do not overlap.

    Attributes:
        begins_s: Rising.
        ends_s: As many.
    """

    begins_s: Sequence[float]
    ends_s: Sequence[float]

    def touch(self, from_s: float, to_s: float) -> bool:
        """Whether some time from one to the other is in a window."""
        at = bisect_left(self.ends_s, from_s)
        return at < len(self.begins_s) and self.begins_s[at] <= to_s


def windows_of(events: Sequence[Event], late: Sequence[Event]) -> Windows:
    """When readings are worth keeping.

    Args:
        events: Of one session, in order.
        late: What was told of it after its end.
    """
    begins_s: list[float] = []
    ends_s: list[float] = []
    for begin_s, end_s in sorted([*_sets(events), *_outside(events, late)]):
        if ends_s and begin_s <= ends_s[-1]:
            ends_s[-1] = max(ends_s[-1], end_s)
        else:
            begins_s.append(begin_s)
            ends_s.append(end_s)
    return Windows(begins_s, ends_s)


def _sets(events: Iterable[Event]) -> Iterable[_Times]:
    """From the start of each set to its end; one that nothing ended goes on."""
    begun: dict[tuple[str, int], float] = {}
    times: list[_Times] = []
    for event in events:
        if isinstance(event, SetStarted):
            begun[event.band, event.set] = event.t_s
        elif isinstance(event, SetEnded):
            begin_s = begun.pop((event.band, event.set), None)
            times += [] if begin_s is None else [(begin_s, event.t_s)]
    return [*times, *((begin_s, inf) for begin_s in begun.values())]


def _outside(events: Sequence[Event], late: Sequence[Event]) -> Iterable[_Times]:
    """While the pull was over its limit, in a set or not; and what was pulled at a stop."""
    gone_s = {
        (one.band, one.code, one.onset_s): one.t_s
        for one in (*events, *late)
        if isinstance(one, AlertCleared)
    }
    for one in events:
        if isinstance(one, AlertRaised) and one.code in OVER | STOPS:
            key = (one.band, one.code, one.onset_s)
            yield one.onset_s - LONGEST_STEP_S, max(gone_s.get(key, one.t_s), one.t_s)
        elif isinstance(one, Symptom):
            yield one.t_s - LONGEST_STEP_S, one.t_s

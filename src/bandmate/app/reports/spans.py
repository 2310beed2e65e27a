"""Where in the store the events of a session are: its own, and no others. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from bandmate.domain.events import Quality, SetEnded, SetStarted
from bandmate.sinks.store_history import NEWEST, Stored

Span = tuple[int, int]
"""From one position in the store to another, both included."""


def set_ends(marks: Iterable[Stored]) -> dict[int, Stored]:
    """What was told last of the end of each set, by the position of its start.

    A set that nothing ended is not in it. What a band tells of its data when the service ends
    names the last set too, but only what is told at the set's end belongs to it.
    """
    ends: dict[int, Stored] = {}
    running: dict[str, int] = {}
    for stored in marks:
        event = stored.event
        if isinstance(event, SetStarted):
            running[event.band] = stored.seq
        elif isinstance(event, SetEnded) and event.band in running:
            ends[running[event.band]] = stored
        elif isinstance(event, Quality):
            ended = ends.get(running.get(event.band, 0))
            if ended is not None and ended.event.t_s == event.t_s:
                ends[running[event.band]] = stored
    return ends


def spans_of_sets(
    marks: Iterable[Stored], ends: Mapping[int, Stored], *, is_cut_off: bool
) -> list[Span]:
    """From the start of each set to its end.

    Args:
        marks: Those of one session.
        ends: See `set_ends`.
        is_cut_off: A set that nothing ended goes on for ever; else it is left out.
    """
    begun = [stored.seq for stored in marks if isinstance(stored.event, SetStarted)]
    return [
        (seq, ends[seq].seq if seq in ends else NEWEST)
        for seq in begun
        if is_cut_off or seq in ends
    ]


def common(pieces: Iterable[Span], wanted: Iterable[Span]) -> tuple[Span, ...]:
    """What of the pieces is wanted; none of them overlap."""
    joined = _joined(sorted(wanted))
    return tuple(
        (max(a, c), min(b, d)) for a, b in pieces for c, d in joined if max(a, c) <= min(b, d)
    )


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Rising spans as one wherever they touch."""
    joined: list[Span] = []
    for begun, ended in spans:
        if joined and begun <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ended))
        else:
            joined.append((begun, ended))
    return joined

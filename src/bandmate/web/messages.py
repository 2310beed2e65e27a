"""What the page and the service say to each other, as JSON texts.

The service sends `hello` first, then `event`, `alerts`, `sound`, `state` and `reply` as they come;
the page sends what a person asks for (`sinks.json_commands`).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from bandmate import __version__
from bandmate.domain.exercises import Exercise
from bandmate.domain.plans import Plan
from bandmate.domain.records import BandState, SessionState, SinkHealth
from bandmate.errors import BandmateError
from bandmate.sinks.board import StandingAlert
from bandmate.sinks.cues import Tone
from bandmate.sinks.json_commands import Command
from bandmate.sinks.service import Service

_DONE: Final = {
    "start": "Begun.",
    "stop": "Ended.",
    "next": "On to the next set.",
    "ack": "Noted.",
    "tare": "Zeroed.",
    "sleep": "Put away.",
    "wake": "Looking for the sensor.",
}
_LED: Final = {
    "begin": "The session begins.",
    "answer": "Noted.",
    "go": "Going on.",
    "skip": "Set left out.",
    "next": "Exercise left out.",
    "swap": "Sides changed.",
    "pause": "Paused.",
    "resume": "Going on.",
    "end": "Session ended.",
    "ack": "Noted.",
    "stop": "Stopped.",
    "pain": "Noted.",
}


def hello(
    service: Service,
    alerts: Sequence[StandingAlert],
    exercises: Sequence[Exercise],
    plans: Sequence[tuple[str, Plan]],
) -> str:
    """The whole picture, for a page that has just come (back).

    A plan comes with the person whose own it is; empty: everybody's.
    """
    return _encode(
        "hello",
        version=__version__,
        session=service.session,
        bands=service.states(),
        sinks=service.sinks(),
        guided=service.guided(),
        alerts=alerts,
        people=service.people(),
        exercises=[{"slug": e.slug, "title": e.title} for e in exercises],
        plans=[{"id": p.id, "title": p.title, "person": person} for person, p in plans],
    )


def event(body: Mapping[str, object]) -> str:
    """An event (`domain.events`), as it is."""
    return _encode("event", **body)


def alerts(standing: Sequence[StandingAlert]) -> str:
    """All alerts to be shown, the first one in front."""
    return _encode("alerts", alerts=standing)


def sound(tone: Tone) -> str:
    """A tone to begin now."""
    return _encode("sound", tone=tone, rank=tone.rank)


def state(
    bands: Sequence[BandState], sinks: Sequence[SinkHealth], guided: SessionState | None
) -> str:
    """How everything stands now; only the newest matters."""
    return _encode("state", bands=bands, sinks=sinks, guided=guided)


def done(command: Command) -> str:
    """What the page asked for was done."""
    if command.lead is not None:
        text = _LED[command.lead.ask]
    else:
        text = "Stopped." if command.reason else _DONE[command.do]
    return _encode("reply", ok=True, text=text)


def refused(error: BandmateError) -> str:
    """What the page asked for was not done."""
    return _encode("reply", ok=False, text=str(error))


def _encode(type_: str, /, **fields: object) -> str:
    return msgspec.json.encode({"type": type_, **fields}).decode()

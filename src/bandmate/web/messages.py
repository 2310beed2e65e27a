"""What the page and the service say to each other, as JSON texts.

The service sends `hello` first, then `event`, `alerts`, `sound`, `state` and `reply` as they come;
the page sends what a person asks for (`sinks.json_commands`).
"""

from collections.abc import Mapping, Sequence

import msgspec

from bandmate import __version__
from bandmate.domain.exercises import Exercise
from bandmate.domain.plans import Plan
from bandmate.domain.records import BandState, SessionState, SinkHealth
from bandmate.sinks.board import StandingAlert
from bandmate.sinks.cues import Tone
from bandmate.sinks.service import Service


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


def reply(text: str, *, ok: bool) -> str:
    """What became of something the page asked for."""
    return _encode("reply", ok=ok, text=text)


def _encode(type_: str, /, **fields: object) -> str:
    return msgspec.json.encode({"type": type_, **fields}).decode()

"""What the page and the service say to each other, as JSON texts.

The service sends `hello` first, then `event`, `alerts`, `sound`, `state`, `levels`, `traces` and
`reply` as they come; the page sends what a person asks for (`sinks.json_commands`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import msgspec

from bandmate import __version__
from bandmate.catalog.page_words import PageWords
from bandmate.domain.records import BandState, SessionState, SinkHealth, Trace
from bandmate.domain.setting_up import SetupState
from bandmate.errors import BandmateError, CheckFailedError
from bandmate.sinks.board import StandingAlert
from bandmate.sinks.cues import Tone
from bandmate.sinks.json_commands import Command
from bandmate.sinks.service import Service
from bandmate.web.offer import Offer


def hello(
    service: Service,
    alerts: Sequence[StandingAlert],
    offer: Offer,
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
        setup=service.setting_up(),
        alerts=alerts,
        people=service.people(),
        exercises=offer.titles(),
        plans=[{"id": p.id, "title": p.title, "person": person} for person, p in offer.plans],
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
    bands: Sequence[BandState],
    sinks: Sequence[SinkHealth],
    guided: SessionState | None,
    setup: SetupState | None,
) -> str:
    """How everything stands now; only the newest matters."""
    return _encode("state", bands=bands, sinks=sinks, guided=guided, setup=setup)


_NO_LEVELS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "t_s": 0.0,
        "tension_n": None,
        "angle_deg": None,
        "heart_rate_bpm": None,
        "zone": "",
        "reps": 0,
        "hold_s": 0.0,
    }
)


def without_levels(bands: Sequence[BandState]) -> Sequence[BandState]:
    """What of the bands' states changes seldom, to be compared."""
    return [replace(band, ts_ns=0, rate_hz=None, **_NO_LEVELS) for band in bands]


def levels(bands: Sequence[BandState]) -> str:
    """What changes all the time: so small that a slow phone can take it in time."""
    moving = [{name: getattr(band, name) for name in ("band", *_NO_LEVELS)} for band in bands]
    return _encode("levels", bands=moving)


def traces(pieces: Sequence[Trace]) -> str:
    """The newest pieces of the bands' curves."""
    rounded = [
        {
            "band": piece.band,
            "t_s": [round(t_s, 3) for t_s in piece.t_s],
            "values": [round(value, 2) for value in piece.values],
        }
        for piece in pieces
    ]
    return _encode("traces", traces=rounded)


def done(command: Command, words: PageWords) -> str:
    """What the page asked for was done."""
    replies = words["replies"]
    if command.lead is not None:
        text = replies[f"lead_{command.lead.ask}"]
    elif command.setup is not None:
        text = ""  # what came of it is in the state
    else:
        text = replies["stopped" if command.reason else command.do]
    return _encode("reply", ok=True, text=text)


def refused(error: BandmateError) -> str:
    """What the page asked for was not done; what a test found is in the state."""
    text = "" if isinstance(error, CheckFailedError) else str(error)
    return _encode("reply", ok=False, text=text)


def _encode(type_: str, /, **fields: object) -> str:
    return msgspec.json.encode({"type": type_, **fields}).decode()

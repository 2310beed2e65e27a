"""The events of a guided session as a person reads them, one line each."""

import click

from bandmate.domain.events import Event
from bandmate.domain.session_events import (
    Answered,
    Credited,
    Cue,
    Recounted,
    SessionChanged,
    SessionSummary,
    Symptom,
)

_UNITS = {"reps": "", "hold": " s held", "timer": " s, timed and not measured"}


def session_text(event: Event) -> str:  # noqa: PLR0911 - one arm an event, nothing else
    """One event; empty where it says nothing new to a reader."""
    match event:
        case SessionChanged():
            what = f": {event.title}" if event.title else ""
            side = f", {event.side} side" if event.side else ""
            number = f", set {event.set_number} of {event.sets}" if event.sets > 1 else ""
            why = f" ({event.reason})" if event.reason else ""
            state = event.state.replace("_", " ")
            return click.style(f"session {state}{what}{side}{number}{why}", bold=True)
        case Cue():
            return f"> {event.text}" if event.text else ""
        case Answered():
            tingling = ", tingling" if event.tingling else ""
            return f"{event.moment}: pain {event.pain}, felt down to level {event.distal}{tingling}"
        case Symptom():
            pain = "" if event.pain is None else f" {event.pain}"
            return f"symptom: {event.kind}{pain}{': stop' if event.stops else ''}"
        case Credited():
            done = f"{event.credited:g} of {event.target:g}{_UNITS[event.kind]}"
            return f"credited {done} ({event.status})"
        case Recounted():
            return f"counted by the person: {event.by_person}, by the sensor: {event.counted}"
        case SessionSummary():
            return click.style(" ".join(event.text), bold=True)
        case _:
            raise AssertionError(event)

"""Events as a person reads them, one line each."""

from collections.abc import Callable

import click
import msgspec

from bandmate.cli.show_session import session_text
from bandmate.domain.alerts import Urgency
from bandmate.domain.events import (
    Acknowledged,
    AlertCleared,
    AlertRaised,
    Calibrated,
    DoseReached,
    Event,
    Hint,
    HoldEnded,
    HoldStarted,
    Quality,
    Rep,
    RepFinal,
    SetEnded,
    SetStarted,
    Summary,
    Symmetry,
    Tared,
    Transient,
    ZoneChanged,
)

_COLOURS = {
    Urgency.STOP: "bright_red",
    Urgency.EASE: "red",
    Urgency.CHECK: "yellow",
    Urgency.INFO: "cyan",
}


def as_json(event: Event) -> str:
    """The event as one line of JSON; what is not a finite number is null."""
    return msgspec.json.encode(event.to_dict()).decode()


def printer(write: Callable[[str], None], *, as_ndjson: bool) -> Callable[[Event], None]:
    """What prints events: each as JSON, or for a person, without those that say nothing new."""

    def show(event: Event) -> None:
        if as_ndjson:
            write(as_json(event))
        elif text := _text(event):
            band = f"{event.band:<6} " if event.band else ""
            write(f"{event.t_s:9.2f} s  {band}{text}")

    return show


def _text(event: Event) -> str:  # noqa: C901, PLR0911, PLR0912 - one arm an event, nothing else
    match event:
        case Rep():
            flags = f"  ({', '.join(event.flags)})" if event.flags else ""
            peak = _level(event.peak_n, event.peak_deg)
            return f"rep {event.index:<3} {event.grade:<8} peak {peak}{flags}"
        case HoldStarted():
            return f"hold {event.index} began at {event.start_s:.2f} s"
        case HoldEnded():
            level = _level(event.mean_au if event.mean_n is None else event.mean_n, event.mean_deg)
            zone = "" if event.in_zone_s is None else f", {event.in_zone_s:.1f} s in zone"
            return f"hold {event.index} {event.duration_s:.2f} s at {level}{zone} ({event.reason})"
        case DoseReached():
            return click.style(f"dose reached: {event.value:g} of {event.target:g}", fg="green")
        case ZoneChanged():
            value = "" if event.value_n is None else f" at {event.value_n:.1f} N"
            return f"zone {event.zone}{value}"
        case AlertRaised():
            return click.style(
                f"{event.urgency.upper()}: {event.message} [{event.code}]",
                fg=_COLOURS[event.urgency],
                bold=True,
            )
        case AlertCleared():
            return f"cleared: {event.code} after {event.duration_s:.2f} s"
        case Acknowledged():
            return f"acknowledged: {', '.join(event.codes)}"
        case Tared():
            return f"tare refused: {event.refused}" if event.refused else "zero set"
        case Transient():
            return f"jerk to {event.peak_n:.0f} N for {1000 * event.length_s:.0f} ms"
        case Hint():
            return event.message
        case SetStarted():
            return click.style(f"set {event.set} began: {event.title or event.exercise}", bold=True)
        case SetEnded():
            lost = ", data was lost" if event.interrupted else ""
            return click.style(f"set {event.set} ended: {event.status}{lost}", bold=True)
        case Calibrated():
            rise = "nothing" if event.amplitude is None else f"a rise of {event.amplitude:.1f}"
            return f"counted by the person: {event.count}; learnt of it: {rise}"
        case Symmetry():
            return _symmetry(event)
        case Summary():
            return _summary(event)
        case RepFinal() | Quality():
            return ""
        case _:
            return session_text(event)


def _level(value: float | None, degrees: float | None) -> str:
    """A level in its unit, degrees named; empty where there is none."""
    if degrees is not None:
        return f"{degrees:.1f} deg"
    return "" if value is None else f"{value:.1f}"


def _symmetry(event: Symmetry) -> str:
    counted = f"{event.n_left} on the left, {event.n_right} on the right"
    if event.excursion_asymmetry_pct is None:
        return f"left and right: too few to compare ({counted})"
    side = "" if event.weaker is None else f" less on the {event.weaker}"
    return f"left and right: {event.excursion_asymmetry_pct:.0f} %{side} ({counted})"


def _summary(event: Summary) -> str:
    parts = [f"{event.reps} reps"]
    counts = {"partial": event.partial, "fast": event.fast, "slow": event.slow}
    counts["aborted"] = event.aborted
    parts += [f"{n} {name}" for name, n in counts.items() if n]
    parts += [f"{event.holds} holds"] if event.holds else []
    if event.in_zone_pct is not None:
        parts.append(f"{event.in_zone_pct:.0f} % in zone")
    if peak := _level(event.peak_n, event.peak_deg):
        parts.append(f"peak {peak}")
    parts += [f"{n} x {code}" for code, n in event.alerts.items()]
    return click.style("summary: " + ", ".join(parts), bold=True)

"""Small drawings as SVG: the pull over a set, and time in zone. No scripts, no styles inside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from bandmate.app.reports.trace import Point
from bandmate.domain.events import Grade
from bandmate.domain.zones import Zone

WIDTH: Final = 360
HEIGHT: Final = 112
_LEFT, _TOP, _RIGHT, _BOTTOM = 30.0, 14.0, 4.0, 15.0
_HEADROOM: Final = 1.08
_LABEL_APART: Final = 11.0
"""So far apart levels are labelled, at least."""

COLUMNS: Final = WIDTH - int(_LEFT + _RIGHT)
"""So many columns of a drawing can be told apart."""

_Scale = Callable[[float], float]

_SHAPES: Final[Mapping[Grade, str]] = {
    Grade.FULL: "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z",
    Grade.PARTIAL: "M-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z",
    Grade.FAST: "M0 -3.5L3.5 3H-3.5z",
    Grade.SLOW: "M0 3.5L3.5 -3H-3.5z",
    Grade.ABORTED: "M-3 -3L3 3M3 -3L-3 3",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceView:
    """What a drawing of a set shows.

    Attributes:
        label: What it is, for those who do not see it.
        from_s, to_s: From when to when.
        pieces: The level over time; between two of them nothing was read.
        low, high, limit: The zone's edges and its limit; `None`: it has none.
        reps: When each movement peaked, and its grade.
        over: From when to when the pull was over its limit.
        unit: Of the level.
    """

    label: str
    from_s: float
    to_s: float
    pieces: Sequence[Sequence[Point]]
    low: float | None = None
    high: float | None = None
    limit: float | None = None
    reps: Sequence[tuple[float, Grade]] = ()
    over: Sequence[tuple[float, float]] = ()
    unit: str = "N"


def trace(view: TraceView) -> Markup:
    """The level over one set: its zone, its movements, and where it was over the limit."""
    peak = max((level for piece in view.pieces for _, level in piece), default=0.0)
    top = _HEADROOM * max(peak, view.limit or view.high or 0.0, 1.0)
    span_s = max(view.to_s - view.from_s, 1e-9)

    def x(t_s: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (t_s - view.from_s) / span_s

    def y(level: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * min(max(level, 0.0), top) / top

    body = [
        *_zone(view, x(view.from_s), x(view.to_s), y),
        *(_rect("spell", x(a), _TOP - 12, max(x(b) - x(a), 3.0), 5.0) for a, b in view.over),
        f'<path class="line" d="{_path(view.pieces, x, y)}"/>',
        *(_shape(grade, x(t_s), _TOP - 3) for t_s, grade in view.reps),
        _text(_LEFT, HEIGHT - 2, "0", "start"),
        _text(WIDTH - _RIGHT, HEIGHT - 2, f"{span_s:.0f} s", "end"),
        *_levels(view, peak, y),
    ]
    return _svg(view.label, WIDTH, HEIGHT, body)


def grade_mark(grade: Grade) -> Markup:
    """How a movement of a grade is marked, for the legend."""
    path = f'<path class="rep {grade}" d="{_SHAPES[grade]}"/>'
    return Markup('<svg class="mark" viewBox="-5 -5 10 10" aria-hidden="true">' + path + "</svg>")  # noqa: S704 - ours


def zone_bar(label: str, zone_s: Mapping[str, float]) -> Markup:
    """How long each zone lasted, as parts of one bar; the width of a zone is its share."""
    total_s, at, body = sum(zone_s.values()) or 1.0, 0.0, list[str]()
    for zone in Zone:
        width = WIDTH * zone_s[zone] / total_s
        if width > 0:
            body.append(_rect(f"zone {zone}", at, 0, width, 12))
        at += width
    return _svg(label, WIDTH, 12, body, 'class="bar" preserveAspectRatio="none" ')


def _zone(view: TraceView, left: float, right: float, y: _Scale) -> Iterable[str]:
    if view.low is not None and view.high is not None:
        yield _rect("target", left, y(view.high), right - left, y(view.low) - y(view.high))
    if view.limit is not None:
        at = f"{y(view.limit):.1f}"
        yield f'<path class="limit" d="M{left:.1f} {at}H{right:.1f}"/>'


def _levels(view: TraceView, peak: float, y: _Scale) -> Iterable[str]:
    """The levels that matter, written where there is room: limit and zone before the peak."""
    known = [level for level in (view.limit, view.high, view.low) if level is not None]
    taken = [y(0.0)]
    yield _text(_LEFT - 3, y(0.0), f"0 {view.unit}", "end")
    for level in known or [peak]:
        at = y(level)
        if all(abs(at - other) >= _LABEL_APART for other in taken):
            taken.append(at)
            yield _text(_LEFT - 3, at + 4, f"{level:.0f}", "end")


def _path(pieces: Sequence[Sequence[Point]], x: _Scale, y: _Scale) -> str:
    """Each piece apart; a single reading is a dot."""
    drawn: list[str] = []
    for piece in pieces:
        points = [f"{x(t_s):.1f} {y(level):.1f}" for t_s, level in piece]
        drawn.append("M" + "L".join(points if len(points) > 1 else points * 2))
    return "".join(drawn)


def _shape(grade: Grade, x: float, y: float) -> str:
    at = f"translate({x:.1f} {y:.1f})"
    return f'<path class="rep {grade}" transform="{at}" d="{_SHAPES[grade]}"/>'


def _rect(name: str, x: float, y: float, width: float, height: float) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{name}" {place}/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(label: str, width: int, height: int, body: Iterable[str], more: str = "") -> Markup:
    begin = f'<svg {more}viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">'
    return Markup(begin + "".join(body) + "</svg>")  # noqa: S704 - what is not ours is escaped

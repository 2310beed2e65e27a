"""Pictures of synthetic signals and counts, as plain SVG."""

from collections.abc import Mapping, Sequence

from accuracy import ours
from accuracy.suite import Drawn
from accuracy.tension import known_amplitude

_WIDTH, _PANEL, _LEFT, _TOP = 860, 120, 44, 26
_INK, _BAND, _MARK, _FAINT = "#1f2933", "#cfe3f5", "#c2410c", "#9aa5b1"
_COLOURS = ("#1d4ed8", "#60a5fa", "#0f766e", "#a16207", "#9d174d", "#6b7280")
_POINTS = 700
_BAR, _ROW_GAP = 9, 14


def signals(sets: Sequence[Drawn]) -> str:
    """Each set's readings, the movements that were counted, and where each was told."""
    height = len(sets) * (_PANEL + _TOP) + 12
    panels = [_panel(one, i * (_PANEL + _TOP) + _TOP) for i, one in enumerate(sets)]
    return _svg(height, "Synthetic sets with the movements that were counted", panels)


def _panel(drawn: Drawn, top: float) -> str:
    doing = ours.exercise("free_reps", known_amplitude(drawn))
    found = ours.reps_in(ours.watched(drawn.t_s, drawn.force_n, doing))
    low, high = min(*drawn.force_n, 0.0), max(drawn.force_n)
    end_s = drawn.t_s[-1]

    def x(t_s: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - 10) * t_s / end_s

    def y(force_n: float) -> float:
        return top + _PANEL - 8 - (_PANEL - 16) * (force_n - low) / (high - low)

    step = max(len(drawn.t_s) // _POINTS, 1)
    points = " ".join(
        f"{x(t):.1f},{y(f):.1f}"
        for t, f in zip(drawn.t_s[::step], drawn.force_n[::step], strict=True)
    )
    shades = [
        f'<rect x="{x(one.start_s):.1f}" y="{top}" width="{x(one.end_s) - x(one.start_s):.1f}" '
        f'height="{_PANEL}" fill="{_BAND}"/>'
        for one in found
    ]
    marks = [f'<path d="M{x(one.count_s):.1f} {top}v{_PANEL}" stroke="{_MARK}"/>' for one in found]
    return "".join(
        [
            _text(_LEFT, top - 7, f"{drawn.kind}: {len(found)} counted, {len(drawn.reps)} true"),
            *shades,
            *marks,
            _text(_LEFT - 6, top + 14, f"{high:.0f} N", "end"),
            f'<polyline points="{points}" fill="none" stroke="{_INK}"/>',
            _text(_WIDTH - 10, top - 7, f"{end_s:.0f} s", "end"),
        ]
    )


def bars(shares: Mapping[str, Mapping[str, float]]) -> str:
    """By kind, a bar for each way: the share of sets it counted exactly."""
    ways = [*next(iter(shares.values()))]
    left, block = 250, len(ways) * _BAR + _ROW_GAP
    full = _WIDTH - left - 60
    parts = [
        f'<rect x="{left + i % 3 * 190}" y="{8 + i // 3 * 18}" width="10" height="10" '
        f'fill="{_COLOURS[i]}"/>' + _text(left + i % 3 * 190 + 16, 17 + i // 3 * 18, way)
        for i, way in enumerate(ways)
    ]
    for k, (kind, of) in enumerate(shares.items()):
        top = 56 + k * block
        parts.append(_text(left - 8, top + block / 2 - 4, kind, "end"))
        for i, way in enumerate(ways):
            parts.append(
                f'<rect x="{left}" y="{top + i * _BAR}" width="{max(full * of[way], 1):.1f}" '
                f'height="{_BAR - 2}" fill="{_COLOURS[i]}"/>'
            )
    parts.append(
        f'<path d="M{left + full} 50v{len(shares) * block}" stroke="{_FAINT}" '
        f'stroke-dasharray="3 3"/>' + _text(left + full, 46, "100 %", "middle")
    )
    return _svg(56 + len(shares) * block, "Sets counted exactly, by kind and way", parts)


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{_INK}">{text}</text>'


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" '
        f'font-family="sans-serif" font-size="12" role="img"><title>{title}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )

"""The report of one session: one HTML page that holds all it needs, made to be printed."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bandmate import __version__
from bandmate.app.library import Library
from bandmate.app.reports.archive import local_time
from bandmate.app.reports.findings import OverTension
from bandmate.app.reports.results import Results
from bandmate.app.reports.sessions import LocalTime
from bandmate.app.reports.svg import COLUMNS, TraceView, grade_mark, trace, zone_bar
from bandmate.app.reports.trace import NOTHING, Readings, drawn
from bandmate.app.reports.wording import Wording
from bandmate.app.reports.work import Work
from bandmate.domain.events import Grade
from bandmate.domain.zones import Zone

_MANY_SETS: Final = 6
"""From so many drawings on they are smaller."""

_templates: Final = Environment(
    loader=PackageLoader("bandmate.app.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def report(
    results: Results,
    readings: Mapping[str, Readings],
    library: Library,
    local: LocalTime = local_time,
) -> str:
    """The report.

    Args:
        results: What the session came to.
        readings: What its bands read, by band.
        library: Words, and the titles of plans.
        local: The local time of a moment.
    """
    say = Wording(library, results, local)
    traces = [drawing for work in results.sets if (drawing := _trace(work, results, readings, say))]
    return _templates.get_template("report.html").render(
        say=say,
        results=results,
        session=results.session,
        works=results.exercises,
        sets=results.sets,
        traces=traces,
        many="many" if len(traces) > _MANY_SETS else "few",
        quantity=max((work.quantity for work in results.sets), default="force"),
        bars=[
            (work, zone_bar(say.title(work.exercise, work.title), work.zone_s))
            for work in results.exercises
            if work.zone_s is not None
        ],
        marks=[(say.put(f"grade_{grade}"), grade_mark(grade)) for grade in Grade],
        zones=say.zone_names(),
        Zone=Zone,
        words=library.page["report"],
        notice=library.page["fixed"]["notice"],
        language=library.words.language,
        css=Markup(_css()),  # noqa: S704 - ours
        policy=_policy(),
        version=__version__,
    )


def content_security_policy() -> str:
    """What a browser may do for a report: show it, with its own styles and nothing else."""
    return f"{_policy()}; frame-ancestors 'none'"


def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_css().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _css() -> str:
    return (files("bandmate.app.reports") / "templates" / "report.css").read_text(encoding="utf-8")


def _trace(
    work: Work, results: Results, readings: Mapping[str, Readings], say: Wording
) -> tuple[Work, Markup] | None:
    """The drawing of one set; `None` where nothing of it was read, or is kept."""
    if not work.parts:
        return None
    from_s, to_s = work.parts[0].from_s, max(part.to_s for part in work.parts)
    pieces = [
        piece
        for part in work.parts
        for piece in drawn(
            readings.get(part.band, NOTHING).between(part.from_s, part.to_s), COLUMNS, from_s, to_s
        )
    ]
    if not pieces:
        return None
    zone = work.parts[0].zone or {}
    label = say.put(
        "trace_label",
        title=say.title(work.exercise, work.title),
        side=say.side(work.side),
        number=work.set_number,
        reps=work.movements,
        peak=say.number(work.peak),
        unit=say.unit(work),
    )
    view = TraceView(
        label=label,
        from_s=from_s,
        to_s=to_s,
        pieces=pieces,
        low=zone.get("low_n"),
        high=zone.get("high_n"),
        limit=zone.get("limit_n"),
        reps=[(mark.t_s, mark.grade) for mark in work.marks],
        over=[
            (one.t_s, to_s if one.duration_s is None else min(one.t_s + one.duration_s, to_s))
            for one in results.over_tension
            if _is_in(one, work)
        ],
        unit=say.unit(work),
    )
    return work, trace(view)


def _is_in(one: OverTension, work: Work) -> bool:
    return any(one.band == part.band and part.from_s <= one.t_s <= part.to_s for part in work.parts)

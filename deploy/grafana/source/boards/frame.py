"""What all four dashboards share: variables, links, and the grid."""

from collections.abc import Sequence
from typing import Final

from grafana_foundation_sdk.builders import (
    bargauge,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.builders import (
    dashboard as build,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard

from boards.influxql import SITE, SOURCE

TAG: Final = "bandmate"
COLUMNS: Final = 24
_A_YEAR = "time > now() - 365d"


Placed = bargauge.Panel | stat.Panel | statetimeline.Panel | table.Panel | timeseries.Panel
"""What can be put on a dashboard."""

Row = tuple[int, Sequence[tuple[int, Placed]]]
"""A height in steps of the grid, and the panels with their widths, which fill the 24 columns."""


def source_variable() -> build.DatasourceVariable:
    """Which InfluxDB."""
    return (
        build.DatasourceVariable("datasource")
        .label("Database")
        .description("The InfluxDB that bandmate writes to, asked by InfluxQL.")
        .type("influxdb")
        .multi(multi=False)
        .include_all(include_all=False)
    )


def site_variable() -> build.QueryVariable:
    """Which site."""
    return _tag("site", "Site", "The `[site] name` of the configuration.", "health")


def band_variable(measurement: str = "tension_1s") -> build.QueryVariable:
    """Which bands: those that tell a pull, or those that `measurement` knows."""
    return _many(_tag("band", "Band", "The names of the bands.", measurement, SITE))


def exercise_variable() -> build.QueryVariable:
    """Which exercises."""
    return _many(_tag("exercise", "Exercise", "What was done.", "set", SITE))


def person_variable() -> build.QueryVariable:
    """Whose sessions: a field, so it is asked for by its distinct values."""
    text = f'SELECT DISTINCT("person") FROM "session" WHERE {_A_YEAR} AND {SITE}'  # noqa: S608
    return _query("person", "Person", "The pseudonym of who did the sessions.", text)


def _tag(name: str, label: str, about: str, measurement: str, *where: str) -> build.QueryVariable:
    # Version 3 looks back a day alone where no time is given; version 1 passes over the time.
    held = " AND ".join([_A_YEAR, *where])
    text = f'SHOW TAG VALUES FROM "{measurement}" WITH KEY = "{name}" WHERE {held}'
    return _query(name, label, about, text)


def _query(name: str, label: str, about: str, text: str) -> build.QueryVariable:
    return (
        build.QueryVariable(name)
        .label(label)
        .description(about)
        .datasource(SOURCE)
        .query({"refId": "InfluxVariableQueryEditor-VariableQuery", "query": text})
        .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(dashboard.VariableSort.ALPHABETICAL_ASC)
        .multi(multi=False)
        .include_all(include_all=False)
    )


def _many(variable: build.QueryVariable) -> build.QueryVariable:
    every = dashboard.VariableOption(selected=True, text=["All"], value=["$__all"])
    return variable.multi(multi=True).include_all(include_all=True).current(every)


def framed(
    name: str,
    title: str,
    about: str,
    *,
    since: str,
    refresh: str,
    variables: Sequence[build.QueryVariable],
    rows: Sequence[Row],
) -> build.Dashboard:
    """A dashboard with its panels in the grid, from top to bottom.

    Args:
        name: Behind `bandmate-`, its uid.
        title: Behind "bandmate: ", its title.
        about: What it is for.
        since: The span that it opens with, such as `now-15m`.
        refresh: How often it asks anew; empty: never.
        variables: Beside the database and the site.
        rows: What is in it.
    """
    board = (
        build.Dashboard(f"bandmate: {title}")
        .uid(f"bandmate-{name}")
        .description(about)
        .tags([TAG])
        .readonly()
        .timezone("browser")
        .week_start("monday")
        .tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
        .time(since, "now")
        .refresh(refresh)
        .timepicker(build.TimePicker().refresh_intervals(["5s", "10s", "30s", "1m", "5m"]))
        .variables([_bare(each) for each in (source_variable(), site_variable(), *variables)])
        .links([_others()])
    )
    number, top = 1, 0
    for height, panels in rows:
        left = 0
        for width, panel in panels:
            place = dashboard.GridPos(x=left, y=top, w=width, h=height)
            board = board.with_panel(panel.id(number).grid_pos(place))
            number, left = number + 1, left + width
        if left != COLUMNS:
            raise ValueError(f"row {top} of {name} is {left} wide, not {COLUMNS}")
        top += height
    return board


def _bare(
    variable: Builder[dashboard.VariableModel],
) -> Builder[dashboard.VariableModel]:
    """Without what belongs to variables of intervals alone, and the SDK sets on every one."""
    model = variable.build()
    model.auto = model.auto_count = model.auto_min = None
    return variable


def _others() -> build.DashboardLink:
    """To the other dashboards, at the same time and with the same variables."""
    return (
        build.DashboardLink("bandmate")
        .type(dashboard.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .icon("external link")
        .tooltip("")
        .url("")
        .as_dropdown(as_dropdown=False)
        .target_blank(target_blank=False)
        .include_vars(include_vars=True)
        .keep_time(keep_time=True)
    )

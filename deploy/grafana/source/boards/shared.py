"""Panels that more than one dashboard shows."""

from grafana_foundation_sdk.builders import stat, statetimeline, table, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard

from boards.influxql import BAND, GUIDED, IN_RANGE, SITE, Marks, Target, ask
from boards.look import (
    BELOW,
    HAPPENED,
    HIGH,
    IN,
    NEWTON,
    OVER,
    SLACK,
    STATUS,
    STOP,
    TEXT,
    UNKNOWN,
    URGENCY,
    props,
    ranges,
    thresholds,
)
from boards.panels import column, curve_of, curves, rows, stat_of, timeline

HERE = (IN_RANGE, SITE, BAND)
"""Within the dashboard's time, of its site and bands."""

ZONE = 'mean("in_zone_s") + 1000 * max("over_s") + 1000000 * max("unknown_s")'
"""One number for what a second was; the least `over_s` or `unknown_s` outweighs what is before it.

InfluxQL has no condition, so the ranges of this sum are given words and colours: a step is in the
zone where half of it or more was.
"""
ZONE_SAYS = ranges(
    (0.0, 0.5, "outside the zone", SLACK),
    (0.5, 2.0, "in the zone", IN),
    (2.0, 1999.0, "over the limit", OVER),
    (1999.0, 1e9, "unknown: data is missing", UNKNOWN),
)
NO_SET = "no set"
"""Of one number: the longer it is, the smaller all of its panel's numbers are."""
KEPT = "${datasource:queryparam}&${site:queryparam}"


def tension() -> timeseries.Panel:
    """The pull of one band with its zone; repeated for every band."""
    text = ask(
        'mean("mean_n") AS "tension", max("max_n") AS "highest", last("low_n") AS "zone_from", '
        'last("high_n") AS "zone_to", last("limit_n") AS "limit", last("ceiling_n") AS "ceiling"',
        "tension_1s",
        *HERE,
        by='time($__interval), "band" fill(null)',
    )
    panel = (
        curves(
            "Tension: $band",
            "The pull of this band second by second, and the zone of the set that ran: the green "
            "band. Over the dashed line the service says 'ease off', over the upper one 'stop'. "
            "Grey: the highest single readings. A gap means that nothing was measured.",
            NEWTON,
            Target(text, "$col"),
            empty="No reading in this span. Is the sensor on, and is bandmate running?",
        )
        .interval("2s")
        .decimals(1)
        .min(0)
        .repeat("band")
        .repeat_direction("h")
        .max_per_row(2)
    )
    hidden_line = {"custom__lineWidth": 0, "custom__showPoints": "never"}
    panel = curve_of(panel, "tension", TEXT, custom__lineWidth=2)
    panel = curve_of(panel, "highest", SLACK, "highest reading", custom__lineWidth=1)
    off_legend = {"legend": True, "tooltip": False, "viz": False}
    panel = curve_of(
        panel, "zone_from", IN, "zone from", **hidden_line, custom__hideFrom=off_legend
    )
    panel = curve_of(
        panel,
        "zone_to",
        IN,
        "zone",
        **hidden_line,
        custom__fillBelowTo="zone from",
        custom__fillOpacity=22,
    )
    dashed = {"fill": "dash", "dash": [8, 6]}
    panel = curve_of(panel, "limit", OVER, custom__lineWidth=1, custom__lineStyle=dashed)
    return curve_of(panel, "ceiling", STOP, custom__lineWidth=2)


def zone_timeline() -> statetimeline.Panel:
    """Where the pull was, a row a band."""
    text = ask(ZONE, "tension_1s", *HERE, by='time($__interval), "band" fill(null)')
    return timeline(
        "In the zone or not",
        "Where the pull of each band was. One moment over the limit, or one of which nothing is "
        "known, marks its whole step. Blank: no set ran.",
        Target(text, "$tag_band"),
        says=ZONE_SAYS,
        empty="No set in this span. Start one on the coach page.",
    ).interval("2s")


def full_reps() -> stat.Panel:
    """How many movements counted."""
    text = ask('count("index")', "rep", *HERE, "\"grade\" = 'full'", by='"band"')
    return stat_of(
        "Full repetitions",
        "Movements that count toward the dose, in this span.",
        "short",
        Target(text, "$tag_band"),
        empty="none yet",
        calc="sum",
    ).thresholds(thresholds((0, IN)))


def held() -> stat.Panel:
    """How long was held in the zone."""
    text = ask('sum("in_zone_s")', "hold", *HERE, by='"band"')
    return stat_of(
        "Held in the zone",
        "Seconds of holds inside the zone, in this span.",
        "s",
        Target(text, "$tag_band"),
        empty="no hold",
        calc="sum",
    ).thresholds(thresholds((0, IN)))


def over_limit() -> stat.Panel:
    """How long the pull was over the limit."""
    text = ask('sum("over_s")', "tension_1s", *HERE, by='"band"')
    return (
        stat_of(
            "Over the limit",
            "Seconds in which the pull was over the limit of its set, in this span. Green: none.",
            "s",
            Target(text, "$tag_band"),
            empty=NO_SET,
            calc="sum",
        )
        .decimals(1)
        .thresholds(thresholds((0, IN), (0.001, OVER)))
    )


def alerts() -> table.Panel:
    """What was raised and what was cleared, newest first."""
    text = ask(
        '"band", "event", "urgency", "message", "value", "limit", "duration_s"',
        "alert",
        *HERE,
        then="ORDER BY time DESC LIMIT 100",
    )
    panel = rows(
        "Alerts",
        "Every alert of this span, newest first. They are raised by the service itself, at once; "
        "this table comes later. Value and limit are newton, seconds or percent, as the text says.",
        Target(text, as_table=True),
        empty="No alert in this span",
    )
    panel = column(panel, "event", shown="", says=HAPPENED, width=80)
    panel = column(panel, "urgency", says=URGENCY, filled=True, width=90)
    panel = column(panel, "band", width=80)
    panel = column(panel, "value", decimals=1, width=70)
    panel = column(panel, "limit", decimals=1, width=70)
    return column(panel, "duration_s", shown="lasted", unit="s", decimals=1, width=80)


def sessions(title: str, about: str, *where: str) -> table.Panel:
    """Guided sessions, each of which opens its review."""
    text = ask(
        '"date", "plan", "status", "dose_share", "sets_done", "sets_planned", "duration_s", '
        '"pain_before", "pain_after", "alerts", "person", "from_ms", "to_ms"',
        "session",
        *where,
        SITE,
        GUIDED,
        then="ORDER BY time DESC LIMIT 100",
    )
    panel = rows(
        title,
        about,
        Target(text, as_table=True),
        empty="No guided session yet. Start one on the coach page.",
    )
    url = (
        "/d/bandmate-review?from=${__data.fields.from_ms.numeric}"
        f"&to=${{__data.fields.to_ms.numeric}}&{KEPT}"
    )
    link = {"title": "Open this session", "url": url, "targetBlank": False}
    panel = panel.override_by_name("date", props(links=[link], custom__width=110))
    panel = column(panel, "status", says=STATUS, width=110)
    panel = column(panel, "dose_share", shown="dose done", unit="percentunit", decimals=0, width=90)
    panel = column(panel, "sets_done", shown="sets", width=60)
    panel = column(panel, "sets_planned", shown="of", width=60)
    panel = column(panel, "duration_s", shown="lasted", unit="s", width=90)
    panel = column(panel, "pain_before", shown="pain before", width=100)
    panel = column(panel, "pain_after", shown="pain after", width=100)
    panel = column(panel, "alerts", width=70)
    for hidden in ("from_ms", "to_ms", "Time"):
        panel = panel.override_by_name(hidden, props(custom__hidden=True))
    return panel


def marks() -> list[Builder[dashboard.AnnotationQuery]]:
    """Alerts and symptoms on every curve."""
    raised = ask('"message", "band", "urgency"', "alert", *HERE, "\"event\" = 'alert_raised'")
    told = ask('"event", "kind", "pain"', "symptom", IN_RANGE, SITE, '"kind" =~ /^(tingle|pain)$/')
    return [
        Marks("Alerts", OVER, raised, "message", "band,urgency"),
        Marks("Symptoms", HIGH, told, "kind", "event"),
    ]


def pair(panel: timeseries.Panel, before: str = "before", after: str = "after") -> timeseries.Panel:
    """Two curves that are told apart by form, too: before dashed, after whole."""
    dashed = {"fill": "dash", "dash": [4, 4]}
    panel = curve_of(panel, before, SLACK, custom__lineStyle=dashed)
    return curve_of(panel, after, BELOW)

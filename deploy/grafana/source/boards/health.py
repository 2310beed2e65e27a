"""Service health: whether what was measured also arrives, and how the sensors do."""

from grafana_foundation_sdk.builders import (
    dashboard as build,
)
from grafana_foundation_sdk.builders import (
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import common as kinds

from boards.frame import band_variable, framed
from boards.influxql import IN_RANGE, SITE, Target, ask
from boards.look import BATTERY_LEVELS, CONNECTED, HIGH, IN, OVER, ranges, thresholds, words
from boards.panels import column, curves, rows, sided, stat_of, timeless, timeline, word_of
from boards.shared import HERE

SERVICE = (IN_RANGE, SITE, "\"kind\" = 'service'")
LINK = (*HERE, "\"kind\" = 'link'")
SILENT = "silent"
NOTHING_CAME = "Nothing came. Is bandmate running, and can it reach the database?"
NEVER = 1e12
FEW = 5
"""So far an axis of counts goes at least, with a line at every whole number."""


def health() -> build.Dashboard:
    """The dashboard."""
    return framed(
        "health",
        "Service health",
        "Whether bandmate runs and what it measures arrives, and how its sensors do. When the "
        "database is away this page learns it last: `bandmate doctor` tells at once.",
        since="now-6h",
        refresh="30s",
        variables=[band_variable("health")],
        rows=[
            (
                4,
                [
                    (6, _reports()),
                    (4, _version()),
                    (5, _waiting()),
                    (4, _dropped()),
                    (5, _battery_now()),
                ],
            ),
            (8, [(12, _lag()), (12, _queue())]),
            (8, [(12, _lost_for_good()), (12, _reconnects())]),
            (5, [(24, _links())]),
            (8, [(8, _battery()), (8, _rate()), (8, _link_reconnects())]),
            (7, [(18, _quality()), (6, _lives())]),
        ],
    )


def _reports() -> stat.Panel:
    text = ask('count("influx_lag_s")', "health", *SERVICE, "time > now() - 2m")
    return (
        stat_of(
            "The service",
            "It reports every 10 s. Silent: nothing came for two minutes. Is bandmate running, and "
            "can it reach the database?",
            "none",
            Target(text, "service"),
            empty=SILENT,
        )
        .mappings(ranges((1, NEVER, "reporting", IN)))
        .thresholds(thresholds())
        .text_mode(kinds.BigValueTextMode.VALUE)
    )


def _version() -> stat.Panel:
    text = ask('last("version")', "health", SITE, "\"kind\" = 'connected'", "time > now() - 365d")
    return word_of(
        "Version",
        "Of the service that began to write last, within a year.",
        Target(text, "version"),
        empty="not told",
    ).text_mode(kinds.BigValueTextMode.VALUE)


def _waiting() -> stat.Panel:
    text = ask(
        'last("influx_queue") AS "database", last("mqtt_queue") AS "broker"', "health", *SERVICE
    )
    return stat_of(
        "Waiting",
        "Records that wait for the database and for the broker. They are kept on disk and sent "
        "later: a long queue is a delay, not a loss.",
        "short",
        Target(text, "$col"),
        empty=SILENT,
    ).thresholds(thresholds((0, IN), (1000, HIGH), (100_000, OVER)))


def _dropped() -> stat.Panel:
    text = ask('last("dropped") AS "records"', "health", *SERVICE)
    return stat_of(
        "Not delivered",
        "Records, since the service began: because the disk's share was full, or because "
        "the database would not have them (`bandmate store check`).",
        "short",
        Target(text, "$col"),
        empty=SILENT,
    ).thresholds(thresholds((0, IN), (1, OVER)))


def _battery_now() -> stat.Panel:
    text = ask('last("battery_pct")', "health", *LINK, by='"band"')
    return (
        stat_of(
            "Battery now",
            "Of each sensor that tells it: amber under 20 %, red under 10 %.",
            "percent",
            Target(text, "$tag_band"),
            empty="not told",
        )
        .decimals(0)
        .thresholds(BATTERY_LEVELS)
    )


def _lag() -> timeseries.Panel:
    text = ask(
        'max("influx_lag_s") AS "database", max("mqtt_lag_s") AS "broker"',
        "health",
        *SERVICE,
        by="time($__interval) fill(null)",
    )
    return (
        curves(
            "Lag",
            "How old the record was that was delivered last, when it was delivered.",
            "s",
            Target(text, "$col"),
            empty=NOTHING_CAME,
        )
        .interval("20s")
        .axis_soft_min(0)
    )


def _queue() -> timeseries.Panel:
    text = ask(
        'max("influx_queue") AS "database", max("mqtt_queue") AS "broker"',
        "health",
        *SERVICE,
        by="time($__interval) fill(null)",
    )
    return (
        curves(
            "Queue",
            "Records that wait; it grows while the database or the broker is away, and then falls.",
            "short",
            Target(text, "$col"),
            empty=NOTHING_CAME,
        )
        .interval("20s")
        .axis_soft_min(0)
    )


def _lost_for_good() -> timeseries.Panel:
    text = ask(
        'max("dropped") AS "records"',
        "health",
        *SERVICE,
        by="time($__interval) fill(null)",
    )
    return (
        curves(
            "Not delivered, since the service began",
            "A step is a loss; it falls to nothing when the service begins anew.",
            "short",
            Target(text, "$col"),
            empty=NOTHING_CAME,
        )
        .interval("20s")
        .line_interpolation(kinds.LineInterpolation.STEP_AFTER)
        .axis_soft_min(0)
        .axis_soft_max(FEW)
    )


def _reconnects() -> timeseries.Panel:
    text = ask(
        'max("influx_reconnects") AS "database", max("mqtt_reconnects") AS "broker"',
        "health",
        *SERVICE,
        by="time($__interval) fill(null)",
    )
    return (
        curves(
            "Reconnects to database and broker, since the service began",
            "A step is a connection that was made again.",
            "short",
            Target(text, "$col"),
            empty=NOTHING_CAME,
        )
        .interval("20s")
        .line_interpolation(kinds.LineInterpolation.STEP_AFTER)
        .axis_soft_min(0)
        .axis_soft_max(FEW)
    )


def _links() -> statetimeline.Panel:
    text = ask('last("connected")', "health", *LINK, by='time($__interval), "band" fill(null)')
    return timeline(
        "Sensors: connected or not",
        "Whether each sensor was connected. Blank: the service said nothing.",
        Target(text, "$tag_band"),
        says=[words(CONNECTED)],
        empty="No sensor was told of in this span",
    ).interval("20s")


def _battery() -> timeseries.Panel:
    text = ask('last("battery_pct")', "health", *LINK, by='time($__interval), "band" fill(null)')
    return sided(
        curves(
            "Battery",
            "Of each sensor that tells it; the shaded part is under 20 %.",
            "percent",
            Target(text, "$tag_band"),
            empty="No sensor tells its battery",
        )
        .interval("1m")
        .min(0)
        .max(100)
        .thresholds(BATTERY_LEVELS)
    )


def _rate() -> timeseries.Panel:
    text = ask('mean("rate_hz")', "health", *LINK, by='time($__interval), "band" fill(null)')
    return sided(
        curves(
            "Readings a second",
            "What each sensor sends; nothing while it sleeps.",
            "hertz",
            Target(text, "$tag_band"),
            empty="No sensor was told of in this span",
        )
        .interval("20s")
        .axis_soft_min(0)
    )


def _link_reconnects() -> timeseries.Panel:
    text = ask('max("reconnects")', "health", *LINK, by='time($__interval), "band" fill(null)')
    return sided(
        curves(
            "Reconnects of the sensors, since the service began",
            "A step is a link that broke and was made again.",
            "short",
            Target(text, "$tag_band"),
            empty="No sensor was told of in this span",
        )
        .interval("20s")
        .line_interpolation(kinds.LineInterpolation.STEP_AFTER)
        .axis_soft_min(0)
        .axis_soft_max(FEW)
    )


def _quality() -> table.Panel:
    counted = ("samples", "lost", "nan", "duplicate", "late", "saturated", "malformed", "gaps")
    columns = ", ".join(f'sum("{name}") AS "{name}"' for name in counted)
    text = ask(
        columns + ', sum("gap_s") AS "gap time"',
        "health",
        *HERE,
        "\"kind\" = 'quality'",
        by='"band"',
    )
    panel = rows(
        "What came of the sensors, and what was wrong with it",
        "Readings, and those that were lost, not a number, double, late, at the end of the range, "
        "or not to be read; told at the end of every set.",
        Target(text, as_table=True),
        empty="Told when a set ends: none did in this span",
    )
    panel = column(panel, "samples", shown="readings")
    panel = column(panel, "nan", shown="not a number")
    return timeless(column(panel, "gap time", unit="s", decimals=1))


def _lives() -> table.Panel:
    text = ask(
        '"version"',
        "health",
        SITE,
        "\"kind\" = 'connected'",
        "time > now() - 365d",
        then="ORDER BY time DESC LIMIT 50",
    )
    return rows(
        "Starts of the service",
        "Each time that it began to write, and in which version, within a year.",
        Target(text, as_table=True),
        empty="Never heard of",
    )

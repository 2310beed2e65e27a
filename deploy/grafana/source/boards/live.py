"""Live session: what the bands show now, and what was counted in the last quarter of an hour."""

from grafana_foundation_sdk.builders import common, stat, table, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import common as kinds

from boards.frame import band_variable, framed
from boards.influxql import BAND, IN_RANGE, SITE, Target, ask
from boards.look import BATTERY, CONNECTED, HIGH, NEWTON, OVER, STANDS, URGENCY, thresholds
from boards.panels import column, curves, rows, sided, stat_of, timeless, word_of
from boards.shared import (
    HERE,
    NO_SET,
    ZONE,
    ZONE_SAYS,
    alerts,
    full_reps,
    held,
    marks,
    over_limit,
    tension,
    zone_timeline,
)

NOW = (IN_RANGE, "time > now() - 15s", SITE, BAND)
"""What is older is not shown as the present."""
EVERY_BAND = ' + 0 * max("max_n")'
"""Has a band without a set answer, too: with nothing, in place of not at all."""


def live() -> build.Dashboard:
    """The dashboard."""
    board = framed(
        "live",
        "Live session",
        "What the bands show now. The service itself raises alerts, at once and without this "
        "page; what is here comes a few seconds later.",
        since="now-15m",
        refresh="5s",
        variables=[band_variable()],
        rows=[
            (
                4,
                [
                    (4, _tension_now()),
                    (3, _of_the_limit()),
                    (4, _zone_now()),
                    (3, full_reps()),
                    (3, held()),
                    (3, over_limit()),
                    (4, _set_begun()),
                ],
            ),
            (10, [(24, tension())]),
            (8, [(12, _every_reading()), (12, zone_timeline())]),
            (7, [(24, alerts())]),
            (7, [(9, _standing()), (8, _links()), (7, _missing())]),
        ],
    )
    return board.annotations(marks())


def _tension_now() -> stat.Panel:
    text = ask('last("mean_n")', "tension_1s", *NOW, by='"band"')
    return (
        stat_of(
            "Tension now",
            "The mean pull of the last second. 'No reading' when nothing came for 15 s: is the "
            "sensor on?",
            NEWTON,
            Target(text, "$tag_band"),
            empty="no reading",
        )
        .decimals(1)
        .thresholds(thresholds())
    )


def _of_the_limit() -> stat.Panel:
    text = ask('100 * last("max_n") / last("limit_n")', "tension_1s", *NOW, by='"band"')
    return (
        stat_of(
            "Of the limit",
            "The highest reading of the last second, of the limit of the running set: amber from "
            "90 %, red from 100 %, where the service says 'ease off'.",
            "percent",
            Target(text, "$tag_band"),
            empty=NO_SET,
        )
        .decimals(0)
        .thresholds(thresholds((90, HIGH), (100, OVER)))
    )


def _zone_now() -> stat.Panel:
    text = ask(ZONE + EVERY_BAND, "tension_1s", *NOW, by='time(5s), "band" fill(none)')
    return (
        stat_of(
            "Zone now",
            "Where the pull was in the last seconds. A moment over the limit counts for all of "
            "them. 'No set': none runs on this band.",
            "none",
            Target(text, "$tag_band"),
            empty=NO_SET,
        )
        .mappings(ZONE_SAYS)
        .thresholds(thresholds())
    )


def _set_begun() -> stat.Panel:
    text = ask(
        'last("title")', "set", SITE, BAND, "\"kind\" = 'started'", "time > now() - 1d", by='"band"'
    )
    return (
        word_of(
            "Set begun last",
            "The exercise that was begun last on each band, within a day.",
            Target(text, "$tag_band"),
            empty="none today",
        )
        .orientation(kinds.VizOrientation.HORIZONTAL)
        .text(common.VizTextDisplayOptions().title_size(14).value_size(16))
    )


def _every_reading() -> timeseries.Panel:
    text = ask('mean("force_n")', "tension", *HERE, by='time($__interval), "band" fill(null)')
    return sided(
        curves(
            "The last two minutes, finely",
            "Every reading, where the service sends them (`[influx] samples`). Longer spans are "
            "drawn from one summary a second: it holds the highest reading, so no peak is lost.",
            NEWTON,
            Target(text, "$tag_band"),
            empty="No single readings. They are off with `samples = false`.",
        )
        .time_from("2m")
        .interval("200ms")
        .span_nulls(1000)
        .decimals(1)
        .min(0)
    )


def _standing() -> table.Panel:
    text = ask('last("event") AS "stands", "urgency"', "alert", *HERE, by='"band", "kind"')
    panel = rows(
        "How each alert stands",
        "The last word on every alert of this span: active, or cleared.",
        Target(text, as_table=True),
        empty="No alert in this span",
    )
    panel = column(panel, "stands", says=STANDS, width=80)
    panel = column(panel, "urgency", says=URGENCY, filled=True, width=90)
    panel = column(panel, "kind", shown="alert", width=140)
    return column(panel, "band", width=80)


def _links() -> table.Panel:
    text = ask(
        'last("connected") AS "link", last("rate_hz") AS "rate", last("battery_pct") AS "battery", '
        'last("reconnects") AS "reconnects"',
        "health",
        *HERE,
        "\"kind\" = 'link'",
        by='"band"',
    )
    panel = rows(
        "Sensors",
        "Each sensor's link: readings a second, battery, and reconnects since the service began.",
        Target(text, as_table=True),
        empty="No sensor was told of in this span. Is bandmate running?",
    )
    panel = column(panel, "link", says=CONNECTED)
    panel = column(panel, "rate", unit="hertz", decimals=0)
    panel = column(panel, "battery", unit="percent", decimals=0)
    return timeless(panel).override_by_name("battery", BATTERY)


def _missing() -> table.Panel:
    text = ask(
        'sum("samples") AS "readings", sum("lost") AS "lost", sum("gaps") AS "gaps", '
        'sum("gap_s") AS "gap time"',
        "health",
        *HERE,
        "\"kind\" = 'quality'",
        by='"band"',
    )
    panel = rows(
        "What was missing",
        "Readings that came and that did not, told at the end of every set.",
        Target(text, as_table=True),
        empty="Told when a set ends",
    )
    return timeless(column(panel, "gap time", unit="s", decimals=1))

"""Session review: one session, whole; its span is the dashboard's time."""

from grafana_foundation_sdk.builders import bargauge, stat, table, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import common as kinds

from boards.frame import band_variable, framed
from boards.influxql import GUIDED, IN_RANGE, SITE, Target, ask
from boards.look import (
    BELOW,
    DISTAL,
    GRADES,
    HIGH,
    IN,
    NEWTON,
    OVER,
    SEEN,
    SLACK,
    STATUS,
    UNKNOWN,
    colour,
    props,
    thresholds,
)
from boards.panels import column, lengths, points, rows, sided, stat_of, timeless
from boards.shared import (
    HERE,
    NO_SET,
    alerts,
    full_reps,
    held,
    marks,
    over_limit,
    sessions,
    tension,
    zone_timeline,
)

ENDED = "\"kind\" = 'ended'"
CREDITED = (IN_RANGE, SITE, "\"kind\" = 'credited'")
ZONES = {
    "slack": SLACK,
    "below": BELOW,
    "in the zone": IN,
    "high": HIGH,
    "over": OVER,
    "unknown": UNKNOWN,
}


def review() -> build.Dashboard:
    """The dashboard."""
    board = framed(
        "review",
        "Session review",
        "One session from its beginning to its end. Choose it in the table on top: that sets the "
        "time of the whole page.",
        since="now-24h",
        refresh="",
        variables=[band_variable()],
        rows=[
            (7, [(24, _choose())]),
            (
                4,
                [
                    (4, _dose()),
                    (4, full_reps()),
                    (4, held()),
                    (4, _in_zone()),
                    (4, over_limit()),
                    (4, _pain()),
                ],
            ),
            (10, [(24, tension())]),
            (5, [(24, zone_timeline())]),
            (8, [(12, _peaks()), (6, _grades()), (6, _zone_time())]),
            (7, [(24, _sets())]),
            (7, [(24, _holds())]),
            (8, [(12, _sides()), (12, _told())]),
            (6, [(24, _bands())]),
            (8, [(24, alerts())]),
        ],
    )
    return board.annotations(marks())


def _choose() -> table.Panel:
    return sessions(
        "Choose a session",
        "Guided sessions of the last 90 days, whatever the time above is. A click on the date sets "
        "the time of this page to that session.",
        "time > now() - 90d",
    )


def _dose() -> stat.Panel:
    text = ask('last("dose_share")', "session", IN_RANGE, SITE, GUIDED)
    return (
        stat_of(
            "Dose done",
            "Of all that was planned for the session, each set 100 % at most. 'No session': no "
            "guided one ended in this span.",
            "percentunit",
            Target(text, "done"),
            empty="no session",
        )
        .decimals(0)
        .text_mode(kinds.BigValueTextMode.VALUE)
        .thresholds(thresholds())
    )


def _in_zone() -> stat.Panel:
    text = ask('sum("in_zone_s")', "tension_1s", *HERE, by='"band"')
    return stat_of(
        "In the zone",
        "Seconds in which the pull was inside the zone of its set.",
        "s",
        Target(text, "$tag_band"),
        empty=NO_SET,
        calc="sum",
    ).thresholds(thresholds((0, IN)))


def _pain() -> stat.Panel:
    text = ask(
        'last("pain_before") AS "before", last("pain_after") AS "after"',
        "session",
        IN_RANGE,
        SITE,
        GUIDED,
    )
    return stat_of(
        "Pain, 0 to 10",
        "As the person told it before and after the session.",
        "none",
        Target(text, "$col"),
        empty="not told",
    ).thresholds(thresholds())


def _peaks() -> timeseries.Panel:
    full = ask('"peak_n"', "rep", *HERE, "\"grade\" = 'full'", by='"band"')
    other = ask('"peak_n"', "rep", *HERE, "\"grade\" != 'full'", by='"band"')
    panel = (
        points(
            "Peak of each movement",
            "How high each movement went, of pulls: full ones, and those graded otherwise "
            "(partial, fast, slow, aborted).",
            NEWTON,
            Target(full, "$tag_band, full"),
            Target(other, "$tag_band, other"),
            empty="No movement in this span",
        )
        .draw_style(kinds.GraphDrawStyle.POINTS)
        .decimals(1)
        .axis_soft_min(0)
    )
    return sided(panel).override_by_regexp(
        "/, other$/", props(color=colour(SLACK), custom__pointSize=5)
    )


def _grades() -> bargauge.Panel:
    text = ask(
        'sum("reps") AS "full", sum("partial") AS "partial", sum("fast") AS "fast", '
        'sum("slow") AS "slow", sum("aborted") AS "aborted"',
        "set",
        *HERE,
        ENDED,
    )
    panel = lengths(
        "Movements by grade",
        "How the movements of the ended sets were graded; full ones alone count.",
        "short",
        Target(text, "$col"),
        empty="No set ended in this span",
    )
    for grade, code in GRADES.items():
        panel = panel.override_by_name(grade, props(color=colour(code)))
    return panel


def _zone_time() -> bargauge.Panel:
    columns = ", ".join(f'sum("zone_{zone.split()[0]}_s") AS "{zone}"' for zone in ZONES)
    panel = lengths(
        "Time in each zone",
        "Time of the ended sets by where the pull was. Unknown: data was missing.",
        "s",
        Target(ask(columns, "set", *HERE, ENDED), "$col"),
        empty="No set with a zone ended in this span",
    ).decimals(1)
    for zone, code in ZONES.items():
        panel = panel.override_by_name(zone, props(color=colour(code)))
    return panel


def _sets() -> table.Panel:
    text = ask(
        '"exercise", "side", "set_number", "target", "credited", "status", "measured"',
        "set",
        *CREDITED,
        then="ORDER BY time ASC LIMIT 200",
    )
    panel = rows(
        "Sets: asked for and credited",
        "What the plan asked of each set, and what was credited: repetitions, or seconds held. "
        "'Timed' means that no sensor saw it.",
        Target(text, as_table=True),
        empty="No set of a guided session in this span",
    )
    panel = column(panel, "set_number", shown="set")
    panel = column(panel, "target", shown="asked", decimals=0)
    panel = column(panel, "credited", decimals=0)
    panel = column(panel, "status", says=STATUS)
    return column(panel, "measured", shown="how", says=SEEN)


def _holds() -> table.Panel:
    text = ask(
        '"band", "exercise", "index", "duration_s", "in_zone_s", "mean_n", "steadiness_pct", '
        '"breaks", "reason"',
        "hold",
        *HERE,
        then="ORDER BY time ASC LIMIT 200",
    )
    panel = rows(
        "Holds",
        "How long each hold was, how much of it inside the zone, and why it ended.",
        Target(text, as_table=True),
        empty="No hold in this span",
    )
    panel = column(panel, "band", width=80)
    panel = column(panel, "index", shown="hold", width=55)
    panel = column(panel, "duration_s", shown="held", unit="s", decimals=1, width=80)
    panel = column(panel, "in_zone_s", shown="in zone", unit="s", decimals=1, width=80)
    panel = column(panel, "mean_n", shown="level", unit=NEWTON, decimals=1, width=80)
    panel = column(panel, "steadiness_pct", shown="wavers", unit="percent", decimals=1, width=80)
    return column(panel, "breaks", width=70)


def _sides() -> bargauge.Panel:
    share = 'sum("credited") / sum("target")'
    left, right = (
        ask(share, "set", *CREDITED, f"\"side\" = '{side}'", by='"exercise"')
        for side in ("left", "right")
    )
    panel = lengths(
        "Left and right: dose",
        "What was credited of what was asked for on each side of the body, not capped.",
        "percentunit",
        Target(left, "left, $tag_exercise"),
        Target(right, "right, $tag_exercise"),
        empty="No set with a side in this span",
    ).decimals(0)
    panel = panel.override_by_regexp("/^left/", props(color=colour(BELOW)))
    return panel.override_by_regexp("/^right/", props(color=colour(HIGH)))


def _bands() -> table.Panel:
    text = ask(
        'count("index") AS "full", mean("peak_n") AS "peak", mean("excursion") AS "rise", '
        'mean("time_under_tension_s") AS "under tension", mean("smoothness") AS "smoothness", '
        'mean("confidence") AS "confidence"',
        "rep",
        *HERE,
        "\"grade\" = 'full'",
        by='"exercise", "band"',
    )
    panel = rows(
        "Bands beside each other",
        "Means of the full movements, by exercise and band: what one side lacks of the other. "
        "Smoothness nearer to zero is smoother.",
        Target(text, as_table=True),
        empty="No full movement in this span",
    )
    for name in ("peak", "rise"):
        panel = column(panel, name, unit=NEWTON, decimals=1)
    panel = column(panel, "under tension", unit="s", decimals=1)
    panel = column(panel, "smoothness", decimals=2)
    panel = column(panel, "confidence", unit="percentunit", decimals=0)
    return timeless(panel)


def _told() -> table.Panel:
    text = ask(
        '"kind", "pain", "distal", "tingling", "stops"',
        "symptom",
        IN_RANGE,
        SITE,
        then="ORDER BY time ASC LIMIT 100",
    )
    panel = rows(
        "What the person told",
        "Answers before and after, and every tingling or pain in between, with the most distal "
        "level that was felt. Any increase is a reason to stop and ask a professional.",
        Target(text, as_table=True),
        empty="Nothing was told in this span",
    )
    panel = column(panel, "kind", shown="when or what", width=120)
    panel = column(panel, "pain", shown="pain, 0 to 10", width=110)
    return column(panel, "distal", shown="down to", says=DISTAL, width=190)

"""Progress: weeks of one person's sessions."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models import dashboard

from boards.frame import exercise_variable, framed, person_variable
from boards.influxql import EXERCISE, GUIDED, IN_RANGE, PERSON, SITE, WEEK, Target, ask
from boards.look import (
    BELOW,
    DISTAL,
    HIGH,
    IN,
    NEWTON,
    OVER,
    PURPLE,
    SLACK,
    STOP,
    UNKNOWN,
    props,
    thresholds,
    words,
)
from boards.panels import bars, curve_of, points, sided, stat_of
from boards.shared import pair, sessions

OF_PERSON = (IN_RANGE, SITE, GUIDED, PERSON)
OF_SITE = (IN_RANGE, SITE, EXERCISE)
ALERT_COLOURS = {
    "signal_lost": SLACK,
    "signal_degraded": UNKNOWN,
    "tension_limit": OVER,
    "tension_ceiling": STOP,
    "tingle_stop": HIGH,
    "pain_stop": PURPLE,
}
IN_ORDER = build.FieldColor().mode(dashboard.FieldColorModeId.PALETTE_CLASSIC)
"""A colour each, where two names may come to the same one."""
NONE = "No guided session in this span. Start one on the coach page."
ALL_PEOPLE = "Of all people of this site: a movement does not tell whose it was."


def progress() -> build.Dashboard:
    """The dashboard."""
    return framed(
        "progress",
        "Progress",
        "What the weeks came to. It compares sessions with their plan and with each other; it "
        "scores nobody.",
        since="now-12w",
        refresh="",
        variables=[person_variable(), exercise_variable()],
        rows=[
            (4, [(6, _how_many()), (6, _dose()), (6, _pain_now()), (6, _over())]),
            (9, [(12, _dose_each()), (12, _dose_by_exercise())]),
            (9, [(12, _pain()), (12, _distal())]),
            (9, [(12, _peaks()), (12, _by_band())]),
            (9, [(12, _sides()), (12, _alerts())]),
            (9, [(24, _sessions())]),
        ],
    )


def _how_many() -> stat.Panel:
    text = ask('count("duration_s")', "session", *OF_PERSON)
    return (
        stat_of(
            "Number of sessions",
            "Guided ones, in this span.",
            "short",
            Target(text, "sessions"),
            empty="no session",
        )
        .text_mode(kinds.BigValueTextMode.VALUE)
        .thresholds(thresholds())
    )


def _dose() -> stat.Panel:
    text = ask('mean("dose_share")', "session", *OF_PERSON)
    return (
        stat_of(
            "Dose done, on average",
            "Mean over the sessions, of all that was planned for each.",
            "percentunit",
            Target(text, "done"),
            empty="no session",
        )
        .decimals(0)
        .text_mode(kinds.BigValueTextMode.VALUE)
        .thresholds(thresholds())
    )


def _pain_now() -> stat.Panel:
    text = ask(
        'mean("pain_before") AS "before", mean("pain_after") AS "after"', "session", *OF_PERSON
    )
    return (
        stat_of(
            "Pain, 0 to 10, on average",
            "Mean of what was told before and after the sessions.",
            "none",
            Target(text, "$col"),
            empty="not told",
        )
        .decimals(1)
        .thresholds(thresholds())
    )


def _over() -> stat.Panel:
    text = ask('sum("over_s")', "tension_1s", *OF_SITE)
    return (
        stat_of(
            "Over the limit",
            "Seconds over the limit in all sets of this span. " + ALL_PEOPLE,
            "s",
            Target(text, "over"),
            empty="no set",
            calc="sum",
        )
        .decimals(1)
        .text_mode(kinds.BigValueTextMode.VALUE)
        .thresholds(thresholds((0, IN), (0.001, OVER)))
    )


def _dose_each() -> timeseries.Panel:
    text = ask(
        '"dose_share" AS "dose done", "measured_share" AS "of it measured"', "session", *OF_PERSON
    )
    panel = (
        points(
            "Dose against the plan, by session",
            "What was done of all that was planned, each set 100 % at most; and how much of it a "
            "sensor saw, the rest was timed.",
            "percentunit",
            Target(text, "$col"),
            empty=NONE,
        )
        .min(0)
        .max(1)
        .decimals(0)
    )
    panel = curve_of(panel, "dose done", IN)
    dotted = {"fill": "dot", "dash": [2, 6]}
    return curve_of(panel, "of it measured", BELOW, custom__lineStyle=dotted, custom__pointSize=4)


def _dose_by_exercise() -> timeseries.Panel:
    text = ask(
        'sum("credited") / sum("target")',
        "set",
        *OF_SITE,
        "\"kind\" = 'credited'",
        by=f'{WEEK}, "exercise" fill(none)',
    )
    return (
        points(
            "Dose against the plan, by week and exercise",
            "What was credited of what was asked for, not capped, weeks from Monday. " + ALL_PEOPLE,
            "percentunit",
            Target(text, "$tag_exercise"),
            empty=NONE,
        )
        .decimals(0)
        .axis_soft_min(0)
        .axis_soft_max(1)
        .interval("1d")
    )


def _pain() -> timeseries.Panel:
    text = ask('"pain_before" AS "before", "pain_after" AS "after"', "session", *OF_PERSON)
    return pair(
        points(
            "Pain before and after",
            "As told, 0 to 10, before (dashed) and after every session.",
            "none",
            Target(text, "$col"),
            empty="Not told in this span",
        )
        .min(0)
        .max(10)
        .decimals(0)
    )


def _distal() -> timeseries.Panel:
    text = ask('"distal_before" AS "before", "distal_after" AS "after"', "session", *OF_PERSON)
    return pair(
        points(
            "Most distal level before and after",
            "How far down the leg something was felt: 0 nowhere, 1 back, 2 buttock or upper "
            "thigh, 3 knee, 4 calf, 5 foot.",
            "none",
            Target(text, "$col"),
            empty="Not told in this span",
        )
        .min(0)
        .max(5)
        .decimals(0)
        .axis_width(150)
        .mappings([words(DISTAL)])
    )


def _peaks() -> timeseries.Panel:
    text = ask(
        'max("peak_n")',
        "set",
        *OF_SITE,
        "\"kind\" = 'ended'",
        by='time(1d), "exercise" fill(none)',
    )
    return (
        points(
            "Highest pull by day and exercise",
            "The highest pull in each day's sets, be it a movement or a hold. " + ALL_PEOPLE,
            NEWTON,
            Target(text, "$tag_exercise"),
            empty="No set ended in this span",
        )
        .decimals(1)
        .axis_soft_min(0)
        .interval("1d")
    )


def _by_band() -> timeseries.Panel:
    text = ask(
        'mean("peak_n")', "rep", *OF_SITE, "\"grade\" = 'full'", by=f'{WEEK}, "band" fill(none)'
    )
    return sided(
        points(
            "Left and right: mean peak of repetitions by week",
            "Of the full repetitions of each band, so of exercises with repetitions only. Bands "
            "named left and right are the sides of the body. " + ALL_PEOPLE,
            NEWTON,
            Target(text, "$tag_band"),
            empty="No full movement in this span",
        )
        .decimals(1)
        .axis_soft_min(0)
        .interval("1d")
    )


def _sides() -> timeseries.Panel:
    left, right = (
        ask(
            'sum("credited") / sum("target")',
            "set",
            *OF_SITE,
            "\"kind\" = 'credited'",
            f"\"side\" = '{side}'",
            by=f'{WEEK}, "exercise" fill(none)',
        )
        for side in ("left", "right")
    )
    panel = (
        points(
            "Left and right: dose by week",
            "What was credited of what was asked for on each side (right: dashed), exercise by "
            "exercise, not capped. " + ALL_PEOPLE,
            "percentunit",
            Target(left, "left, $tag_exercise"),
            Target(right, "right, $tag_exercise"),
            empty="No set with a side in this span",
        )
        .decimals(0)
        .axis_soft_min(0)
        .axis_soft_max(1)
        .interval("1d")
        .color_scheme(IN_ORDER)
    )
    dashed = {"fill": "dash", "dash": [8, 4]}
    return panel.override_by_regexp("/^right/", props(custom__lineStyle=dashed))


def _alerts() -> timeseries.Panel:
    text = ask(
        'count("urgency")',
        "alert",
        *OF_SITE,
        "\"event\" = 'alert_raised'",
        by=f'{WEEK}, "kind" fill(none)',
    )
    panel = bars(
        "Alerts by week",
        "How often each alert was raised during an exercise. " + ALL_PEOPLE,
        "short",
        Target(text, "$tag_kind"),
        empty="No alert in this span",
    ).interval("1d")
    for code, of_it in ALERT_COLOURS.items():
        panel = curve_of(panel, code, of_it)
    return panel.color_scheme(IN_ORDER)


def _sessions() -> table.Panel:
    return sessions(
        "Sessions", "A click on the date opens the review of that session.", IN_RANGE, PERSON
    )

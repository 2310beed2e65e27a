"""What Grafana expands, and the InfluxQL that every server knows."""

import pytest

from dashboards.influxql import duration, expand, faults, interval_ms, length_ms, pinned

CHOSEN = {"site": "home", "band": ["left", "right"], "one": ["left"], "odd": "a.b/c(d)", "n": "5"}


def expanded(text: str) -> str:
    return expand(text, CHOSEN, from_ms=1000, to_ms=61_000, interval_ms=5000)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("/^${band:regex}$/", "/^(left|right)$/"),
        ("/^${one:regex}$/", "/^left$/"),
        ("/^${odd:regex}$/", r"/^a\.b\/c\(d\)$/"),
        ("/^$band$/", "/^(left|right)$/"),
        ("/^[[band]]$/", "/^(left|right)$/"),
        ("/^[[band:regex]]$/", "/^(left|right)$/"),
        ("'${site}'", "'home'"),
        ("'$site'", "'home'"),
        ("'${odd}'", "'a.b/c(d)'"),
        ("${band:raw}", "left,right"),
        ("LIMIT $n", "LIMIT 5"),
        ("$unknown ${unknown:regex}", "$unknown ${unknown:regex}"),
        ("WHERE $timeFilter", "WHERE time >= 1000ms and time <= 61000ms"),
        ("time($__interval) time($interval)", "time(5s) time(5s)"),
        ("$__interval_ms", "5000"),
        ("$sites", "$sites"),
    ],
)
def test_what_is_sent(text: str, sent: str):
    assert expanded(text) == sent


def test_an_unknown_format_is_told():
    with pytest.raises(ValueError, match="glob"):
        expanded("${band:glob}")


@pytest.mark.parametrize(
    ("range_ms", "points", "least_ms", "told"),
    [
        (15 * 60_000, 1000, 1, "1s"),
        (15 * 60_000, 1000, 5000, "5s"),
        (120_000, 1000, 1, "100ms"),
        (3_600_000, 1000, 1, "5s"),
        (86_400_000, 1000, 1, "1m"),
        (84 * 86_400_000, 1000, 1, "2h"),
        (3000 * 86_400_000, 10, 1, "30d"),
        (14, 1, 1, "10ms"),
    ],
)
def test_how_far_points_lie_apart(range_ms: int, points: int, least_ms: int, told: str):
    assert duration(interval_ms(0, range_ms, points, least_ms)) == told


@pytest.mark.parametrize(
    ("text", "ms"),
    [("5s", 5000), (">10s", 10_000), ("now-2m", 120_000), ("100ms", 100), ("1w", 604_800_000)],
)
def test_lengths(text: str, ms: int):
    assert length_ms(text) == ms


def test_no_length_is_told():
    with pytest.raises(ValueError, match="soon"):
        length_ms("soon")


def test_now_is_another_moment():
    assert pinned("time > now() - 15s", 7) == "time > 7ms - 15s"


@pytest.mark.parametrize(
    "text",
    [
        """SELECT mean("x") AS "a b" FROM "m" WHERE $timeFilter AND "t" =~ /^${t:regex}$/ """
        """GROUP BY time($__interval), "band" fill(null)""",
        """SELECT DISTINCT("p") FROM "m" WHERE time > now() - 365d AND "kind" = 'it is (not)'""",
        """SHOW TAG VALUES FROM "m" WITH KEY = "site" WHERE time > now() - 1d""",
        """SELECT 100 * last("a") / last("b") FROM "m" WHERE $timeFilter ORDER BY time DESC LIMIT 5""",
    ],
)
def test_what_every_server_knows(text: str):
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("""SELECT "x" FROM "m" WHERE "a" = 'b'""", "time range"),
        ("""SELECT mean(x) FROM "m" WHERE $timeFilter""", "x is no word"),
        ("""SELECT "x" FROM m WHERE $timeFilter""", "m is no word"),
        ("""SELECT median("x") FROM "m" WHERE $timeFilter""", "median()"),
        ("""SELECT "x" FROM "m" WHERE $timeFilter tz('Europe/Berlin')""", "tz()"),
        ("""SELECT "x" FROM "m" WHERE $timeFilter SLIMIT 1""", "SLIMIT"),
        ("""SELECT "x" FROM "m" WHERE $timeFilter AND band =~ /^a b$/""", "band is no word"),
    ],
)
def test_what_is_told(text: str, fault: str):
    (told,) = faults(text)
    assert fault in told

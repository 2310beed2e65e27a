"""A person's weeks as the page draws them."""

from datetime import timedelta
from typing import cast

from app.test_people import DAY, entry
from bandmate.app.library import Library
from bandmate.app.reports.trends import trends

WEEK = timedelta(days=7)


def test_a_week_without_sessions_is_a_week() -> None:
    entries = [entry("a"), entry("b", day=DAY + 3 * WEEK)]
    found = trends(Library(), "p1", entries, DAY + 3 * WEEK)
    weeks = cast("list[dict[str, object]]", found["weeks"])
    monday = DAY - timedelta(days=DAY.weekday())
    assert [week["monday"] for week in weeks] == [monday + n * WEEK for n in range(4)]
    assert [week["sessions"] for week in weeks] == [1, 0, 0, 1]
    assert weeks[1]["days"] == {"done": 0, "planned": 7}
    assert {name for name, value in weeks[1].items() if value is None} == {
        "dose_share",
        "in_zone_share",
        "pain_before",
        "pain_after",
        "distal_before",
        "distal_after",
    }
    assert set(weeks[1]) == set(weeks[0])


def test_sessions_in_which_nothing_was_done_make_no_week() -> None:
    assert trends(Library(), "p1", [entry("a", done=())], DAY)["weeks"] == []

"""Lines for InfluxDB keep their types, whatever the values."""

import math
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.domain.events import EVENT_TYPES
from bandmate.domain.records import EventRecord, SampleRecord
from bandmate.domain.zones import Zone, ZoneLimits
from bandmate.engine.set_metrics import Metrics
from bandmate.signal.zone_account import ZoneAccount
from bandmate.sinks.influx_points import encode
from bandmate.sinks.line_protocol import SCHEMA, TAGS, line, lines
from bandmate.sinks.second_summary import summarise
from sinks.records import T0_NS, event, samples

FLOATS = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(2**40), 2**40)
VALUES: Mapping[type, st.SearchStrategy[object]] = {
    float: FLOATS,
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    str: st.text(),
}
FORMS = {
    float: r"-?\d+(\.\d+)?([eE][-+]?\d+)?",
    int: r"-?\d+i",
    bool: r"true|false",
    str: r'"(?:[^"\\]|\\["\\])*"',
}
POINTS = st.sampled_from(sorted(SCHEMA)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.fixed_dictionaries(
            {}, optional={key: st.none() | VALUES[kind] for key, kind in SCHEMA[name].items()}
        ),
    )
)


@given(POINTS, st.dictionaries(st.sampled_from(TAGS), st.text()), st.integers(0, 2**62))
def test_every_line_is_one_line_of_the_schemas_types(
    point: tuple[str, dict[str, object]], tags: dict[str, str], ts_ns: int
):
    name, values = point
    text = line(name, tags, values, ts_ns)
    written = {
        key: value
        for key, value in values.items()
        if value is not None and not (isinstance(value, float) and not math.isfinite(value))
    }
    if text is None:
        assert not written
        return
    field = "|".join(f"{key}=(?:{FORMS[kind]})" for key, kind in SCHEMA[name].items())
    tag = rf"(?:,(?:{'|'.join(TAGS)})=[A-Za-z0-9_.:-]+)"
    assert re.fullmatch(rf"{name}{tag}* (?:{field})(?:,(?:{field}))* {ts_ns}", text), text
    assert "\n" not in text


def test_a_whole_float_is_written_as_a_float():
    assert line("tension", {}, {"force_n": 3}, 1) == "tension force_n=3.0 1"


def test_numbers_keep_every_bit():
    text = line("tension", {}, {"force_n": 0.1 + 0.2}, 1)
    assert text == "tension force_n=0.30000000000000004 1"


def test_a_tag_cannot_break_out():
    text = line("tension", {"band": "a b,c=d\\\n"}, {"force_n": 1.0}, 1)
    assert text == "tension,band=a_b_c_d__ force_n=1.0 1"


def test_a_text_cannot_break_out():
    text = line("rep", {}, {"grade": 'a"b\\c\nd'}, 1)
    assert text == 'rep grade="a\\"b\\\\c d" 1'


@pytest.mark.parametrize("name", sorted(SCHEMA))
def test_no_tag_is_also_a_field(name: str):
    assert not set(SCHEMA[name]) & set(TAGS)


@pytest.mark.parametrize(
    ("measurement", "names"),
    [
        ("rep", {"rep", "rep_final"}),
        ("hold", {"hold_ended"}),
        ("alert", {"alert_raised", "alert_cleared"}),
        ("session", {"summary"}),
        ("health", {"quality"}),
    ],
)
def test_every_field_of_an_event_has_its_place(measurement: str, names: set[str]):
    head = {"id", "band", "exercise", "t_s", "emitted_s", "code"}
    nested = {"zone_s", "dose", "quality", "metrics", "second_pass"}
    has = {f.name for kind in EVENT_TYPES if kind.name in names for f in fields(kind)}
    assert has - head - nested - {"set"} <= set(SCHEMA[measurement])


@pytest.mark.parametrize(("name", "measurement"), [("summary", "session"), ("set_ended", "set")])
def test_metrics_and_second_pass_are_fields_of_their_own_type(name: str, measurement: str):
    metrics = {item.name: 3 for item in fields(Metrics)} | {"smoothness": None}
    second = {"reps": 9, "differs": True, "differences": [{"index": 1}]}
    results = {"metrics": metrics, "second_pass": second}
    body = results if name == "summary" else {"results": results}
    (text,) = encode(event(1, name, **body), "home")
    written = dict(part.split("=") for part in text.split(" ")[1].split(","))
    told = {key: value for key, value in written.items() if key in metrics}
    assert set(told) == set(metrics) - {"smoothness"}
    assert set(told.values()) == {"3.0"}
    assert (written["second_pass_reps"], written["second_pass_differs"]) == ("9i", "true")
    assert set(metrics) <= set(SCHEMA[measurement])


def test_a_rep_and_its_final_measures_share_their_time():
    rep = event(1, index=1, grade="full")
    final = event(3, "rep_final", index=1, count_s=1.0, end_s=3.0)
    texts = [*encode(rep, "home"), *encode(final, "home")]
    assert [text.rpartition(" ")[2] for text in texts] == [str(T0_NS + 10**9)] * 2
    assert [text.partition(" ")[0] for text in texts] == [
        "rep,band=left,exercise=free_reps,site=home"
    ] * 2


@given(start_ns=st.integers(0, 2**61), count_s=st.floats(0, 1e6), later_s=st.floats(0, 1e6))
def test_their_time_is_one_to_the_nanosecond(start_ns: int, count_s: float, later_s: float):
    # As the session clock makes UTC of them.
    body = event(1).body | {"t_s": later_s, "count_s": count_s, "event": "rep_final", "end_s": 1.0}
    final = EventRecord("s1", start_ns + round(later_s * 1e9), body)
    (text,) = encode(final, "home")
    assert int(text.rpartition(" ")[2]) == start_ns + round(count_s * 1e9)


@given(values=st.lists(st.floats(), min_size=1, max_size=50))
def test_many_lines_are_those_of_each(values: list[float]):
    times_ns = range(T0_NS, T0_NS + len(values))
    tags = {"site": "ho me", "band": "left", "exercise": ""}
    each = [line("tension", tags, {"force_n": v}, t) for v, t in zip(values, times_ns, strict=True)]
    assert lines("tension", tags, "force_n", values, times_ns) == [text for text in each if text]


def test_readings_can_be_left_out_and_their_summary_stays():
    assert len(encode(samples(1), "home")) == 101
    (text,) = encode(samples(1), "home", with_samples=False)
    assert text.startswith("tension_1s,")


ZONE = ZoneLimits(slack_n=5.0, low_n=22.0, high_n=24.0, limit_n=28.0, ceiling_n=40.0)


def test_a_second_is_summed_up_with_its_zone():
    *_, text = encode(replace(samples(2), limits=ZONE), "home")
    head, values, ts_ns = text.split(" ")
    found = dict(part.split("=") for part in values.split(","))
    assert head == "tension_1s,band=left,exercise=free_reps,site=home"
    assert int(ts_ns) == T0_NS + 2 * 10**9
    assert float(found["mean_n"]) == pytest.approx(24.95)
    assert (float(found["min_n"]), float(found["max_n"])) == pytest.approx((20.0, 29.9))
    assert float(found["p95_n"]) == pytest.approx(29.405)
    assert float(found["in_zone_s"]) == pytest.approx(0.2, abs=0.011)
    assert float(found["over_s"]) == pytest.approx(0.19, abs=0.011)
    assert float(found["unknown_s"]) == 0.0


def test_a_gap_inside_a_second_is_unknown_never_in():
    *_, text = encode(replace(samples(2, count=2), limits=ZONE), "home")
    assert "in_zone_s=0.0" in text
    assert "unknown_s=1.0" in text


@given(st.lists(st.tuples(st.integers(1, 5 * 10**8), st.floats(-10, 60)), min_size=1, max_size=60))
def test_zone_times_are_those_of_the_account(readings: list[tuple[int, float]]):
    times_ns = list(accumulate((step_ns for step_ns, _ in readings), initial=T0_NS))[:-1]
    values = [force_n for _, force_n in readings]
    record = SampleRecord("s1", "left", "", times_ns, values, limits=ZONE)
    account = ZoneAccount(ZONE)
    steps_s = [(after - before) / 1e9 for before, after in pairwise(times_ns)]
    for step_s, force_n in zip([*steps_s, *steps_s[-1:]], values, strict=False):
        account.step(step_s, force_n, trusted=True)
    summary = summarise(record)
    assert summary["in_zone_s"] == pytest.approx(account.seconds[Zone.IN])
    assert summary["over_s"] == pytest.approx(account.seconds[Zone.OVER])
    assert summary["unknown_s"] == pytest.approx(account.seconds[Zone.UNKNOWN])
    assert summary["p95_n"] == pytest.approx(float(np.percentile(values, 95)))


def test_without_a_zone_there_are_no_zone_times():
    *_, text = encode(samples(2), "home")
    assert "zone" not in text


def test_what_a_set_came_to_is_brought_to_the_top():
    results = {
        "reps": 3,
        "zone_s": {"in": 4.5, "over": 0.0},
        "in_zone_pct": None,
        "alerts": {"tension_high": 2},
        "dose": {"kind": "reps", "target": 10, "credited": 3},
    }
    (text,) = encode(
        event(1, "set_ended", status="complete", interrupted=False, results=results), "home"
    )
    assert text.startswith("set,band=left,exercise=free_reps,kind=ended,site=home ")
    for part in ("reps=3i", "zone_in_s=4.5", "alerts=2i", "dose_target=10.0", "interrupted=false"):
        assert part in text


def test_a_second_tells_the_zone_that_it_was_held_against():
    *_, text = encode(replace(samples(2), limits=ZONE), "home")
    assert "low_n=22.0,high_n=24.0,limit_n=28.0,ceiling_n=40.0" in text
    *_, without = encode(samples(2), "home")
    assert "low_n" not in without


def test_a_guided_session_tells_the_span_of_a_view_that_shows_it_whole():
    (text,) = encode(event(600, "session_summary", duration_s=540.25, pain=(3, None)), "home")
    end_ms = T0_NS // 10**6 + 600_000
    assert f"from_ms={end_ms - 540_250 - 30_000}i,to_ms={end_ms + 30_000}i" in text

"""The alerts' topics hold what stands, and never what once stood."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bandmate.domain.records import EventRecord
from bandmate.sinks.mqtt_alerts import EXPIRY_S, AlertTopics
from sinks.records import T0_NS, event

CODE = "tension_high"
TOPIC = f"bandmate/home/band/left/alert/{CODE}"
SECOND_NS = 10**9


def raised(n: int = 0) -> EventRecord:
    return event(n, "alert_raised", code=CODE)


def cleared(n: int = 0) -> EventRecord:
    return event(n, "alert_cleared", code=CODE)


def test_a_new_alert_is_retained_and_expires():
    (alert,) = AlertTopics("home").of(raised(), (), T0_NS)
    assert (alert.topic, alert.qos, alert.retain, alert.expiry_s) == (TOPIC, 1, True, EXPIRY_S)
    assert json.loads(alert.payload)["state"] == "active"


def test_a_cleared_alert_is_said_and_then_removed():
    said, removed = AlertTopics("home").of(cleared(), (), T0_NS)
    assert (said.topic, json.loads(said.payload)["state"]) == (TOPIC, "cleared")
    assert (removed.topic, removed.payload, removed.retain) == (TOPIC, b"", True)


def test_what_is_told_late_is_put_there_only_where_it_still_stands():
    topics, late_ns = AlertTopics("home"), T0_NS + 11 * SECOND_NS
    assert not topics.of(raised(), (), late_ns)
    assert topics.of(raised(), (CODE,), late_ns)
    (removed,) = topics.of(cleared(), (), late_ns)
    assert removed.payload == b""


def test_what_stands_is_sent_again_with_its_id():
    topics = AlertTopics("home")
    (alert,) = topics.of(raised(), (CODE,), T0_NS)
    assert topics.again("left", (CODE,)) == [alert]
    assert not topics.again("right", (CODE,))
    assert not topics.again("left", ())
    topics.of(cleared(1), (), T0_NS + SECOND_NS)
    assert not topics.again("left", (CODE,))


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=30),
    st.booleans(),
)
def test_behind_an_outage_the_topic_is_as_the_alert_is(
    steps: list[tuple[bool, int]], delivered_late: bool
):
    """Whatever was raised and cleared meanwhile: at the end it is there if it stands."""
    topics, n, stands = AlertTopics("home"), 0, False
    records: list[EventRecord] = []
    for is_raised, gap_s in steps:
        n += gap_s
        if is_raised != stands:
            stands = is_raised
            records.append(raised(n) if is_raised else cleared(n))
    now_ns = T0_NS + (n + (3600 if delivered_late else 0)) * SECOND_NS
    retained = b""
    for record in records:
        for message in topics.of(record, (CODE,) if stands else (), now_ns):
            retained = message.payload
    assert bool(retained) == stands

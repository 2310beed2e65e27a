"""The alerts' topics hold what stands, and never what once stood."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.domain.records import EventRecord
from bandmate.sinks.mqtt_alerts import EXPIRY_S, LiveAlerts
from sinks.records import event, samples

CODES = ("tension_high", "battery_low")


def raised(code: str = CODES[0], n: int = 0) -> EventRecord:
    return event(n, "alert_raised", code=code)


def cleared(code: str = CODES[0], n: int = 0) -> EventRecord:
    return event(n, "alert_cleared", code=code)


async def test_a_new_alert_is_retained_and_expires():
    alerts = LiveAlerts("home")
    alerts.put(raised())
    (alert,) = await alerts.changes()
    assert (alert.topic, alert.qos) == ("bandmate/home/band/left/alert/tension_high", 1)
    assert (alert.retain, alert.expiry_s) == (True, EXPIRY_S)
    assert json.loads(alert.payload)["state"] == "active"


async def test_a_cleared_alert_is_said_and_then_removed():
    alerts = LiveAlerts("home")
    alerts.put(cleared())
    said, removed = await alerts.changes()
    assert json.loads(said.payload)["state"] == "cleared"
    assert (removed.topic, removed.payload, removed.retain) == (said.topic, b"", True)


async def test_what_is_no_alert_changes_nothing():
    alerts = LiveAlerts("home")
    alerts.put(event(1))
    alerts.put(samples(2))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(alerts.changes(), 0.01)
    assert not alerts.standing()


@given(st.lists(st.tuples(st.sampled_from(CODES), st.booleans()), max_size=60), st.data())
def test_whenever_a_connection_begins_the_topics_are_as_the_alerts_are(
    steps: list[tuple[str, bool]], data: st.DataObject
):
    cut = data.draw(st.integers(0, len(steps)))
    alerts = LiveAlerts("home")
    for code, is_raised in steps[:cut]:
        alerts.put(raised(code) if is_raised else cleared(code))
    retained = {message.topic: message.payload for message in alerts.begin()}
    for code, is_raised in steps[cut:]:
        alerts.put(raised(code) if is_raised else cleared(code))
    if steps[cut:]:
        changes = asyncio.run(alerts.changes())
        retained |= {message.topic: message.payload for message in changes}

    stands = dict(steps)
    shown = {topic.rpartition("/")[2] for topic, payload in retained.items() if payload}
    assert shown == {code for code, is_raised in stands.items() if is_raised}
    assert len(alerts.standing()) == len(shown)

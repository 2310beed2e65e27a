"""Topics, payloads and retention are those of the contract."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.domain.records import LinkState
from bandmate.domain.zones import Zone
from bandmate.sinks import mqtt_messages as messages
from bandmate.sinks.discovery import discovery
from sinks.records import event, samples
from sinks.service import STATE


def test_an_event_carries_version_id_and_time():
    (message,) = messages.record_messages("home", event(1, index=1), with_samples=False)
    body = json.loads(message.payload)
    assert (message.topic, message.qos, message.retain) == (
        "bandmate/home/band/left/event",
        1,
        False,
    )
    assert (body["v"], body["id"], body["ts"]) == (1, "e1", "2026-09-21T14:13:21.000000Z")
    assert (body["event"], body["index"], body["session"]) == ("rep", 1, "s1")


def test_an_alert_is_an_event_like_any_other():
    raised = event(1, "alert_raised", code="tension_high")
    (message,) = messages.record_messages("home", raised, with_samples=False)
    assert not message.retain
    assert message.expiry_s is None  # however late, it is told what happened


def test_samples_are_sent_only_where_wanted():
    assert not messages.record_messages("home", samples(1), with_samples=False)
    (message,) = messages.record_messages("home", samples(1), with_samples=True)
    assert (message.topic, message.qos) == ("bandmate/home/band/left/samples", 0)


def test_live_state_is_retained_and_expires():
    message = messages.state("home", STATE)
    assert (message.qos, message.retain, message.expiry_s) == (0, True, messages.LIVE_EXPIRY_S)
    assert json.loads(message.payload).keys() >= {
        *("tension_n", "zone", "reps", "hold_s", "exercise", "set", "phase", "battery_pct")
    }


@given(st.integers(0, 2**62))
def test_times_keep_their_microseconds(ts_ns: int):
    text = messages.utc_text(ts_ns)
    assert text.endswith(f".{ts_ns // 1000 % 1_000_000:06d}Z")
    assert len(text) == len("2026-09-21T14:13:21.000000Z")


def test_home_assistant_is_given_what_its_schema_requires():
    message = discovery("home", "left", "1.2.3")
    payload = json.loads(message.payload)
    assert message.topic == "homeassistant/device/bandmate_home_left/config"
    assert (message.qos, message.retain) == (1, True)
    assert payload["dev"]["ids"] == ["bandmate_home_left"]
    assert payload["o"]["name"] == "bandmate"
    components = payload["cmps"]
    for key, component in components.items():
        assert {"p", "uniq_id", "stat_t", "name"} <= component.keys(), key
    assert len({c["uniq_id"] for c in components.values()}) == len(components)
    assert components["zone"]["ops"] == list(Zone)
    assert "dev_cla" not in components["tension"]


def test_a_lost_band_is_shown_as_off_not_as_unavailable():
    payload = json.loads(discovery("home", "left", "1").payload)
    band_topic = "bandmate/home/band/left/availability"
    assert band_topic in {entry["t"] for entry in payload["avty"]}
    assert payload["cmps"]["connection"]["avty"] == [{"t": "bandmate/home/status"}]


def test_every_value_home_assistant_reads_is_in_the_state():
    state = json.loads(messages.state("home", STATE).payload)
    for component in json.loads(discovery("home", "left", "1").payload)["cmps"].values():
        if "val_tpl" in component:
            name = component["val_tpl"].split("value_json.")[1].split(" ")[0]
            assert name in state


@pytest.mark.parametrize(
    ("links", "adapter"),
    [
        (("streaming", "searching"), {"state": "on", "text": ""}),
        (("asleep", "off"), {"state": "off", "text": "it is off"}),
        (("denied",), {"state": "denied", "text": "it is denied"}),
    ],
)
def test_health_tells_of_the_adapter_what_its_links_say(
    links: tuple[LinkState, ...], adapter: dict[str, str]
):
    states = [
        replace(STATE, band=f"b{number}", link=link, link_text=f"it is {link}")
        for number, link in enumerate(links)
    ]
    told = json.loads(messages.health("home", STATE.ts_ns, "1", states, []).payload)
    assert told["adapter"] == adapter
    assert len(told["links"]) == len(links)

"""What MQTT and the page may ask for: a command of the service, or refused in words."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.engine import commands
from bandmate.errors import UsageError
from bandmate.sinks.json_commands import find_ref, parse_command


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ('{"do": "ack"}', "ack"),
        ('{"do": "ack", "band": "left"}', "ack"),
        ('{"do": "next"}', "next"),
        ('{"do": "tare"}', "tare"),
        ('{"do": "stop"}', "stop"),
        ('{"do": "stop", "reason": "tingle"}', "stop:tingle"),
        ('{"do": "stop", "reason": "pain"}', "stop:pain"),
        ('{"do": "stop", "reason": "pain", "level": 0}', "stop:pain:0"),
        ('{"do": "stop", "reason": "pain", "level": 10}', "stop:pain:10"),
        ('{"do": "start", "exercise": "row_1"}', "start:row_1"),
    ],
)
def test_every_wish_is_a_command_of_the_service(payload: str, text: str):
    assert parse_command(payload).text == text
    assert parse_command(payload.encode()).text == text
    commands.parse_command(text)


@pytest.mark.parametrize("wish", ["sleep", "wake"])
def test_a_sensor_is_put_away_and_woken_by_its_band(wish: str):
    command = parse_command(f'{{"do": "{wish}", "band": "left"}}')
    assert (command.text, command.band) == (wish, "left")


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "stop",
        "[]",
        "{}",
        '{"do": "reboot"}',
        '{"do": "start"}',
        '{"do": "start", "exercise": "../x"}',
        '{"do": "start", "exercise": "a:b"}',
        '{"do": "ack", "exercise": "row"}',
        '{"do": "ack", "reason": "pain"}',
        '{"do": "ack", "band": 7}',
        '{"do": "ack", "bands": "left"}',
        '{"do": "stop", "level": 3}',
        '{"do": "stop", "reason": "bored"}',
        '{"do": "stop", "reason": "pain", "level": 11}',
        '{"do": "stop", "extra": 1}',
        '{"do": "sleep", "exercise": "row"}',
        '{"do": "wake", "reason": "pain"}',
    ],
)
def test_what_is_no_command_is_refused_whole(payload: str):
    with pytest.raises(UsageError, match="not a command"):
        parse_command(payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
keys = st.sampled_from(["do", "band", "reason", "level", "exercise"])


@given(st.dictionaries(keys, json_values))
def test_whatever_is_sent_is_a_command_or_refused(message: dict[str, object]):
    with suppress(UsageError):
        assert parse_command(json.dumps(message)).do == message["do"]


@given(st.binary(max_size=60))
def test_no_payload_breaks_the_answer(payload: bytes):
    find_ref(payload)
    with suppress(UsageError):
        parse_command(payload)


def test_the_ref_of_a_refused_command_comes_back():
    assert find_ref(b'{"do": "reboot", "ref": "r1"}') == "r1"

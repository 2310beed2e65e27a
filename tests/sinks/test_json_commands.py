"""What MQTT and the page may ask for: a command of the service, or refused in words."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.engine import commands
from bandmate.engine.session import asked
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


@pytest.mark.parametrize(
    ("lead", "text"),
    [
        ('{"ask": "begin", "plan": "calm", "person": "p1", "side": "right"}', "begin"),
        ('{"ask": "answer", "pain": 2, "distal": 1, "yes": ["latex"]}', "answer:2"),
        ('{"ask": "go"}', "go"),
        ('{"ask": "stop", "reason": "tingle", "pain": 3}', "stop:tingle"),
        ('{"ask": "stop", "reason": "pain"}', "stop:pain"),
        ('{"ask": "stop", "reason": "pain", "pain": 7}', "stop:pain:7"),
        ('{"ask": "pain", "pain": 0}', "pain:0"),
    ],
)
def test_what_is_asked_of_a_session(lead: str, text: str):
    command = parse_command(f'{{"do": "session", "lead": {lead}}}')
    assert command.lead is not None
    assert command.lead.text == text
    if command.lead.ask not in {"begin", "answer"}:
        asked.parse(text)


@pytest.mark.parametrize(
    "payload",
    [
        '{"do": "session"}',
        '{"do": "ack", "lead": {"ask": "go"}}',
        '{"do": "session", "lead": {"ask": "begin"}}',
        '{"do": "session", "lead": {"ask": "go", "plan": "calm"}}',
        '{"do": "session", "lead": {"ask": "begin", "plan": "../x"}}',
        '{"do": "session", "lead": {"ask": "stop"}}',
        '{"do": "session", "lead": {"ask": "go", "reason": "pain"}}',
        '{"do": "session", "lead": {"ask": "pain"}}',
        '{"do": "session", "lead": {"ask": "pain", "pain": 11}}',
        '{"do": "session", "lead": {"ask": "begin", "plan": "calm", "person": "Jo Doe"}}',
    ],
)
def test_what_cannot_be_asked_of_a_session_is_refused_whole(payload: str):
    with pytest.raises(UsageError, match="not a command"):
        parse_command(payload)


@pytest.mark.parametrize(
    "setup",
    [
        '{"ask": "pair"}',
        '{"ask": "count", "band": "left"}',
        '{"ask": "answer", "number": 3, "text": "2,04"}',
        '{"ask": "answer", "number": 3}',
        '{"ask": "cancel"}',
        '{"ask": "test", "part": "sound", "tone": "stop"}',
        '{"ask": "test", "part": "broker"}',
    ],
)
def test_what_is_asked_for_when_setting_up(setup: str):
    command = parse_command(f'{{"do": "setup", "setup": {setup}}}')
    assert command.setup is not None
    assert command.setup.ask == json.loads(setup)["ask"]


@pytest.mark.parametrize(
    "payload",
    [
        '{"do": "setup"}',
        '{"do": "ack", "setup": {"ask": "pair"}}',
        '{"do": "setup", "setup": {"ask": "count"}}',
        '{"do": "setup", "setup": {"ask": "pair", "band": "left"}}',
        '{"do": "setup", "setup": {"ask": "answer"}}',
        '{"do": "setup", "setup": {"ask": "cancel", "text": "x"}}',
        '{"do": "setup", "setup": {"ask": "test"}}',
        '{"do": "setup", "setup": {"ask": "test", "part": "broker", "tone": "stop"}}',
    ],
)
def test_what_cannot_be_asked_for_when_setting_up_is_refused_whole(payload: str):
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

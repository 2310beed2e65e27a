"""What the page may ask, and who may ask."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.engine.commands import parse_command
from bandmate.errors import UsageError
from bandmate.web.messages import parse
from bandmate.web.origin import refusal

ASKED = {
    '{"do": "ack"}': "ack",
    '{"do": "ack", "band": "left"}': "ack",
    '{"do": "next"}': "next",
    '{"do": "tare"}': "tare",
    '{"do": "stop"}': "stop",
    '{"do": "stop", "reason": "tingle"}': "stop:tingle",
    '{"do": "stop", "reason": "pain", "level": 7}': "stop:pain:7",
    '{"do": "start", "exercise": "free_reps"}': "start:free_reps",
}


@pytest.mark.parametrize(("text", "command"), ASKED.items())
def test_every_wish_is_a_command_of_the_service(text: str, command: str) -> None:
    assert parse(text).command == command
    parse_command(command)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ack",
        "[]",
        "{}",
        '{"do": "reboot"}',
        '{"do": "start"}',
        '{"do": "start", "exercise": "../x"}',
        '{"do": "start", "exercise": "free_reps:7"}',
        '{"do": "stop", "reason": "bored"}',
        '{"do": "stop", "reason": "pain", "level": 11}',
        '{"do": "ack", "bands": "left"}',
        '{"do": "ack", "band": 7}',
    ],
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError, match="the page asked for something unknown"):
        parse(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.sampled_from(["do", "band", "reason", "level", "exercise"]), json_values))
def test_whatever_a_page_sends_is_a_command_or_refused(message: dict[str, object]) -> None:
    try:
        command = parse(json.dumps(message)).command
    except UsageError:
        return
    assert command.split(":")[0] == message["do"]


def test_a_loopback_server_answers_to_loopback_names_only() -> None:
    for host in ("127.0.0.1:8777", "localhost:8777", "[::1]:8777", "localhost"):
        assert refusal("127.0.0.1", host, None) is None
    for host in ("evil.example:8777", "127.0.0.1.evil.example", "[::1", "", None):
        assert refusal("127.0.0.1", host, None) is not None


def test_another_site_is_refused_wherever_the_server_listens() -> None:
    for bound_to in ("127.0.0.1", "0.0.0.0"):
        assert refusal(bound_to, "127.0.0.1:8777", "http://127.0.0.1:8777") is None
        for origin in ("http://evil.example", "http://127.0.0.1:9999", "null", ""):
            assert refusal(bound_to, "127.0.0.1:8777", origin) is not None


def test_an_open_server_answers_to_any_name() -> None:
    assert refusal("0.0.0.0", "band.local:8777", "http://band.local:8777") is None

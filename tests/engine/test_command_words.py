"""What a person can ask for."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.engine.commands import Command, parse_command
from bandmate.errors import UsageError


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("ack", Command("ack")),
        (" next ", Command("next")),
        ("tare", Command("tare")),
        ("stop", Command("stop")),
        ("stop:tingle", Command("stop", "tingle")),
        ("stop:pain", Command("stop", "pain")),
        ("stop:pain:0", Command("stop", "pain")),
        ("stop:pain:10", Command("stop", "pain")),
        ("start:supine_sciatic_floss", Command("start", "supine_sciatic_floss")),
    ],
)
def test_known(text: str, command: Command):
    assert parse_command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "",
        "STOP",
        "stop:",
        "stop:pain:",
        "stop:pain:11",
        "stop:tingle:1",
        "start:",
        "start:A b",
        "ack!",
    ],
)
def test_unknown(text: str):
    with pytest.raises(UsageError, match="Known are: ack"):
        parse_command(text)


@given(st.text())
def test_any_text_is_a_command_or_refused(text: str):
    with suppress(UsageError):
        assert parse_command(text).verb in {"ack", "next", "start", "stop", "tare"}

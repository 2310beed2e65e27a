"""What a person can ask for."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.exercises import Exercise
from bandmate.engine.commands import Command, changed, parse_command, start_text
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
        assert parse_command(text).verb in {"ack", "count", "next", "start", "stop", "tare"}


@given(
    exercise=st.sampled_from([one for one in load_catalogue() if one.measured and one.reference]),
    reps=st.integers(1, 50),
    hold_s=st.integers(0, 300),
)
def test_a_start_says_what_a_plan_has_changed(exercise: Exercise, reps: int, hold_s: int):
    planned = replace(exercise, dose=replace(exercise.dose, reps=reps, hold_s=float(hold_s)))
    command = parse_command(start_text(planned))
    assert (command.verb, command.subject) == ("start", exercise.slug)
    assert changed(exercise, command.changes) == planned


@pytest.mark.parametrize("changes", [";sets=2", ";reps=1.5", ";zone=1:2", ";zone=5:4:3:2:1"])
def test_a_change_that_means_nothing_is_refused(changes: str):
    command = parse_command(f"start:supine_sciatic_floss{changes}")
    with pytest.raises(UsageError):
        changed(load_catalogue().find(command.subject), command.changes)

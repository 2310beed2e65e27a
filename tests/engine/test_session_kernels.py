"""The parts of a session: its table of states, its script, its voice, its words."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.catalogue import load_catalogue
from bandmate.catalog.texts import ENGLISH, load_texts
from bandmate.catalog.word_files import languages
from bandmate.domain.alerts import ALERTS, HINTS, Urgency
from bandmate.domain.exercises import Sides
from bandmate.engine.session.asked import VERBS, Asked, parse
from bandmate.engine.session.script import Script, SessionBand, band_for, tasks_of
from bandmate.engine.session.states import FINAL, RUNNING, TRANSITIONS, State, Trigger
from bandmate.engine.session.voice import ADVICE_PAUSE_S, Line, Voice
from bandmate.engine.session.work import timed_s
from bandmate.errors import ConfigError, UsageError
from engine.session_host import a_plan

FORBIDDEN = {
    "en": "treat|reliev|decompress|prevent|heal|safe|correct|normal|irritat|cure|diagnos",
    "de": "behandel|heil|linder|vorbeug|sicher|richtig|korrekt|normal|gesund|entlast|diagnos",
}


def test_every_state_is_reached_and_none_is_a_trap():
    reached, news = {State.IDLE}, {State.IDLE}
    while news:
        news = {to for (at, _), to in TRANSITIONS.items() if at in news} - reached
        reached |= news
    assert reached == set(State)
    for state in State:
        ways = {trigger for at, trigger in TRANSITIONS if at is state}
        assert not ways if state in FINAL else ways - {Trigger.CRASH}


def test_it_can_be_stopped_paused_and_ended_wherever_something_moves():
    for state in RUNNING:
        assert TRANSITIONS[state, Trigger.STOP] is State.STOPPED
        assert TRANSITIONS[state, Trigger.PAUSE] is State.PAUSED
        assert TRANSITIONS[state, Trigger.END] is State.ASKING


def test_each_side_is_done_and_the_painful_one_alone():
    items = a_plan("banded_clamshell", "supine_sciatic_floss", "standing_row_band").items
    tasks = tasks_of(items, "right")
    assert [(task.item.exercise.sides, task.side, task.set_number) for task in tasks] == [
        (Sides.EACH, "right", 1),
        (Sides.EACH, "right", 2),
        (Sides.EACH, "left", 1),
        (Sides.EACH, "left", 2),
        (Sides.PAINFUL, "right", 1),
        (Sides.PAINFUL, "right", 2),
        (Sides.BOTH, "", 1),
        (Sides.BOTH, "", 2),
    ]


def test_sides_are_swapped_and_exercises_left_from_here_on():
    items = a_plan("banded_clamshell", "supine_sciatic_floss", "standing_row_band").items
    script = Script(tasks_of(items, "right"))
    script.swap()
    assert [task.side for task in script.tasks][:4] == ["left", "left", "right", "right"]
    script.advance()
    script.swap()
    assert [(task.side, task.set_number) for task in script.tasks][:4] == [
        ("left", 1),
        ("right", 1),
        ("right", 2),
        ("left", 2),
    ]
    script.leave_exercise()
    assert script.planned_n == 8
    script.advance()
    script.swap()
    assert [task.side for task in script.tasks][2:4] == ["left", "left"]  # the painful one
    script.advance()
    assert script.goes_on
    script.advance()
    with pytest.raises(UsageError, match="no sides"):
        script.swap()


def test_a_side_that_is_done_is_not_swapped_to():
    script = Script(tasks_of(a_plan("banded_clamshell").items, "left"))
    script.advance()
    script.advance()
    with pytest.raises(UsageError, match="done already"):
        script.swap()


@pytest.mark.parametrize("text", [*VERBS, "stop:tingle", "stop:pain", "stop:pain:7", "pain:0"])
def test_commands(text: str):
    asked = parse(f" {text} ")
    assert asked.verb in {*VERBS, "stop", "tell"}
    if text == "stop:pain:7":
        assert asked == Asked("stop", "pain", 7)


@given(st.text(string.ascii_lowercase + ":0123456789", max_size=14))
def test_nothing_else_is_a_command(text: str):
    known = re.fullmatch(r"stop:tingle|stop:pain(:(\d|10))?|pain:(\d|10)", text)
    if text in VERBS or known:
        parse(text)
    else:
        with pytest.raises(UsageError, match="unknown command"):
            parse(text)


lines = st.builds(
    Line,
    code=st.just("x"),
    text=st.text("ab ", max_size=30),
    urgency=st.sampled_from(Urgency),
    advice=st.booleans(),
)


@given(st.lists(st.tuples(st.floats(0.0, 8.0), lines), max_size=40))
def test_one_voice(script: list[tuple[float, Line]]):
    voice, now_s = Voice(), 0.0
    said: list[tuple[float, Line]] = []
    for wait_s, line in script:
        now_s += wait_s
        while (due_s := voice.deadline) is not None and due_s <= now_s:
            said += [(due_s, one) for one in voice.tick(due_s)]
        said += [(now_s, one) for one in voice.say(line, now_s)]
    busy_s = advice_s = float("-inf")
    for at_s, line in said:
        if line.urgency is Urgency.INFO:
            assert at_s >= busy_s
            if line.advice:
                assert at_s >= advice_s
                advice_s = at_s + ADVICE_PAUSE_S
        busy_s = at_s + line.length_s
    urgent = sum(line.urgency is not Urgency.INFO for _, line in script)
    assert sum(line.urgency is not Urgency.INFO for _, line in said) == urgent


def test_guidance_waits_its_turn_and_what_is_urgent_does_not():
    voice = Voice()
    first, second = Line("a", "one two three"), Line("b", "four")
    assert voice.say(first, 0.0) == [first]
    assert voice.say(second, 0.1) == []
    assert voice.tick(1.0) == []
    urgent = Line("c", "stop", urgency=Urgency.STOP)
    assert voice.say(urgent, 1.0) == [urgent]
    assert voice.tick(10.0) == []  # what waited was of what is over now


def test_a_timed_set_lasts_as_long_as_its_prompts():
    by_slug = {exercise.slug: exercise for exercise in load_catalogue()}
    assert timed_s(by_slug["abdominal_bracing"]) == 10 * 5 + 9 * 3
    assert timed_s(by_slug["general_warm_up"]) == 180


@pytest.mark.parametrize("language", languages())
def test_every_line_is_there_in_every_language(language: str):
    fields = string.Formatter()
    english, words = load_texts(ENGLISH), load_texts(language)
    for code in english.codes:
        wanted = {name for _, name, _, _ in fields.parse(english.raw(code)) if name}
        assert wanted == {name for _, name, _, _ in fields.parse(words.raw(code)) if name}
        assert not re.search(FORBIDDEN[language], words.raw(code), re.IGNORECASE), code
        if language != ENGLISH and code not in {"explain", "note"}:  # they have no words
            assert words.raw(code) != english.raw(code), code


@pytest.mark.parametrize("language", [one for one in languages() if one != ENGLISH])
def test_every_exercise_is_there_in_every_language(language: str):
    words = load_texts(language)
    for exercise in load_catalogue():
        if not exercise.reference:
            continue
        told = words.exercise(exercise)
        assert told.title != exercise.title or exercise.slug == "pigeon_pose"
        assert len(told.steps) >= 2
        assert bool(told.motion_site) == bool(exercise.motion_site)
        if exercise.band is not None:
            assert told.band is not None
            assert told.band.place
            assert told.band.place != exercise.band.place
        text = " ".join([told.title, told.summary, told.position, told.stop_rule, *told.steps])
        assert not re.search(FORBIDDEN[language], text, re.IGNORECASE), exercise.slug


@pytest.mark.parametrize("language", [one for one in languages() if one != ENGLISH])
def test_every_alert_and_hint_is_there_in_every_language(language: str):
    words = load_texts(language)
    english = {code: kind.message for code, kind in ALERTS.items()} | HINTS
    for code, message in english.items():
        told = words.advice(code, message)
        assert told != message, code
        assert not re.search(FORBIDDEN[language], told, re.IGNORECASE), code
        assert load_texts(ENGLISH).advice(code, message) == message


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["imu"], "imu"),
        (["pelvis", "imu"], "imu"),
        (["imu", "thigh"], "thigh"),
        (["thigh", "left"], "left"),
        (["foot", "pelvis"], None),
    ],
)
def test_a_band_is_called_after_its_side_or_where_it_is_worn(names: list[str], taken: str | None):
    task = tasks_of(a_plan("side_lying_clamshell").items, "left")[0]
    assert band_for(task, [SessionBand(name, "angle") for name in names]) == taken


def test_a_language_that_is_not_there():
    with pytest.raises(ConfigError, match="no words in 'xx'"):
        load_texts("xx")

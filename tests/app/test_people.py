"""What is kept of people: nothing lost, nothing twice, whatever was cut off."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandmate.app.people import Entry, People, amplitudes_of, answers_in_force, past_of
from bandmate.catalog.catalogue import load_catalogue
from bandmate.engine.done import Done, prescribed
from bandmate.errors import StoreError

DAY = date(2026, 1, 2)


def entry(session: str, **more: object) -> Entry:
    whole = Entry(
        session=session,
        day=DAY,
        plan="calm",
        phase="calm",
        pain_before=2,
        pain_after=1,
        distal_before=1,
        distal_after=1,
        tingle_stop=False,
        pain_stop=False,
        dose_share=1.0,
        in_zone_share=0.9,
        over_tension=0,
        stopped=frozenset(),
        done=("supine_sciatic_floss",),
        asked=("latex",),
        yes=(),
        status="done",
    )
    return msgspec.structs.replace(whole, **more)


def test_sessions_come_back_in_order_and_each_once(tmp_path: Path):
    people = People(tmp_path / "people")
    assert people.sessions("p1") == ()
    kept = [entry("a"), entry("b", yes=("latex",)), entry("a")]
    for one in kept:
        people.append("p1", one)
    assert people.sessions("p1") == tuple(kept[:2])
    assert people.sessions("p2") == ()
    assert answers_in_force(people.sessions("p1")) == {"latex": (DAY, True)}
    past = past_of(people.sessions("p1"))
    assert past.done == {"supine_sciatic_floss": [DAY, DAY]}
    assert [facts.dose_share for facts in past.facts] == [1.0, 1.0]


def done_row(amplitude: float | None) -> Done:
    asked = prescribed(load_catalogue().find("standing_row_band"))
    return Done(
        exercise="standing_row_band",
        side="left",
        asked=asked,
        kind="reps",
        credited=10.0,
        dose_share=1.0,
        measured=True,
        by_person=9,
        counted_of_these=10,
        amplitude=amplitude,
    )


def test_what_was_learnt_and_counted_anew_is_kept(tmp_path: Path):
    people = People(tmp_path)
    rows = [done_row(12.0), done_row(14.0), done_row(None)]
    for number, row in enumerate(rows):
        people.append("p1", entry(f"s{number}", exercises=(row,)))
    sessions = people.sessions("p1")
    assert [one.exercises for one in sessions] == [(row,) for row in rows]
    assert amplitudes_of(sessions) == {("standing_row_band", "left"): 14.0}
    assert past_of(sessions).facts[0].exercises == (rows[0],)


def test_the_last_word_about_a_session_holds(tmp_path: Path):
    people = People(tmp_path)
    for one in (entry("a"), entry("b"), entry("a", exercises=(done_row(None),))):
        people.append("p1", one)
    assert [(one.session, len(one.exercises)) for one in people.sessions("p1")] == [
        ("a", 1),
        ("b", 0),
    ]


def test_sessions_of_before_there_were_exercises_in_them_are_read(tmp_path: Path):
    old = msgspec.json.decode(msgspec.json.encode(entry("a")))
    del old["exercises"]
    (tmp_path / "p1.jsonl").write_bytes(msgspec.json.encode(old) + b"\n")
    assert [one.session for one in People(tmp_path).sessions("p1")] == ["a"]


@settings(max_examples=30, deadline=None)
@given(cut=st.integers(0, 400))
def test_a_line_that_was_cut_off_costs_no_other(tmp_path_factory: pytest.TempPathFactory, cut: int):
    folder = tmp_path_factory.mktemp("people")
    people, path = People(folder), folder / "p1.jsonl"
    people.append("p1", entry("a"))
    whole = path.read_bytes()
    people.append("p1", entry("b"))
    path.write_bytes(path.read_bytes()[: len(whole) + cut])
    people.append("p1", entry("c"))
    sessions = [one.session for one in people.sessions("p1")]
    assert sessions in (["a", "c"], ["a", "b", "c"])


def test_a_crash_keeps_what_was_done_so_far_and_nothing_twice(tmp_path: Path):
    people = People(tmp_path)
    people.keep_running("p1", entry("a", dose_share=0.2, status="interrupted"))
    people.keep_running("p1", entry("a", dose_share=0.5, status="interrupted"))
    closed = People(tmp_path).close_interrupted()
    assert [one.dose_share for one in closed.values()] == [0.5]
    assert [one.dose_share for one in people.sessions("p1")] == [0.5]
    assert People(tmp_path).close_interrupted() == {}


def test_a_crash_between_both_files_keeps_the_session_once(tmp_path: Path):
    people = People(tmp_path)
    people.append("p1", entry("a"))
    people.keep_running("p1", entry("a", status="interrupted"))
    assert people.close_interrupted() == {}
    assert [one.status for one in people.sessions("p1")] == ["done"]


def test_a_running_file_that_was_cut_off_is_left_out(tmp_path: Path):
    (tmp_path / "p1.running").write_bytes(b'{"session": "a')
    assert People(tmp_path).close_interrupted() == {}
    assert not list(tmp_path.glob("*.running"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be kept"):
        People(tmp_path / "file" / "people").append("p1", entry("a"))


def test_a_session_without_anything_done_opens_and_closes_no_gate():
    nothing = entry("b", done=(), pain_after=None, distal_after=None, status="refused")
    stopped = entry("c", done=(), tingle_stop=True, status="stopped")
    past = past_of([entry("a"), nothing, stopped])
    assert [facts.tingle_stop for facts in past.facts] == [False, True]

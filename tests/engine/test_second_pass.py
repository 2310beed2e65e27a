"""The second look at a set: the same where nothing is new, better where something was learnt."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from performance import Performance, cuts, performances

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import Event, Grade, Rep, SetEnded
from bandmate.engine import second_pass
from bandmate.engine.second_pass import MOST_READINGS, Record, SecondPass, joined
from bandmate.signal.reps import RepSettings
from scenarios.scenario import FLOSS, Run, blocks, cycles, line, make_pipeline, run, run_blocks

GRADES = ("reps", "partial", "fast", "slow", "aborted")


def second(events: Sequence[Event]) -> SecondPass:
    (ended,) = [e for e in events if isinstance(e, SetEnded)]
    found = passed(ended)
    assert found is not None
    return found


def passed(ended: SetEnded) -> SecondPass | None:
    return cast("SecondPass | None", ended.results["second_pass"])


def live(of: Run) -> dict[str, int]:
    return {name: getattr(of.summary, name) for name in GRADES}


def test_a_plain_set_counts_the_same_again():
    of = run(FLOSS, cycles(10, 4, 14, 6), 66, seed=1)
    again = second(of.events)
    assert {name: again[name] for name in GRADES} == live(of)
    assert not again["differs"]
    assert again["differences"] == []
    assert of.summary.second_pass == again


def test_what_looked_full_at_first_is_partial_once_the_others_are_known():
    of = run("free_reps", cycles(8, 4, 30, 5, rises={1: 10}), 46, seed=2)
    (first, *others) = of.of(Rep)
    assert {rep.grade for rep in of.of(Rep)} == {Grade.FULL}
    again = second(of.events)
    assert (again["reps"], again["partial"]) == (len(others), 1)
    assert again["differences"] == [
        {
            "t_s": pytest.approx(first.peak_s, abs=0.1),
            "index": 1,
            "live": "full",
            "second": "partial",
        }
    ]
    assert again["differs"]


def test_what_was_too_small_for_a_movement_is_none():
    of = run("free_reps", cycles(8, 4, 40, 5, rises={1: 7}), 46, seed=3)
    again = second(of.events)
    assert again["reps"] == of.summary.reps - 1
    (difference,) = again["differences"]
    assert (difference["index"], difference["live"], difference["second"]) == (1, "full", None)


def test_a_set_that_tires_is_not_held_against_its_start():
    tiring = {number: 40 - 20 * (number - 1) / 11 for number in range(1, 13)}
    of = run("free_reps", cycles(12, 4, 40, 4, rises=tiring), 54, seed=4)
    assert of.summary.reps == second(of.events)["reps"] == 12


def test_gaps_and_a_new_zero_are_passed_again_as_they_were():
    t = np.arange(0, 60, 1 / 40)
    x = cycles(9, 4, 14, 6)(t) + np.random.default_rng(5).normal(0, 0.2, t.size)
    kept = (t < 20) | (t > 21.2)
    commands = [(33.0, "tare"), (34.5, "ack")]
    of = run_blocks(FLOSS, blocks(t[kept], x[kept], 5), commands=commands)
    again = second(of.events)
    assert {name: again[name] for name in GRADES} == live(of)


@settings(max_examples=25, deadline=None)
@given(performances(), cuts)
def test_the_second_pass_depends_on_no_packets_and_its_differences_add_up(
    performance: Performance, sizes: list[int]
):
    events = performance.events(sizes)
    ends = [e for e in events if isinstance(e, SetEnded)]
    whole = [e for e in performance.events() if isinstance(e, SetEnded)]
    assert [e.results["second_pass"] for e in ends] == [e.results["second_pass"] for e in whole]
    for ended in ends:
        found = passed(ended)
        if found is None:
            continue
        reps = [e for e in events if isinstance(e, Rep) and e.set == ended.set]
        more = sum(d["live"] is None for d in found["differences"])
        fewer = sum(d["second"] is None for d in found["differences"])
        assert sum(found[name] for name in GRADES) == len(reps) + more - fewer


def test_a_set_of_nothing_is_passed_over_twice():
    pipeline = make_pipeline()
    events = pipeline.start(load_catalogue().find("free_reps"), 0.0)
    again = second([*events, *pipeline.finish(1.0)])
    assert not again["differs"]
    assert again["reps"] == 0


def test_holds_have_no_second_pass():
    of = run("free_holds", line((0, 0), (2, 0), (3, 30), (13, 30), (14, 0), (18, 0)), 18, seed=1)
    assert of.summary.holds == 1
    assert of.summary.second_pass is None


def test_a_set_that_is_too_long_has_no_second_pass_and_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(second_pass, "MOST_READINGS", 1000)
    of = run(FLOSS, cycles(10, 4, 14, 6), 66, seed=1)
    assert of.summary.second_pass is None
    assert of.summary.flags == ("no_second_pass",)


def test_the_record_holds_no_more_than_it_says():
    record = Record(RepSettings(14.0))
    for i in range(0, MOST_READINGS + 2000, 100):
        record.keep([(i / 80, 4.0)] * 100)
    assert record.again([], 1000.0) is None


def test_a_session_adds_the_second_passes_of_its_sets_up():
    t = np.arange(0, 60, 1 / 40)
    of = run_blocks(FLOSS, blocks(t, cycles(9, 4, 14, 6)(t), 5), commands=[(30.0, "next")])
    first, last = of.of(SetEnded)
    one, other = passed(first), passed(last)
    assert one is not None
    assert other is not None
    assert of.summary.second_pass == joined(one, other)
    assert one["reps"] + other["reps"] == of.summary.reps

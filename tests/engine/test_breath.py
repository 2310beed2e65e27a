"""The breath pacer: six breaths a minute, in what is held or timed, where the plan asks for it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from bandmate.catalog.plans import ready_plans
from bandmate.domain.plans import Plan
from bandmate.domain.samples import Quantity
from bandmate.domain.session_events import Cue, SessionChanged
from bandmate.engine.session.states import State
from engine.session_host import Host, a_plan

TRACTION = "banded_leg_traction"
BREATH = ("breathe_in", "breathe_out")


def pacing(*slugs: str) -> Plan:
    plan = a_plan(*slugs, warm_up_s=0.0)
    return replace(plan, choices=replace(plan.choices, breath_pacer=True))


def breaths(host: Host) -> Sequence[Cue]:
    return [cue for cue in host.told(Cue) if cue.code in BREATH]


def done(plan: Plan, bands: Sequence[tuple[str, Quantity]] = (("left", "force"),)) -> Host:
    host = Host(plan, bands).begun()
    host.finish()
    return host


@pytest.mark.rule("breath")
def test_six_breaths_a_minute_are_led_through_a_traction():
    host = done(pacing(TRACTION))
    led = breaths(host)
    times_s = [cue.t_s for cue in led]
    assert len(led) == 2 * 11, "whole breaths alone, of 120 s"
    assert [cue.code for cue in led] == [*BREATH] * 11
    assert {round(b - a, 3) for a, b in pairwise(times_s)} == {5.0}
    assert [bool(cue.text) for cue in led] == [True] * 4 + [False] * 18
    assert all(cue.sound == cue.code for cue in led)


@pytest.mark.rule("breath")
def test_in_a_traction_nothing_else_is_said_but_the_half_minutes():
    host = done(pacing(TRACTION))
    first_s, last_s = breaths(host)[0].t_s, breaths(host)[-1].t_s
    during = {cue.code for cue in host.told(Cue) if first_s <= cue.t_s <= last_s}
    assert during == {*BREATH, "half_minute"}


def test_a_timed_exercise_is_led_too_and_the_breaths_end_with_it():
    host = done(pacing("abdominal_bracing"))
    led = breaths(host)
    assert led
    states = [(one.t_s, one.state) for one in host.told(SessionChanged)]
    (began_s,) = [t_s for t_s, state in states if state == State.ACTIVE]
    (ended_s,) = [t_s for t_s, state in states if state == State.COOLING_DOWN]
    assert led[0].t_s == pytest.approx(began_s + 2.0, abs=0.01)
    assert ended_s - 15.0 <= led[-1].t_s <= ended_s


@pytest.mark.parametrize("bands", [[("left", "force")], []])
@pytest.mark.parametrize("slug", ["supine_sciatic_floss", "banded_clamshell"])
def test_what_moves_is_not_led(slug: str, bands: list[tuple[str, Quantity]]):
    assert not breaths(done(pacing(slug), bands))


def test_a_floss_that_is_timed_is_paced_and_never_held():
    said = done(a_plan("supine_sciatic_floss"), []).said()
    assert "pace_out" in said
    assert "hold_now" not in said


def test_who_lets_go_is_not_led_on():
    host = Host(pacing(TRACTION)).begun()
    host.wait(40.0)
    host.command("pause")
    told = len(breaths(host))
    host.wait(30.0)
    assert len(breaths(host)) == told > 0


def test_only_a_plan_that_asks_for_it_is_led():
    assert not breaths(done(a_plan(TRACTION)))
    assert [plan.id for plan in ready_plans() if plan.choices.breath_pacer] == ["calm"]

"""`bandmate plan` as a person runs it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bandmate.catalog.plans import find_plan, ready_plans
from bandmate.cli import main

Run = Callable[..., tuple[int, str, str]]
IDS = [plan.id for plan in ready_plans()]
MINE = """
title = "Mine"
summary = "What I do."
phase = "stabilise"
warm_up_s = 0
choices.forward_fold = true
override.traction_cap = "Dr Lee"

[[exercise]]
id = "banded_leg_traction"
body_weight_kg = 100

[[exercise]]
id = "supine_sciatic_floss"
per_day = 0

[[exercise]]
id = "general_warm_up"
per_day = 2
"""
WRONG = MINE.replace("override.traction_cap", "override.traction_kap").replace("100", "130")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bandmate", "plan", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return run


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.toml"
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_list_names_them_all(run: Run):
    status, out, err = run("list")
    heading, *rows = out.splitlines()
    assert (status, err) == (0, "")
    assert [row.split()[0] for row in rows] == IDS
    assert all(row[heading.index("PHASE") :].startswith("Phase ") for row in rows)


def test_list_as_json(run: Run):
    _, out, _ = run("list", "--json")
    listed = [json.loads(line) for line in out.splitlines()]
    assert [plan["id"] for plan in listed] == IDS
    assert listed[0]["exercises"] == ["supine_sciatic_floss", "banded_leg_traction"]


@pytest.mark.parametrize("plan_id", IDS)
def test_show_tells_each_exercise_and_the_limits(run: Run, plan_id: str):
    status, out, err = run("show", plan_id)
    plan = find_plan(plan_id)
    assert (status, err) == (0, "")
    assert out.startswith(f"{plan.title} ({plan_id})\n\n{plan.summary}\n")
    for item in plan.items:
        assert f"\n{item.exercise.slug} " in out
    assert "from pain 7 of 10 at rest" in out
    assert "at pain 5, or 2 more than at the start" in out


def test_show_tells_doses_days_and_levels(run: Run):
    out = run("show", "stabilise")[1]
    floss = next(line for line in out.splitlines() if line.startswith("supine_sciatic_floss"))
    clamshell = next(line for line in out.splitlines() if line.startswith("banded_clamshell"))
    assert "2 x 10 reps, the painful side" in floss
    assert "every day" in floss
    assert "5 to 25 N, ease off over 35 N" in floss
    assert "2 x 10 reps, each side" in clamshell
    assert "3 days a week, rest days between: 1" in clamshell
    assert "1 x 1 hold of 120 s" in run("show", "calm")[1]


def test_show_of_ones_own(run: Run, mine: Path):
    status, out, _ = run("show", str(mine))
    assert status == 0
    for text in ("39 to 88 N", "paused", "180 s", "2 times a day", "forward folds", "Dr Lee"):
        assert text in out
    warm_up = next(line for line in out.splitlines() if line.startswith("Warm-up"))
    assert warm_up.split() == ["Warm-up", "none"]


@pytest.mark.parametrize("plan_id", IDS)
def test_show_as_json(run: Run, plan_id: str):
    status, out, err = run("show", plan_id, "--json")
    assert (status, err) == (0, "")
    shown, plan = json.loads(out), find_plan(plan_id)
    assert {"id", "phase", "items", "limits", "choices", "overrides", "warm_up_s"} <= set(shown)
    assert [item["exercise"]["slug"] for item in shown["items"]] == [
        item.exercise.slug for item in plan.items
    ]
    assert {"rest_s", "schedule"} <= set(shown["items"][0])


def test_json_of_ones_own_names_the_clinician(run: Run, mine: Path):
    assert json.loads(run("show", str(mine), "--json")[1])["overrides"] == {
        "traction_cap": "Dr Lee"
    }


def test_unknown(run: Run):
    status, out, err = run("show", "stabilize")
    assert (status, out) == (2, "")
    assert "did you mean stabilise?" in err


def test_show_of_a_wrong_one_tells_every_fault(run: Run, wrong: Path):
    status, out, err = run("show", str(wrong))
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 2
    assert all(str(wrong) in line for line in err.splitlines())


def test_check_of_good_ones(run: Run, mine: Path):
    assert run("check", str(mine), str(mine)) == (0, f"{mine}: ok, 3 exercises\n" * 2, "")


def test_check_tells_every_fault_on_its_own_line(run: Run, mine: Path, wrong: Path):
    status, out, err = run("check", str(wrong), str(mine))
    unknown, over, good = out.splitlines()
    assert status == 3
    assert unknown == (
        f"{wrong}: override.traction_kap: there is no such key; did you mean traction_cap?"
    )
    assert over.startswith(
        f"{wrong}: exercise 1 (banded_leg_traction): body_weight_kg: ceiling_n: 204 N is over 200 N"
    )
    assert good == f"{mine}: ok, 3 exercises"
    assert err == "bandmate: 1 of 2 plans cannot be used\n"


def test_check_of_a_missing_file(run: Run, tmp_path: Path):
    status, out, err = run("check", str(tmp_path / "none.toml"))
    assert (status, out) == (1, "")
    assert "there is no plan here" in err


def test_check_wants_a_file(run: Run):
    assert run("check")[0] == 2

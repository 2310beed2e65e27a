"""`bandmate exercises` as a person runs it."""

import json
import sys
from collections.abc import Callable

import pytest

from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bandmate", "exercises", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return run


SLUGS = [exercise.slug for exercise in load_catalogue()]


def test_list_names_them_all(run: Run):
    status, out, err = run("list")
    heading, *rows = out.splitlines()
    assert (status, err) == (0, "")
    assert [row.split()[0] for row in rows] == SLUGS
    assert all(row[heading.index("TITLE") - 1] == " " for row in rows)


def test_list_as_json(run: Run):
    _, out, _ = run("list", "--json")
    assert [json.loads(line)["slug"] for line in out.splitlines()] == SLUGS


def test_show_tells_how_it_is_done_and_when_to_stop(run: Run):
    status, out, _ = run("show", "supine_sciatic_floss")
    exercise = load_catalogue().find("supine_sciatic_floss")
    assert status == 0
    for text in (exercise.summary, *exercise.steps, exercise.stop_rule):
        assert text in out
    for text in ("Phase 1: calm", "2 x 10 reps", "(R-T)", "5 to 25 N", "over 35 N", "over 60 N"):
        assert text in out


def test_show_of_a_hold_and_of_a_free_exercise(run: Run):
    assert "1 x 1 hold of 120 s" in run("show", "banded_leg_traction")[1]
    free = run("show", "free_holds")[1]
    assert "Dose       free" in free
    assert "Zone" not in free


@pytest.mark.parametrize("slug", SLUGS)
def test_show_as_json(run: Run, slug: str):
    status, out, err = run("show", slug, "--json")
    assert (status, err) == (0, "")
    shown = json.loads(out)
    assert {"summary", "steps", "zone", "dose", "recogniser", "stop_rule"} <= set(shown)


def test_unknown(run: Run):
    status, out, err = run("show", "banded_clamshel")
    assert (status, out) == (2, "")
    assert "Did you mean banded_clamshell?" in err

"""The second look at a set of a limb's movements."""

from typing import Any

import pytest

from bandmate.domain.events import Event, Rep, Summary
from bandmate.engine import second_pass
from engine.limb import Numbers, Sensor, lifts, mounting
from engine.test_motion_sets import performed


def second(events: list[Event]) -> dict[str, object] | None:
    (summary,) = [event for event in events if isinstance(event, Summary)]
    found: Any = summary.to_dict()["second_pass"]
    return found


def test_it_agrees_where_every_movement_was_counted():
    events = performed(Sensor(50, mounting(1)), lifts(8, 50.0, 4.0), 38.0)
    found = second(events)
    assert found is not None
    assert (found["reps"], found["differs"], found["differences"]) == (8, False, [])


def test_a_movement_that_was_learnt_too_late_is_named():
    def late(t: Numbers) -> Numbers:
        # One lift, far from the others in time, before it could be told from handling.
        return lifts(1, 50.0, 4.0)(t) + lifts(6, 50.0, 4.0, lead_s=40.0)(t)

    events = performed(Sensor(50, mounting(1)), late, 70.0)
    assert len([event for event in events if isinstance(event, Rep)]) == 6
    found = second(events)
    assert found is not None
    assert found["reps"] == 6


def test_a_set_without_movements_has_none_in_it():
    found = second(performed(Sensor(25, mounting(2)), lifts(0, 10.0, 4.0), 20.0))
    assert found is not None
    assert (found["reps"], found["differs"]) == (0, False)


def test_too_many_poses_are_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(second_pass, "MOST_POSES", 100)
    events = performed(Sensor(50, mounting(1)), lifts(8, 50.0, 4.0), 38.0)
    (summary,) = [event for event in events if isinstance(event, Summary)]
    assert second(events) is None
    assert "no_second_pass" in summary.flags

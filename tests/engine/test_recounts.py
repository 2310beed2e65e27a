"""A set that a person counts anew: kept beside the measured one, and learnt of."""

import math

import pytest
from session_host import CATALOGUE, Host, a_plan

from bandmate.domain.events import Calibrated, Event, Rep, SetEnded
from bandmate.domain.samples import Block
from bandmate.domain.session_events import Credited, Recounted
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.commands import start_text
from bandmate.engine.done import done_in
from bandmate.engine.session.recount import with_amplitude
from bandmate.engine.session.states import State
from bandmate.errors import UsageError

ROW = CATALOGUE.find("standing_row_band")
HZ = 40


def pulls(*rises_n: float) -> list[float]:
    """Readings of one pull after the other, 4 s each, from a band at 6 N."""
    return [
        6 + rise_n * 0.5 * (1 - math.cos(2 * math.pi * n / (4 * HZ)))
        for rise_n in rises_n
        for n in range(4 * HZ)
    ]


class Band:
    def __init__(self) -> None:
        self.pipeline = BandPipeline(BandSettings("left", "s"), CATALOGUE.find)
        self.now_s = 0.0
        self.events: list[Event] = []

    def done(self, command: str, readings: list[float]) -> float:
        """Do a set; what it counted."""
        self.events += self.pipeline.command(command, self.now_s)
        for first in range(0, len(readings), 8):
            times = [self.now_s + (k + 1) / HZ for k in range(8)]
            self.now_s = times[-1]
            packet = readings[first : first + 8]
            self.events += self.pipeline.push(Block(times[-1], times[: len(packet)], packet))
        self.events += self.pipeline.command("stop", self.now_s)
        end = [event for event in self.events if isinstance(event, SetEnded)][-1]
        return end.results["dose"]["credited"]  # pyright: ignore[reportIndexIssue,reportUnknownVariableType]

    def counted(self, count: int) -> Calibrated:
        (event,) = self.pipeline.command(f"count:{count}", self.now_s)
        assert isinstance(event, Calibrated)
        return event


SMALL = pulls(*[7.0] * 8)
"""Too small for what the catalogue expects of a row: partial ones."""


def test_what_is_a_full_movement_is_learnt_of_the_persons_count():
    band = Band()
    assert band.done("start:standing_row_band", SMALL) == 0
    learnt = band.counted(8)
    assert learnt.count == 8
    assert learnt.amplitude == pytest.approx(7.0, rel=0.1)
    known = with_amplitude(ROW, learnt.amplitude)
    assert band.done(start_text(known), SMALL) == 8


def test_those_that_the_person_does_not_count_are_learnt_too():
    band = Band()
    mixed = pulls(*[8.0, 20.0] * 5)
    assert band.done(start_text(with_amplitude(ROW, 12.0)), mixed) > 5
    learnt = band.counted(5)
    assert learnt.amplitude is not None
    assert band.done(start_text(with_amplitude(ROW, learnt.amplitude)), mixed) == 5


@pytest.mark.parametrize("count", [0, 9, 999])
def test_a_count_that_no_rise_gives_teaches_nothing(count: int):
    band = Band()
    band.done("start:standing_row_band", SMALL)
    assert band.counted(count).amplitude is None


def test_there_must_be_a_set_that_is_over():
    band = Band()
    with pytest.raises(UsageError, match="no set is over"):
        band.pipeline.command("count:3", 0.0)
    band.pipeline.command("start:standing_row_band", 0.0)
    with pytest.raises(UsageError, match="no set is over"):
        band.pipeline.command("count:3", 1.0)


def test_a_hold_is_not_counted():
    band = Band()
    band.pipeline.command("start:banded_leg_traction", 0.0)
    band.pipeline.command("stop", 1.0)
    with pytest.raises(UsageError, match="was not counted"):
        band.pipeline.command("count:3", 1.0)


def recounted_host(count: int) -> Host:
    host = Host(a_plan("standing_row_band")).begun()
    host.until(State.RESTING)
    host.command(f"recount:{count}")
    return host


def test_it_is_kept_beside_what_was_credited():
    host = recounted_host(9)
    (credited,), (recounted,) = host.told(Credited), host.told(Recounted)
    assert (recounted.counted, recounted.by_person) == (credited.credited, 9)
    assert (recounted.exercise, recounted.side, recounted.set_number) == (
        credited.exercise,
        credited.side,
        1,
    )
    (done,) = done_in(host.machine.events, [item.exercise for item in host.plan.items])
    assert (done.credited, done.by_person, done.counted_of_these) == (10.0, 9, 10)


def test_counted_anew_twice_the_last_word_holds():
    host = recounted_host(9)
    host.command("recount:11")
    (done,) = done_in(host.machine.events, [item.exercise for item in host.plan.items])
    assert (done.by_person, done.counted_of_these) == (11, 10)


def test_the_next_set_counts_with_what_was_learnt():
    host = recounted_host(10)
    (learnt,) = host.told(Calibrated)
    assert learnt.amplitude is not None
    host.until(State.ACTIVE)
    _, (_, second) = host.started()
    assert second.amplitude_n == learnt.amplitude
    (done,) = done_in(host.machine.events, [item.exercise for item in host.plan.items])
    assert done.amplitude == learnt.amplitude


def test_when_there_is_nothing_to_recount():
    host = Host(a_plan("standing_row_band")).ready()
    with pytest.raises(UsageError, match="no set is over yet"):
        host.command("recount:3")
    host.command("go")
    host.until(State.ACTIVE)
    with pytest.raises(UsageError, match="once it is over"):
        host.command("recount:3")
    assert not host.told(Recounted)


def test_reps_keep_their_events():
    host = recounted_host(4)
    assert sum(isinstance(event, Rep) for event in host.machine.events) == 10


def test_a_paused_set_is_learnt_of_by_what_came_after_the_pause():
    host = Host(a_plan("standing_row_band")).begun()
    host.wait(25.0)
    host.command("pause")
    host.command("resume")
    host.until(State.RESTING)
    host.command("recount:10")
    (recounted,), (learnt,) = host.told(Recounted), host.told(Calibrated)
    assert (recounted.counted, recounted.by_person) == (10, 10)
    first, second = (end.results["dose"] for end in host.told(SetEnded))
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["credited"] > 0
    assert learnt.count == second["credited"]
    assert learnt.amplitude is not None


def test_a_set_of_which_nothing_was_counted_can_be_counted_by_the_person():
    host = Host(a_plan("standing_row_band"), shown=lambda _, t_s: 0.0 if t_s < 60 else None)
    host.begun()
    host.wait(5.0)
    host.command("skip")
    host.command("recount:3")
    (recounted,) = host.told(Recounted)
    assert (recounted.counted, recounted.by_person) == (0, 3)
    assert host.told(Calibrated)[0].amplitude is None


def test_a_set_that_was_never_begun_is_not_the_last_one():
    host = recounted_host(9)
    host.command("skip")
    host.command("recount:10")
    assert [one.set_number for one in host.told(Recounted)] == [1, 1]

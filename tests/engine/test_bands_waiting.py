"""What waits for another band's readings in a running service, for how long, and what does not."""

from collections.abc import Sequence

import numpy as np
import pytest

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import AlertRaised, Event, Grade, Rep, SetEnded
from bandmate.domain.samples import MotionBlock
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.reading_history import KEPT_S, ReadingHistory
from bandmate.engine.together import PATIENCE_S, Together
from engine.limb import Numbers, Sensor, lifts, mounting

HZ = 50
LENGTH_S = 31.0
DECIDED_WITHIN_S = 0.4
"""A movement alone is handed on so soon after it counted."""
CLAMSHELL = load_catalogue().find("side_lying_clamshell")


def blocks(seed: int, height_deg: float, size: int) -> list[MotionBlock]:
    t, acc, gyro = Sensor(HZ, mounting(seed), seed=seed).readings(
        lifts(7, height_deg, 4.0, lead_s=1.0), LENGTH_S
    )
    starts = range(0, len(t), size)
    parts = [slice(start, start + size) for start in starts]
    return [MotionBlock(t[p][-1], t[p], acc[p], gyro[p]) for p in parts]


def lying_down(seed: int, height_deg: float) -> list[MotionBlock]:
    """As `blocks`, of one that lies down before, 60 degrees away from where it was put on."""
    lifted = lifts(5, height_deg, 4.0, lead_s=7.0)

    def pose(t: Numbers) -> Numbers:
        return lifted(t) + 30.0 * (1 + np.cos(np.pi * np.clip((t - 1.0) / 3.0, 0.0, 1.0)))

    t, acc, gyro = Sensor(HZ, mounting(seed), seed=seed).readings(pose, LENGTH_S)
    parts = [slice(start, start + 5) for start in range(0, len(t), 5)]
    return [MotionBlock(t[p][-1], t[p], acc[p], gyro[p]) for p in parts]


class Bands:
    """A thigh and a pelvis, fed packet by packet as they arrive.

    Args:
        begin: The bands that begin the set at once.
    """

    def __init__(self, begin: Sequence[str] = ("thigh", "pelvis")) -> None:
        self.pipelines = {
            name: BandPipeline(
                BandSettings(name, "waiting", quantity="angle"), load_catalogue().find
            )
            for name in ("thigh", "pelvis")
        }
        self.together = Together(self.pipelines)
        self.handed: list[tuple[float, Event]] = []
        for name in begin:
            self.start(name, 0.0)

    def start(self, name: str, at_s: float) -> None:
        """Begin the set on a band."""
        begun = self.pipelines[name].start(CLAMSHELL, at_s)
        self.note(at_s, self.together.take(name, begun, ()))

    def note(self, at_s: float, events: Sequence[Event]) -> None:
        self.handed += [(at_s, event) for event in events]

    def feed(self, fed: Sequence[tuple[str, MotionBlock]]) -> None:
        for name, block in sorted(fed, key=lambda one: one[1].arrival_s):
            pipeline = self.pipelines[name]
            events = pipeline.push(block)
            told = self.together.take(name, events, pipeline.take_readings())
            self.note(block.arrival_s, told)

    def lags(self) -> list[float]:
        """How long after it counted each movement was handed on; the first are learnt from."""
        reps = [(at_s, event) for at_s, event in self.handed if isinstance(event, Rep)]
        return [at_s - rep.count_s for at_s, rep in reps if at_s > 13.5]


def named(name: str, packets: Sequence[MotionBlock]) -> list[tuple[str, MotionBlock]]:
    return [(name, block) for block in packets]


def test_a_movement_waits_until_the_pelvis_was_heard_to_its_end():
    bands = Bands()
    bands.feed([*named("thigh", blocks(1, 40.0, 5)), *named("pelvis", blocks(2, 18.0, 50))])
    reps = [event for _, event in bands.handed if isinstance(event, Rep) and event.band == "thigh"]
    assert [rep.flags for rep in reps] == [("roll_back",)] * len(reps)
    assert all(0.0 <= lag <= 1.0 + DECIDED_WITHIN_S for lag in bands.lags())
    for at_s, event in bands.handed:
        assert event.emitted_s <= at_s
    assert [rep.emitted_s for rep in reps] == [
        at_s for at_s, event in bands.handed if isinstance(event, Rep) and event.band == "thigh"
    ]


def test_no_movement_waits_for_a_pelvis_that_was_never_heard():
    bands = Bands()
    bands.feed(named("thigh", blocks(1, 40.0, 5)))
    assert len(bands.lags()) >= 3
    assert max(bands.lags()) <= DECIDED_WITHIN_S


def test_a_pelvis_that_falls_silent_is_waited_for_a_while_and_then_no_more():
    bands = Bands()
    heard = [block for block in blocks(2, 3.0, 5) if block.arrival_s < 16.0]
    bands.feed([*named("thigh", blocks(1, 40.0, 5)), *named("pelvis", heard)])
    assert PATIENCE_S < max(bands.lags()) <= PATIENCE_S + DECIDED_WITHIN_S
    assert bands.lags()[-1] <= DECIDED_WITHIN_S


def test_alerts_never_wait():
    bands = Bands()
    thigh = [block for block in blocks(1, 40.0, 5) if block.arrival_s < 21.0]
    pelvis = [block for block in blocks(2, 3.0, 5) if block.arrival_s < 19.9]
    bands.feed([*named("thigh", thigh), *named("pelvis", pelvis)])
    thigh_alone = [event.name for _, event in bands.handed if event.band == "thigh"]
    assert "alert_raised" not in thigh_alone
    told = bands.together.take("thigh", bands.pipelines["thigh"].tick(22.5), ())
    assert {event.code for event in told if isinstance(event, AlertRaised)} == {
        "signal_degraded",
        "signal_lost",
    }


def test_a_set_that_ends_leaves_nothing_waiting():
    bands = Bands()
    thigh = [block for block in blocks(1, 40.0, 5) if block.arrival_s < 21.0]
    pelvis = [block for block in blocks(2, 18.0, 5) if block.arrival_s < 19.9]
    bands.feed([*named("thigh", thigh), *named("pelvis", pelvis)])
    before = sum(isinstance(e, Rep) and e.band == "thigh" for _, e in bands.handed)
    told = bands.together.take("thigh", bands.pipelines["thigh"].command("stop", 21.1), ())
    reps = [event for event in told if isinstance(event, Rep) and event.grade is not Grade.ABORTED]
    assert [rep.index for rep in reps] == [before + 1]
    (ended,) = [event for event in told if isinstance(event, SetEnded)]
    assert told.index(reps[0]) < told.index(ended)
    assert ended.results["reps"] == before + 1


def test_a_band_alone_says_what_it_always_says_and_at_once():
    pipeline = BandPipeline(
        BandSettings("thigh", "waiting", quantity="angle"), load_catalogue().find
    )
    alone = BandPipeline(BandSettings("thigh", "waiting", quantity="angle"), load_catalogue().find)
    together = Together({"thigh": pipeline})
    handed = together.take("thigh", pipeline.start(CLAMSHELL, 0.0), ())
    expected = alone.start(CLAMSHELL, 0.0)
    for block in blocks(1, 40.0, 7):
        handed += together.take("thigh", pipeline.push(block), pipeline.take_readings())
        expected += alone.push(block)
        assert handed == expected


@pytest.mark.parametrize("hz", [10.0, 200.0])
def test_a_history_keeps_two_minutes_and_not_much_more(hz: float):
    history = ReadingHistory()
    for k in range(round(600 * hz)):
        history.add([(k / hz, float(k))])
    t_s, values = history.between(-np.inf, np.inf)
    assert KEPT_S <= t_s[-1] - t_s[0] <= 2 * KEPT_S + 1
    assert (history.newest_s, values[-1]) == (t_s[-1], round(600 * hz) - 1)


def test_a_history_is_read_between_its_readings():
    history = ReadingHistory()
    history.add([(0.0, 0.0), (0.2, 2.0), (0.4, 4.0), (1.4, 14.0)])
    assert history.at(np.array([0.1, 0.3, 0.9])) == pytest.approx([1.0, 3.0, 9.0])
    assert history.covers(0.0, 0.4)
    assert not history.covers(0.0, 1.0)
    assert not history.covers(2.0, 3.0)


@pytest.mark.rule("clam_form")
@pytest.mark.parametrize(("height_deg", "flags"), [(2.0, ()), (20.0, ("roll_back",))])
def test_a_pelvis_that_begins_no_set_is_at_rest_as_the_legs_set_begins(
    height_deg: float, flags: tuple[str, ...]
):
    bands = Bands(begin=())
    fed = [*named("thigh", lying_down(1, 40.0)), *named("pelvis", lying_down(2, height_deg))]
    bands.feed([one for one in fed if one[1].arrival_s < 6.0])
    bands.start("thigh", 6.0)
    bands.feed([one for one in fed if one[1].arrival_s >= 6.0])
    reps = [event for _, event in bands.handed if isinstance(event, Rep)]
    assert len(reps) == 5
    assert [rep.flags for rep in reps] == [flags] * 5

"""Left and right held against each other: whose clock, whose rate and which order are no matter."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.encoder import Encoder
from bandmate.devices.registry import load_profiles
from bandmate.domain.events import Event, Grade, Rep, SetEnded, SetStarted, Symmetry
from bandmate.domain.samples import Decoded, Frame
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.intake import Intake, feed
from bandmate.engine.sides import Sides
from bandmate.engine.stamp import Head
from bandmate.engine.together import Together
from scenarios.scenario import Signal, cycles, sampled

FLOSS = load_catalogue().find("supine_sciatic_floss")
PROGRESSOR = load_profiles().get("tindeq-progressor")

Moved = Sequence[tuple[float, float]]
moved = st.lists(st.tuples(st.floats(1, 100), st.floats(1, 100)), min_size=3, max_size=9)


def one_set(
    band: str, movements: Moved, *, exercise: str = "free_reps", number: int = 1
) -> list[Event]:
    """The events of a set: its movements' peaks and excursions."""

    def head(name: str, t_s: float) -> Head:
        return Head(
            id=name, band=band, exercise=exercise, set=number, t_s=t_s, emitted_s=max(t_s, 9.0)
        )

    reps = [
        Rep(
            **head(f"rep-{k}", k),
            index=k,
            grade=Grade.FULL,
            start_s=k - 0.8,
            peak_s=k - 0.5,
            count_s=k,
            peak_n=peak,
            excursion=excursion,
        )
        for k, (peak, excursion) in enumerate(movements, start=1)
    ]
    return [
        SetStarted(**head("started", 0.0), title="", zone=None),
        *reps,
        SetEnded(**head("ended", 9.0), status="complete", interrupted=False, results={}),
    ]


def compared(*events: Event) -> list[Symmetry]:
    sides = Sides("s1")
    told = [one for event in events for one in sides.take(event)]
    return [event for event in told if isinstance(event, Symmetry)]


@given(left=moved, right=moved)
def test_left_and_right_are_mirror_images(left: Moved, right: Moved):
    (one,) = compared(*one_set("left", left), *one_set("right", right))
    (other,) = compared(*one_set("left", right), *one_set("right", left))
    assert one.peak_asymmetry_pct == other.peak_asymmetry_pct
    assert one.excursion_asymmetry_pct == other.excursion_asymmetry_pct
    assert (one.n_left, one.n_right) == (other.n_right, other.n_left)
    mirrored = {"left": "right", "right": "left", None: None}
    assert one.weaker == mirrored[other.weaker]


@given(left=moved, right=moved)
def test_who_ends_first_decides_only_who_tells(left: Moved, right: Moved):
    (one,) = compared(*one_set("left", left), *one_set("right", right))
    (other,) = compared(*one_set("right", right), *one_set("left", left))
    assert (one.band, other.band) == ("right", "left")
    whose = {"id": "", "band": ""}
    assert {**one.to_dict(), **whose} == {**other.to_dict(), **whose}


def test_only_the_same_set_of_the_same_exercise_is_compared():
    three = [(10.0, 8.0)] * 3
    left = one_set("left", three)
    assert not compared(*left, *one_set("right", three, exercise="standing_row_band"))
    assert not compared(*left, *one_set("right", three, number=2))
    assert not compared(*left, *one_set("thigh", three))
    second = one_set("left", three, number=2)
    both = [*left, *one_set("right", three), *second, *one_set("right", three, number=2)]
    assert [symmetry.set for symmetry in compared(*both)] == [1, 2]


def frames(signal: Signal, hz: float, clock_s: float, late_s: float) -> list[Frame]:
    """What a sensor with a clock of its own sends; each packet arrives a little late."""
    encoder = Encoder(PROGRESSOR)
    t, x = sampled(signal, 46.0, hz, seed=1)
    sent: list[Frame] = []
    for at in range(0, t.size - 8, 8):
        part = slice(at, at + 8)
        ticks = [round((t_s + clock_s) * 1e6) for t_s in t[part].tolist()]
        arrival_s = float(t[part][-1]) + late_s * (1 + at % 3)
        packets = encoder.encode(Decoded(x[part].tolist(), ticks))
        sent += [Frame(arrival_s, PROGRESSOR.main_role, data) for data in packets]
    return sent


def test_streams_with_other_rates_and_clocks_are_joined_on_the_session_clock():
    sent = {
        "left": frames(cycles(10, 4.0, 14.0, 4.0), 80.0, 100.0, 0.01),
        "right": frames(cycles(10, 4.0, 10.5, 4.0), 20.0, 101.7, 0.02),
    }
    pipelines = {
        band: BandPipeline(
            BandSettings(band, "s1", traits=PROGRESSOR.traits(PROGRESSOR.parameters())),
            load_catalogue().find,
        )
        for band in sent
    }
    intakes = {band: Intake(PROGRESSOR) for band in sent}
    together = Together(pipelines)
    told: list[Event] = []
    for band, pipeline in pipelines.items():
        told += together.take(band, pipeline.start(FLOSS, 0.0), ())
    both = [(frame, band) for band, fed in sent.items() for frame in fed]
    for frame, band in sorted(both, key=lambda one: one[0].arrival_s):
        events = feed(pipelines[band], intakes[band], frame)
        told += together.take(band, events, pipelines[band].take_readings())
    for band, pipeline in pipelines.items():
        told += together.take(band, pipeline.finish(46.0), ())
    reps = {
        band: [e for e in told if isinstance(e, Rep) and e.band == band and e.grade == "full"]
        for band in sent
    }
    assert [len(found) for found in reps.values()] == [10, 10]
    for left, right in zip(*reps.values(), strict=True):
        assert left.start_s == pytest.approx(right.start_s, abs=0.15)
        assert left.peak_s == pytest.approx(right.peak_s, abs=0.4)
    (sides,) = [event for event in told if isinstance(event, Symmetry)]
    assert sides.excursion_asymmetry_pct == pytest.approx(25.0, abs=2.0)
    assert sides.peak_asymmetry_pct == pytest.approx(100 * 3.5 / 18, abs=2.0)
    assert sides.weaker == "right"

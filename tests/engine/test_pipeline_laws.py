"""Laws that hold for whatever a sensor says, however it is packed, whatever a person asks."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from performance import (
    EXERCISES,
    Performance,
    Sample,
    as_block,
    commanded,
    cuts,
    make_pipeline,
    performances,
)

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.alerts import ALERTS
from bandmate.domain.events import (
    AlertCleared,
    AlertRaised,
    Event,
    EventDict,
    HoldEnded,
    HoldStarted,
    Quality,
    Rep,
    RepFinal,
    SetEnded,
    SetStarted,
    Summary,
)
from bandmate.domain.samples import Block, Quantity
from scenarios.scenario import FLOSS, cycles, run

laws = settings(max_examples=40, deadline=None)


def facts(events: list[Event]) -> list[EventDict]:
    """All that an event says but when it was decided."""
    return [{k: v for k, v in event.to_dict().items() if k != "emitted_s"} for event in events]


@laws
@given(performances(), cuts)
def test_packets_decide_nothing(performance: Performance, sizes: list[int]):
    assert repr(facts(performance.events(sizes))) == repr(facts(performance.events()))


@laws
@given(performances(), cuts)
def test_a_replay_gives_the_same_again(performance: Performance, sizes: list[int]):
    assert repr(performance.events(sizes)) == repr(performance.events(sizes))


@laws
@given(performances(), cuts)
def test_nothing_is_decided_before_it_happened(performance: Performance, sizes: list[int]):
    assert all(event.emitted_s >= event.t_s for event in performance.events(sizes))


@laws
@given(performances())
def test_ids_are_unique(performance: Performance):
    ids = [event.id for event in performance.events()]
    assert len(set(ids)) == len(ids)


@laws
@given(performances())
def test_the_summary_is_the_sum_of_the_events(performance: Performance):
    events = performance.events()
    summary = events[-1]
    assert isinstance(summary, Summary)
    grades = Counter(str(e.grade) for e in events if isinstance(e, Rep))
    assert grades["full"] == summary.reps
    assert all(
        grades[grade] == getattr(summary, grade) for grade in ("partial", "fast", "slow", "aborted")
    )
    assert summary.holds == sum(isinstance(e, HoldEnded) for e in events)
    assert summary.alerts == Counter(str(e.code) for e in events if isinstance(e, AlertRaised))
    told = [e for e in events if isinstance(e, Quality)]
    for name, total in summary.quality.items():
        assert total == pytest.approx(sum(getattr(quality, name) for quality in told))
    assert summary.quality["samples"] + summary.quality["nan"] == sum(
        x is not None for _, x in performance.samples
    )


@laws
@given(performances())
def test_zone_times_add_up_to_the_time_the_sets_ran(performance: Performance):
    events = performance.events()
    summary = events[-1]
    assert isinstance(summary, Summary)
    starts = [e for e in events if isinstance(e, SetStarted)]
    ends = [e for e in events if isinstance(e, SetEnded)]
    ran_s = sum(
        end.t_s - start.t_s
        for start, end in zip(starts, ends, strict=True)
        if start.zone is not None
    )
    assert sum((summary.zone_s or {}).values()) == pytest.approx(ran_s, abs=0.1)


@laws
@given(performances())
def test_movements_are_numbered_from_one_in_each_set(performance: Performance):
    events = performance.events()
    for number in {event.set for event in events}:
        reps = [e for e in events if isinstance(e, Rep) and e.set == number]
        assert [rep.index for rep in reps] == list(range(1, len(reps) + 1))
        assert all(r.start_s <= r.peak_s <= r.count_s == r.t_s for r in reps)
        final = [e.index for e in events if isinstance(e, RepFinal) and e.set == number]
        assert len(set(final)) == len(final)
        assert set(final) <= {rep.index for rep in reps if rep.grade != "aborted"}


@laws
@given(performances())
def test_what_starts_ends(performance: Performance):
    events = performance.events()
    holds = [(type(e), e.set, e.index) for e in events if isinstance(e, HoldStarted | HoldEnded)]
    assert holds[1::2] == [(HoldEnded, *key) for _, *key in holds[::2]]
    open_codes: set[str] = set()
    for event in events:
        if isinstance(event, AlertRaised):
            assert event.code not in open_codes or event.code == "band_release"
            open_codes.add(event.code)
            assert event.onset_s <= event.t_s
        elif isinstance(event, AlertCleared):
            open_codes.remove(event.code)
            assert event.duration_s >= 0
    assert all(ALERTS[code].latched for code in ALERTS if code in open_codes)


@laws
@given(performances())
def test_after_a_set_only_what_still_stands_is_active(performance: Performance):
    active: set[str] = set()
    for event in [e for e in performance.events() if not isinstance(e, Summary)]:
        if isinstance(event, AlertRaised):
            active.add(event.code)
        elif isinstance(event, AlertCleared):
            active.discard(event.code)
        elif isinstance(event, Quality):  # the last word of a set
            about_sets = {"tension_limit", "tension_high", "hold_lost", "hold_sag"}
            about_sets |= {"signal_lost", "signal_degraded", "sensor_frozen"}
            about_sets |= {"pace_fast", "wrong_band", "baseline_drift"}
            assert not active & about_sets


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_empty_packet_changes_nothing(exercise: str):
    samples: list[Sample] = [(k / 40, 4 + 14 * (k // 60 % 2)) for k in range(600)]
    full = Performance(exercise, samples).events()
    pipeline = make_pipeline()
    events = pipeline.start(load_catalogue().find(exercise), 0.0)
    for sample in samples:
        assert pipeline.push(Block(sample[0], [], [])) == []
        events += pipeline.push(as_block([sample]))
    assert [*events, *pipeline.finish(samples[-1][0])] == full


def test_packets_are_not_changed():
    times, forces = [k / 80 for k in range(800)], [20.0] * 800
    block = Block(10.0, times, forces)
    pipeline = make_pipeline()
    pipeline.start(load_catalogue().find(FLOSS), 0.0)
    pipeline.push(block)
    assert (times, forces) == ([k / 80 for k in range(800)], [20.0] * 800)


garbage = st.one_of(
    st.none(),
    st.floats(),
    st.sampled_from([float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 1e9, -0.0, 200.0]),
)
quantities: st.SearchStrategy[Quantity] = st.sampled_from(["force", "arbitrary", "angle"])
words = st.sampled_from(["ack", "next", "stop", "stop:pain:9", "tare", "start:free_holds", "?", ""])


@laws
@given(
    st.sampled_from(EXERCISES),
    quantities,
    st.lists(
        st.one_of(st.lists(st.tuples(st.floats(-1, 3), garbage), max_size=30), words), max_size=30
    ),
)
def test_no_reading_raises(
    exercise: str, quantity: Quantity, script: list[list[tuple[float, float | None]] | str]
):
    pipeline = make_pipeline(quantity)
    events = pipeline.start(load_catalogue().find(exercise), 0.0)
    now_s = 0.0
    for item in script:
        if isinstance(item, str):
            events += commanded(pipeline, item, now_s)
            continue
        times = [now_s := now_s + step_s for step_s, _ in item]
        events += pipeline.push(Block(now_s, times, [x for _, x in item]))
    events += pipeline.finish(now_s)
    assert isinstance(events[-1], Summary)


def counts(summary: Summary) -> tuple[int, ...]:
    return (summary.reps, summary.partial, summary.fast, summary.slow, summary.aborted)


@settings(max_examples=15, deadline=None)
@given(
    hz=st.sampled_from([10, 13, 20, 50, 80, 100]),
    offset_n=st.floats(-0.5, 0.5),
    slower=st.floats(0.8, 1.25),
    seed=st.integers(0, 10_000),
)
def test_rate_offset_and_tempo_do_not_change_the_count(
    hz: float, offset_n: float, slower: float, seed: int
):
    performed = cycles(6, 4 + offset_n, 14, 6 * slower, rises={3: 6.3})
    result = run(FLOSS, performed, 6 + 36 * slower, hz=hz, seed=seed)
    assert counts(result.summary) == (5, 1, 0, 0, 0)

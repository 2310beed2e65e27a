"""What a session came to is the sum of what was told of it, and nothing of that is lost."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kept import RUN, T0_NS, KeptHost, a_session, free_sets, keep, pulls
from app.test_people import entry
from bandmate.app.reports.archive import Archive
from bandmate.app.reports.findings import OverTension, Place, longest_s, total_s
from bandmate.app.reports.results import Results
from bandmate.app.reports.sessions import sessions_of
from bandmate.domain.alerts import ALERTS, AlertCode
from bandmate.domain.events import AlertRaised, Event, SetStarted
from bandmate.domain.records import EventRecord, Record
from bandmate.domain.session_events import Recounted, SessionChanged, SessionSummary
from bandmate.engine.done import Done, prescribed
from bandmate.errors import StoreError, UsageError
from bandmate.sinks.store_history import Stored
from engine.session_host import CATALOGUE, a_plan

NAN = math.nan


def results(archive: Archive, session: str = "") -> Results:
    return archive.keep_of(archive.find(session)).results


@pytest.fixture(scope="module")
def guided_records() -> Sequence[Record]:
    """Two sets of flosses, with two pulls over the limit and a second without data; a traction."""
    shown = {(9.0, 12.0): 41.0, (20.0, 20.3): 45.0, (40.0, 41.0): NAN}
    return a_session("supine_sciatic_floss", "banded_leg_traction", shown=shown).records()


def test_a_guided_session_is_told_as_its_events_tell_it(
    tmp_path: Path, guided_records: Sequence[Record]
):
    archive = keep(tmp_path, guided_records)
    (session,) = archive.sessions()
    assert (session.id, session.person, session.plan) == (f"{RUN}-g1", "p1", "test")
    assert (session.day, session.status) == (date(2026, 1, 2), "done")
    assert (session.pain, session.distal, session.over_tension) == ((3, 1), (4, 3), 2)
    found = results(archive)
    floss, traction = found.exercises
    assert (floss.exercise, floss.side, floss.sets) == ("supine_sciatic_floss", "left", 2)
    assert floss.credited == floss.grades["full"] == 19
    assert floss.raw_share == pytest.approx(0.95)
    assert floss.cycle_s == pytest.approx(5.0, abs=0.1)
    assert (traction.kind, traction.holds, traction.sags) == ("hold", 1, 0)
    assert traction.dose_share == 1.0
    assert traction.raw_share is not None
    assert traction.raw_share > 1.0
    assert found.pain_change == -2
    assert [(work.exercise, work.set_number) for work in found.sets] == [
        ("supine_sciatic_floss", 1),
        ("supine_sciatic_floss", 2),
        ("banded_leg_traction", 1),
    ]
    assert found.quality.counts["gaps"] == 1
    assert found.quality.timed_share == 0.0


def test_over_tension_is_told_with_its_length_and_peak(
    tmp_path: Path, guided_records: Sequence[Record]
):
    found = results(keep(tmp_path, guided_records)).over_tension
    assert [one.code for one in found] == [AlertCode.TENSION_LIMIT] * 2
    assert [one.place for one in found] == [
        Place(exercise="supine_sciatic_floss", side="left", set_number=1)
    ] * 2
    assert [one.peak_n for one in found] == pytest.approx([41.0, 45.0], abs=0.5)
    assert [one.duration_s for one in found] == pytest.approx([3.0, 0.3], abs=0.2)
    assert longest_s(found) == pytest.approx(3.0, abs=0.2)
    assert total_s(found) == pytest.approx(3.3, abs=0.3)


def test_peaks_are_told_thrice(tmp_path: Path):
    spike = pulls()
    records = free_sets(lambda t_s: 33.0 if 7.49 < t_s < 7.51 else spike(t_s))
    (work,) = results(keep(tmp_path, records)).exercises
    assert work.peak_raw == 33.0
    assert work.peak is not None
    assert work.peak_sustained is not None
    assert work.peak_sustained <= work.peak < 21.0
    assert work.peak_sustained == pytest.approx(20.0, abs=0.3)


def test_a_jerk_is_listed_apart(tmp_path: Path):
    calm = pulls()
    records = free_sets(lambda t_s: 42.0 if 7.4 < t_s < 7.47 else calm(t_s))
    found = results(keep(tmp_path, records))
    assert [round(one.peak_n) for one in found.jerks] == [42]
    assert found.over_tension == ()
    assert found.exercises[0].transients == 1


def test_time_that_was_not_measured_is_not_in_zone(
    tmp_path: Path, guided_records: Sequence[Record]
):
    found = results(keep(tmp_path, guided_records))
    floss = found.exercises[0]
    assert floss.zone_s is not None
    assert floss.zone_s["unknown"] >= 1.0
    assert floss.interrupted


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    spans=st.lists(st.tuples(st.floats(1.0, 18.0), st.floats(0.02, 3.0)), max_size=3),
    level_n=st.floats(30.0, 130.0),
)
def test_zone_seconds_are_the_length_of_the_set_and_no_over_tension_is_lost(
    tmp_path_factory: pytest.TempPathFactory, spans: list[tuple[float, float]], level_n: float
):
    calm = pulls()

    def force_n(t_s: float) -> float:
        return level_n if any(a <= t_s < a + length for a, length in spans) else calm(t_s)

    records = free_sets(force_n)
    found = results(keep(tmp_path_factory.mktemp("kept"), records))
    (work,) = found.sets
    assert work.active_s == pytest.approx(20.0, abs=1e-6)
    raised = [
        record.body
        for record in records
        if isinstance(record, EventRecord)
        and record.name == "alert_raised"
        and record.body["code"] in {"tension_limit", "tension_ceiling"}
    ]
    assert [(one.code, one.t_s) for one in found.over_tension] == [
        (body["code"], body["onset_s"]) for body in raised
    ]
    assert all((one.peak_n or 0.0) >= level_n for one in found.over_tension if one.peak_n)
    assert found.session.over_tension == work.over_tension == len(raised)


def test_left_and_right_are_held_against_each_other(tmp_path: Path):
    left = free_sets(pulls(20.0), length_s=30.0)
    right = free_sets(pulls(14.0), bands="right", length_s=30.0)
    (side,) = results(keep(tmp_path, [*left, *right])).sides
    assert (side.weaker, side.word) == ("right", "uneven")
    assert side.asymmetry_pct == pytest.approx(30.0, abs=1.5)
    assert min(side.n_left, side.n_right) >= 5


def test_sides_are_marked_only_after_several_sessions_in_a_row(tmp_path: Path):
    records = a_session(bands="left right").records()
    archive = keep(tmp_path, records)
    asked = prescribed(CATALOGUE.find("supine_sciatic_floss"))

    def done(side: str, rise: float) -> Done:
        return Done(
            exercise="supine_sciatic_floss",
            side=side,
            asked=asked,
            kind="reps",
            credited=10.0,
            dose_share=1.0,
            measured=True,
            excursion=rise,
            movements=10,
        )

    uneven = (done("left", 20.0), done("right", 12.0))
    for name in ("a", "b", f"{RUN}-g1"):
        archive.people.append("p1", entry(name, exercises=uneven))
    assert archive.marked(archive.find("")) == ["supine_sciatic_floss"]
    archive.people.append("p1", entry("later", exercises=(done("left", 20.0), done("right", 20.0))))
    assert archive.marked(archive.find("")) == ["supine_sciatic_floss"]


def test_a_stop_is_told_with_movement_and_pull(tmp_path: Path):
    records = free_sets(pulls(), command={12.5: "stop:tingle"}, bands="left")
    found = results(keep(tmp_path, records))
    (stop,) = found.stops
    assert (stop.kind, stop.rep) == ("tingle", 3)
    assert stop.place == Place(exercise="supine_sciatic_floss", side="left", set_number=1)
    assert stop.force_n == pytest.approx(20.0, abs=0.5)
    assert found.session.stops == 1
    assert found.sets[0].status == "stopped"


def test_a_stop_in_a_guided_session_is_told_once(tmp_path: Path):
    host = KeptHost(a_plan("supine_sciatic_floss"), [("left", "force"), ("right", "force")])
    host.begin()
    host.wait(12.0)
    host.command("stop:pain:7")
    host.command("ack")
    host.end()
    found = results(keep(tmp_path, host.records()))
    (stop,) = found.stops
    assert (stop.kind, stop.pain) == ("pain", 7)
    assert stop.rep is not None
    assert stop.force_n is not None
    assert found.session.stops == 1


def test_a_recount_is_kept_beside_what_was_counted_though_it_comes_late(tmp_path: Path):
    host = a_session()
    host.command("recount:9")
    records = host.records()
    assert any(isinstance(event, Recounted) for event in host.machine.events)
    late = free_sets(pulls(), from_s=host.now_s + 60.0)
    recounted = [one for one in records if isinstance(one, EventRecord) and one.name == "recounted"]
    before = [one for one in records if one not in recounted]
    archive = keep(tmp_path, [*before, *late, *recounted])
    found = results(archive, f"{RUN}-g1")
    assert [(one.counted, one.by_person) for one in found.recounts] == [(10, 9)]
    assert [work.by_person for work in found.sets] == [None, 9]
    assert found.exercises[0].credited == 20
    assert results(archive).recounts == ()


def test_free_sets_of_a_day_are_a_session(tmp_path: Path):
    first = free_sets(pulls())
    next_day = free_sets(pulls(), from_s=86_400.0, exercise="standing_row_band")
    # Numbers of sets go on within a run.
    for record in next_day:
        if isinstance(record, EventRecord) and record.body["set"] == 1:
            record.body["set"] = 2
    archive = keep(tmp_path, [*first, *next_day])
    assert [session.id for session in archive.sessions()] == [f"{RUN}-20260103", f"{RUN}-20260102"]
    assert [work.exercise for work in results(archive).sets] == ["standing_row_band"]
    (work,) = results(archive, f"{RUN}-20260102").sets
    assert (work.exercise, work.side, work.movements) == ("supine_sciatic_floss", "left", 4)


def test_guided_and_free_sets_of_one_run_are_told_apart(
    tmp_path: Path, guided_records: Sequence[Record]
):
    free = free_sets(pulls(), from_s=2000.0, exercise="standing_row_band")
    archive = keep(tmp_path, [*guided_records, *free])
    kinds = {session.kind: session for session in archive.sessions()}
    assert {work.exercise for work in results(archive, kinds["free"].id).sets} == {
        "standing_row_band"
    }
    assert len(results(archive, kinds["guided"].id).sets) == 3


def test_what_a_crash_cut_off_is_told_as_such(tmp_path: Path, guided_records: Sequence[Record]):
    names = [one.name if isinstance(one, EventRecord) else "" for one in guided_records]
    cut = names.index("alert_cleared", names.index("alert_raised"))
    archive = keep(tmp_path, guided_records[:cut])
    (session,) = archive.sessions()
    assert (session.status, session.over_tension, session.sets_planned) == ("open", 1, None)
    found = results(archive)
    (work,) = found.sets
    assert (work.status, work.side, work.credited) == ("interrupted", "left", 0.0)
    (over,) = found.over_tension
    assert over.duration_s is None
    assert over.peak_n == pytest.approx(41.0, abs=0.5)


def test_over_tension_is_told_though_its_readings_are_gone(
    tmp_path: Path, guided_records: Sequence[Record]
):
    events = [one for one in guided_records if isinstance(one, EventRecord)]
    found = results(keep(tmp_path, events))
    assert len(found.over_tension) == 2
    assert all(one.peak_n is not None and one.peak_n > 35.0 for one in found.over_tension)
    assert found.sets[0].peak is not None
    assert found.sets[0].peak_sustained is None


def test_only_a_change_of_two_points_is_told(tmp_path: Path, guided_records: Sequence[Record]):
    found = results(keep(tmp_path, guided_records))
    for after, change in ((2, None), (5, 2), (None, None), (1, -2)):
        told = replace(found, session=replace(found.session, pain=(3, after)))
        assert told.pain_change == change


def test_lists_go_on_where_they_ended(tmp_path: Path):
    records: list[Record] = []
    for number in range(1, 26):
        run = f"2026{number:04d}t100000-ab12"
        records += free_sets(pulls(), length_s=1.0, run=run)
    archive = keep(tmp_path, records)
    first = archive.sessions()
    assert len(first) == 20
    rest = archive.sessions(before=first[-1].id)
    ids = [session.id for session in (*first, *rest)]
    assert len(ids) == len(set(ids)) == 25
    assert ids == sorted(ids, reverse=True)
    assert archive.sessions(person="p1") == []


@pytest.mark.parametrize("session", ["nothing", f"{RUN}-g7", "../../etc", f"{RUN}-20200101"])
def test_a_session_that_is_not_there(tmp_path: Path, session: str):
    archive = keep(tmp_path, free_sets(pulls()))
    with pytest.raises(UsageError, match="there is no session"):
        archive.find(session)
    with pytest.raises(UsageError, match="there is no session"):
        archive.sessions(before=session)


def test_an_empty_store_and_none(tmp_path: Path):
    archive = keep(tmp_path, [])
    assert archive.sessions() == []
    with pytest.raises(UsageError, match="no sessions yet"):
        archive.find("")
    (tmp_path / "bandmate.db").unlink()
    with pytest.raises(StoreError, match="no local store"):
        archive.sessions()


def _stored(seq: int, event: Event, t_s: float) -> Stored:
    return Stored(seq, T0_NS + round(t_s * 1e9), event)


_HEAD = {"exercise": "", "set": 0, "emitted_s": 0.0}


@st.composite
def _marks(draw: st.DrawFn) -> list[Stored]:
    """A run: guided sessions one after the other, bands in and between them, maybe a crash."""
    marks: list[Stored] = []
    guided, is_led, count = 0, False, 0
    for what in draw(st.lists(st.sampled_from(["guide", "set", "over", "wait"]), max_size=40)):
        count += 1
        t_s = count * draw(st.sampled_from([10.0, 4000.0]))
        head = {**_HEAD, "t_s": t_s}
        event: Event
        if what == "guide":
            guided += not is_led
            is_led = not is_led
            name = f"{RUN}-g{guided}--0"
            event = SessionChanged(
                **head,  # pyright: ignore[reportArgumentType]
                id=f"{name}-session-{count}",
                band="",
                state="checking" if is_led else "done",
                plan="calm",
                person="p1",
                date="2026-01-02",
            )
        elif what == "set":
            event = SetStarted(
                **head,  # pyright: ignore[reportArgumentType]
                id=f"{RUN}-left-{count}-set_started-1",
                band="left",
                title="",
                zone=None,
            )
        elif what == "over":
            kind = ALERTS[AlertCode.TENSION_LIMIT]
            event = AlertRaised(
                **head,  # pyright: ignore[reportArgumentType]
                id=f"{RUN}-left-{count}-alert_raised-tension_limit-1",
                band="left",
                code=AlertCode.TENSION_LIMIT,
                urgency=kind.urgency,
                value=40.0,
                limit=35.0,
                message=kind.message,
                onset_s=t_s,
            )
        else:
            continue
        marks.append(_stored(count, event, t_s))
    return sorted(marks, key=lambda one: one.seq)


@settings(deadline=None)
@given(_marks())
def test_every_set_and_over_tension_of_a_run_is_in_one_session(marks: list[Stored]):
    found = sessions_of(RUN, marks, lambda ts_ns: datetime.fromtimestamp(ts_ns / 1e9, UTC))
    events = [one.event for one in marks]
    assert sum(session.sets for session in found) == sum(
        isinstance(event, SetStarted) for event in events
    )
    assert sum(session.over_tension for session in found) == sum(
        isinstance(event, AlertRaised) for event in events
    )
    spans = sorted(span for session in found for span in session.spans)
    for (_, ended), (begun, _) in pairwise(spans):
        assert ended < begun
    for one in marks:
        assert sum(begun <= one.seq <= ended for begun, ended in spans) == 1


def test_times_over_both_limit_and_ceiling_count_once():
    def over(code: AlertCode, t_s: float, length_s: float | None) -> OverTension:
        return OverTension(
            code=code,
            band="left",
            place=Place(),
            t_s=t_s,
            duration_s=length_s,
            rep=None,
            limit_n=None,
            peak_n=None,
        )

    found = [
        over(AlertCode.TENSION_LIMIT, 1.0, 3.0),
        over(AlertCode.TENSION_CEILING, 2.0, 1.0),
        over(AlertCode.TENSION_LIMIT, 9.0, None),
        over(AlertCode.TENSION_LIMIT, 20.0, 0.5),
    ]
    assert total_s(found) == pytest.approx(3.5)
    assert longest_s(found) == 3.0


def test_the_summary_is_what_is_listed(tmp_path: Path, guided_records: Sequence[Record]):
    told = [
        record.body
        for record in guided_records
        if isinstance(record, EventRecord) and record.name == SessionSummary.name
    ][-1]
    (session,) = keep(tmp_path, guided_records).sessions()
    assert session.dose_share == told["dose_share"]
    assert (session.sets_done, session.sets_planned) == (3, told["sets_planned"])

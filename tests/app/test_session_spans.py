"""A session is told from its beginning to its own end: not the hours that the service ran on."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from app.kept import RUN, T0_NS, KeptHost, a_session, free_sets, keep, pulls
from bandmate.app.reports.archive import Archive, Kept
from bandmate.app.reports.findings import Place
from bandmate.app.reports.spans import common
from bandmate.app.reports.windows import Windows
from bandmate.domain.alerts import AlertCode
from bandmate.domain.records import EventRecord, Record, SampleRecord
from bandmate.domain.session_events import SessionSummary
from bandmate.errors import UsageError
from bandmate.sinks import store_history
from bandmate.sinks.store_file import open_file
from bandmate.sinks.store_rows import Row, from_row
from engine.session_host import HZ, PACKET_N, a_plan

SET_S = 20.0
IDLE_S = 60.0


def pulled(t_s: float) -> float:
    """A set; after it the band hangs there, and is once pulled far too strongly."""
    if t_s <= SET_S:
        return pulls()(t_s)
    return 130.0 if SET_S + 30.0 <= t_s < SET_S + 33.0 else 0.0


def hanging(t_s: float) -> float:
    return pulls()(t_s) if t_s <= SET_S else 0.0


def only(archive: Archive) -> Kept:
    (session,) = archive.sessions()
    return archive.keep_of(session)


def last_read_s(kept: Kept) -> float:
    return max((one.ts_ns[-1] - T0_NS) / 1e9 for one in kept.samples)


def test_free_sets_end_with_the_last_of_them(tmp_path: Path):
    kept = only(keep(tmp_path, free_sets(hanging, idle_s=IDLE_S)))
    assert kept.results.to_s == SET_S
    assert (kept.results.session.ended_ns - T0_NS) / 1e9 == SET_S
    assert kept.results.quality.counts["samples"] == SET_S * 40
    assert (kept.results.quality.tares, kept.results.quality.tares_refused) == (0, 0)
    assert last_read_s(kept) < SET_S + 1.0


def second_set(from_s: float) -> Sequence[Record]:
    """Numbers of sets go on within a run."""
    records = free_sets(hanging, from_s=from_s)
    for record in records:
        if isinstance(record, EventRecord) and record.body["set"] == 1:
            record.body["set"] = 2
    return records


def test_what_happened_between_free_sets_is_none_of_them(tmp_path: Path):
    idle = free_sets(hanging, idle_s=IDLE_S)
    kept = only(keep(tmp_path, [*idle, *second_set(200.0)]))
    assert [work.set_number for work in kept.results.sets] == [1, 2]
    assert [work.parts[0].to_s for work in kept.results.sets] == [SET_S, 200.0 + SET_S]
    assert kept.results.quality.counts["samples"] == 2 * SET_S * 40
    between_s = [
        (ts_ns - T0_NS) / 1e9
        for one in kept.samples
        for ts_ns in one.ts_ns
        if SET_S + 1.0 < (ts_ns - T0_NS) / 1e9 < 199.0
    ]
    assert between_s == []


def test_a_pull_over_the_ceiling_outside_of_sets_is_told(tmp_path: Path):
    kept = only(keep(tmp_path, free_sets(pulled, idle_s=IDLE_S)))
    (over,) = kept.results.over_tension
    assert (over.code, over.place) == (AlertCode.TENSION_CEILING, Place())
    assert over.duration_s == pytest.approx(3.0, abs=0.2)
    assert over.peak_n == pytest.approx(130.0, abs=0.5)
    assert kept.results.session.over_tension == 1


def behind(host: KeptHost) -> list[Record]:
    """The band hangs there until the service ends."""
    read = [
        SampleRecord(RUN, "left", "", [T0_NS + round((host.now_s + n) * 1e9)], [0.0])
        for n in range(1, 100)
    ]
    told = host.pipelines["left"].finish(host.now_s + 7200.0)
    events = [EventRecord(RUN, T0_NS + round(one.t_s * 1e9), one.to_dict()) for one in told]
    return [*read, *events]


def test_a_guided_session_ends_with_its_summary(tmp_path: Path):
    host = a_session()
    (summary,) = host.told(SessionSummary)
    kept = only(keep(tmp_path, [*host.records(), *behind(host)]))
    assert kept.results.to_s == summary.t_s
    assert last_read_s(kept) < summary.t_s
    assert kept.results.session.ended_ns == T0_NS + round(summary.t_s * 1e9)


def test_a_set_that_outlasts_its_session_is_told_to_its_own_end(tmp_path: Path):
    host = KeptHost(a_plan("supine_sciatic_floss"), [("left", "force")]).begin()
    host.wait(10.0)
    host.machine.crashed(host.now_s)
    host.wait(2.0)
    cut_s = host.now_s
    stopped = host.pipelines["left"].command("stop", cut_s)
    events = [EventRecord(RUN, T0_NS + round(one.t_s * 1e9), one.to_dict()) for one in stopped]
    kept = only(keep(tmp_path, [*host.records(), *events, *behind(host)]))
    assert kept.results.session.status == "interrupted"
    (work,) = kept.results.sets
    assert (work.parts[0].to_s, work.zone_s is None) == (cut_s, False)
    assert kept.results.to_s == cut_s
    assert kept.results.quality.counts["samples"] > 0


def test_of_a_guided_session_the_readings_of_its_sets_are_kept(tmp_path: Path):
    kept = only(keep(tmp_path, a_session().records()))
    parts = [part for work in kept.results.sets for part in work.parts]
    for one in kept.samples:
        from_s, to_s = ((ts_ns - T0_NS) / 1e9 for ts_ns in (one.ts_ns[0], one.ts_ns[-1]))
        assert any(from_s <= part.to_s and to_s >= part.from_s for part in parts)
    assert kept.results.exercises[0].peak_raw is not None


def test_readings_beside_the_sets_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    unpacked: list[object] = []

    def counted(row: Row) -> Record:
        unpacked.append(row)
        return from_row(row)

    monkeypatch.setattr(store_history, "from_row", counted)
    host = a_session()
    records = host.records()
    only(keep(tmp_path, [*records, *behind(host)]))
    read = [one for one in records if isinstance(one, SampleRecord)]
    in_sets = [one for one in read if one.exercise]
    # Two sets, and what a record could still reach into each from.
    assert len(unpacked) <= len(in_sets) + 2 * (2.0 + 1.0) * HZ / PACKET_N
    assert len(unpacked) < 0.9 * len(read)


def test_a_session_whose_rows_are_gone_meanwhile_is_unknown(tmp_path: Path):
    archive = keep(tmp_path, free_sets(pulls(), length_s=1.0))
    session = archive.find("")
    with closing(open_file(tmp_path / "bandmate.db")) as db, db:
        db.execute("DELETE FROM record")
    with pytest.raises(UsageError, match="there is no session"):
        archive.keep_of(session)


def test_what_of_some_pieces_is_wanted():
    assert common([(1, 9), (20, 29)], [(28, 40), (3, 4), (5, 6), (4, 21)]) == (
        (3, 9),
        (20, 21),
        (28, 29),
    )
    assert common([(1, 9)], []) == ()


def test_windows_touch_what_reaches_into_them():
    windows = Windows([1.0, 5.0], [2.0, 6.0])
    touched = {
        (0.0, 0.9): False,
        (0.0, 1.0): True,
        (1.2, 1.4): True,
        (2.0, 3.0): True,
        (2.1, 4.9): False,
        (2.1, 9.0): True,
        (6.1, 9.0): False,
    }
    assert {span: windows.touch(*span) for span in touched} == touched

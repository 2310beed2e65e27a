"""The runner keeps a sink alive, and a full mailbox gives up what matters least."""

import asyncio
import logging
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.domain.records import Record, SampleRecord
from bandmate.errors import SinkUnavailableError
from bandmate.sinks.base import Feed, Mailbox, Report, run_sink
from parts.waiting import until
from sinks.records import event, samples

KINDS = ["samples", "rep", "alert_raised"]


class FlakySink:
    """Fails as told, session by session, then delivers."""

    name = "flaky"

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.got: list[Record] = []

    async def session(self, feed: Feed, report: Report) -> None:
        if self.failures:
            raise self.failures.pop(0)
        report.up("here")
        while True:
            records = await feed.take(3)
            self.got.extend(records)
            feed.done(len(records))


class StubbornSink:
    """Answers a cancellation with a failure of its own."""

    name = "stubborn"

    async def session(self, feed: Feed, report: Report) -> None:
        report.up("here")
        try:
            await feed.take(1)
        except asyncio.CancelledError:
            raise SinkUnavailableError("closing failed") from None


def make(n: int, kind: str) -> Record:
    return samples(n, count=1) if kind == "samples" else event(n, kind)


def rank(record: Record) -> int:
    return KINDS.index("samples" if isinstance(record, SampleRecord) else record.name)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.001)


async def test_an_outage_is_told_once_and_nothing_is_lost(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    mailbox = Mailbox()
    sink = FlakySink(*(SinkUnavailableError("no route") for _ in range(3)))
    report = Report(sink.name, mailbox)
    mailbox.put(event(1))
    task = asyncio.create_task(run_sink(sink, mailbox, report))

    await until(lambda: sink.got)
    task.cancel()
    await asyncio.wait([task])

    assert sink.got == [event(1)]
    assert [r.getMessage() for r in caplog.records] == [
        "flaky is down: no route",
        "flaky is back: here",
    ]
    assert report.health().reconnects == 1


async def test_a_bug_ends_the_sink_and_shows_in_health(caplog: pytest.LogCaptureFixture):
    mailbox = Mailbox()
    report = Report("flaky", mailbox)

    await run_sink(FlakySink(ZeroDivisionError("oops")), mailbox, report)

    assert report.state == "failed"
    assert "ZeroDivisionError" in report.text
    assert "oops" in caplog.text


async def test_a_failure_while_being_cancelled_does_not_keep_the_sink_alive():
    mailbox = Mailbox()
    report = Report("stubborn", mailbox)
    task = asyncio.create_task(run_sink(StubbornSink(), mailbox, report))
    await until(lambda: report.state == "up")

    task.cancel()

    await asyncio.wait([task], timeout=5)
    assert task.cancelled()


async def test_listeners_hear_of_a_change_once():
    heard: list[str] = []
    report = Report("x", Mailbox())
    report.changed = lambda: heard.append(report.state)

    report.up("here")
    report.up("here")
    report.down("gone")

    assert heard == ["up", "down"]


@given(st.lists(st.sampled_from(KINDS), max_size=40), st.integers(2, 8))
def test_a_full_mailbox_keeps_the_newest_of_what_matters_most(kinds: list[str], capacity: int):
    mailbox = Mailbox(capacity)
    records = [make(n, kind) for n, kind in enumerate(kinds)]
    for record in records:
        mailbox.put(record)

    kept = _drain(mailbox)
    given_up = [record for record in records if record not in kept]

    assert len(kept) + mailbox.dropped == len(records)
    assert len(kept) <= capacity
    assert kept == [record for record in records if record in kept]
    newest = records[-1:]
    assert all(rank(a) <= rank(b) for a in given_up for b in kept if b not in newest)


@given(
    st.lists(st.sampled_from([*KINDS, "take", "done"]), max_size=60), st.integers(1, 4), st.data()
)
def test_what_was_handed_out_stays_until_it_is_done(
    steps: list[str], limit: int, data: st.DataObject
):
    mailbox = Mailbox(4)
    handed: list[Record] = []
    for n, step in enumerate(steps):
        if step == "take" and mailbox.queued > len(handed) and len(handed) < 3:
            handed += asyncio.run(mailbox.take(limit))
        elif step == "done":
            count = data.draw(st.integers(0, len(handed)))
            mailbox.done(count)
            del handed[:count]
        elif step in KINDS:
            mailbox.put(make(n, step))
    mailbox.again()
    assert _drain(mailbox)[: len(handed)] == handed


async def test_more_may_be_taken_before_the_first_is_done():
    mailbox = Mailbox()
    for n in range(4):
        mailbox.put(event(n))
    assert await mailbox.take(2) == [event(0), event(1)]
    assert await mailbox.take(9) == [event(2), event(3)]
    mailbox.done(1)
    mailbox.again()
    assert await mailbox.take(9) == [event(1), event(2), event(3)]


async def test_what_refuses_each_record_is_not_asked_without_end(
    monkeypatch: pytest.MonkeyPatch,
):
    pauses_s: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses_s.append(seconds)
        await sleep(0)

    class Refusing:
        name = "refusing"

        async def session(self, feed: Feed, report: Report) -> None:
            report.up("connected")
            await feed.take(1)
            raise SinkUnavailableError("not this one")

    monkeypatch.setattr("bandmate.sinks.base.asyncio.sleep", noted)
    mailbox = Mailbox()
    mailbox.put(event(1))
    task = asyncio.create_task(run_sink(Refusing(), mailbox, Report("refusing", mailbox)))
    while len(pauses_s) < 8:
        await sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert all(later > 1.3 * earlier for earlier, later in pairwise(pauses_s))


def _drain(mailbox: Mailbox) -> list[Record]:
    mailbox.again()
    kept: list[Record] = []
    while mailbox.queued:
        taken = asyncio.run(mailbox.take(100))
        kept.extend(taken)
        mailbox.done(len(taken))
    return kept

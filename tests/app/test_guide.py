"""A guided session on the running service: by its own interface, by HTTP, and after a crash."""

import asyncio
import json
import threading
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import msgspec
import pytest
from click.testing import CliRunner

from app.guided import FollowingLink, Guided, guided
from app.rig import BASE, QUIET, ear
from bandmate.app.clock import SessionClock
from bandmate.app.people import Entry, People
from bandmate.cli import bandmate
from bandmate.cli.show import as_json
from bandmate.devices.registry import load_profiles
from bandmate.domain.events import Calibrated, Rep
from bandmate.domain.samples import Frame
from bandmate.domain.session_events import Credited, Recounted, SessionSummary, Symptom
from bandmate.errors import UsageError
from bandmate.link.base import Receiver
from bandmate.sinks.mqtt_broker import MqttSettings
from parts import waiting
from parts.servers import Mosquitto

until = partial(waiting.until, within_s=50.0)
"""The clock runs as fast as the machine can: a whole session takes seconds, on a busy one more."""


def state(run: Guided) -> str:
    return run.now.state


async def test_an_answer_does_not_overtake_its_beginning(tmp_path: Path):
    async with guided(tmp_path) as run:
        slow, sessions = threading.Event(), People.sessions

        def read_slowly(people: People, person: str) -> Sequence[Entry]:
            slow.wait(10.0)
            return sessions(people, person)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(People, "sessions", read_slowly)
            begin = asyncio.create_task(run.lead("begin", plan="calm"))
            answer = asyncio.create_task(run.lead("answer", pain=2, distal=1))
            await asyncio.sleep(0.01)
            slow.set()
            await asyncio.gather(begin, answer)
        await until(lambda: state(run) == "ready")
        with pytest.raises(UsageError, match="a session is running"):
            await run.lead("begin", plan="calm")


@pytest.mark.rule("centralise")
async def test_a_whole_session_on_the_service(tmp_path: Path):
    async with guided(tmp_path) as run:
        await run.begin("calm", person="p1", side="right")
        await until(lambda: state(run) == "ready")
        assert run.now.left_s is None
        await run.lead("go")
        assert run.now.left_s in range(1, 181)
        await until(lambda: state(run) == "asking")
        await run.lead("answer", pain=1, distal=0)
        (summary,) = run.told(SessionSummary)
        assert (summary.status, summary.dose_share, summary.measured_share) == ("done", 1.0, 1.0)
        credited = run.told(Credited)
        assert [(one.exercise, one.side, one.credited >= one.target) for one in credited] == [
            ("supine_sciatic_floss", "right", True),
            ("supine_sciatic_floss", "right", True),
            ("banded_leg_traction", "right", True),
        ]
        assert summary.sets_done == len(credited)
    (kept,) = People(tmp_path / "people").sessions("p1")
    floss, traction = kept.exercises
    assert (floss.exercise, floss.side, floss.credited) == ("supine_sciatic_floss", "right", 20.0)
    assert (traction.kind, traction.dose_share, traction.movements) == ("hold", 1.0, 0)
    assert floss.excursion is not None
    assert (kept.plan, kept.dose_share, kept.pain_after) == ("calm", 1.0, 1)
    assert (kept.distal_before, kept.distal_after) == (1, 0)
    assert kept.done == ("banded_leg_traction", "supine_sciatic_floss")
    assert kept.in_zone_share is not None
    assert kept.in_zone_share > 0.5


async def test_what_was_done_today_is_not_due_again(tmp_path: Path):
    async with guided(tmp_path) as run:
        for _ in range(2):
            await run.begin("calm")
            if state(run) == "refused":
                break
            await until(lambda: state(run) == "ready")
            await run.lead("go")
            await until(lambda: state(run) == "asking")
            await run.lead("answer", pain=1, distal=1)
        assert state(run) == "refused"
        assert run.now.text == "No session today. Nothing of this plan is due today."


@pytest.mark.rule("tingle_stop")
async def test_a_stop_locks_the_exercise_for_the_day(tmp_path: Path):
    async with guided(tmp_path) as run:
        await run.begin("calm")
        await until(lambda: state(run) == "ready")
        await run.lead("go")
        await until(lambda: state(run) == "active")
        await run.lead("stop", reason="tingle")
        assert state(run) == "stopped"
        assert [symptom.exercise for symptom in run.told(Symptom)] == ["supine_sciatic_floss"]
        with pytest.raises(UsageError):
            await run.lead("resume")
        await run.lead("ack")
        await run.lead("answer", pain=3, distal=1)
        await run.begin("calm")
        await until(lambda: state(run) == "ready")
        await run.lead("go")
        await until(lambda: state(run) == "active")
        assert run.now.title == "Leg traction"


async def test_more_pain_than_the_plan_allows_is_no_session(tmp_path: Path):
    async with guided(tmp_path) as run:
        await run.lead("begin", plan="calm")
        assert "both_legs" in dict(run.now.questions)
        await run.lead("answer", pain=8, distal=3)
        assert state(run) == "refused"
        assert not run.told(Credited)


async def test_answers_hold_for_their_weeks(tmp_path: Path):
    async with guided(tmp_path) as run:
        await run.lead("begin", plan="calm")
        first = {name for name, _ in run.now.questions}
        await run.lead("answer", pain=2, distal=1)
        await run.lead("end")
        await run.lead("begin", plan="calm")
        again = {name for name, _ in run.now.questions}
        assert "both_legs" in again
        assert again < first


async def test_what_the_service_cuts_off_is_kept_as_interrupted(tmp_path: Path):
    async with guided(tmp_path) as run:
        await run.begin("calm")
        await until(lambda: state(run) == "ready")
        await run.lead("go")
        await until(lambda: bool(run.told(Credited)))
    (kept,) = People(tmp_path / "people").sessions("me")
    assert kept.status == "interrupted"
    assert kept.done == ("supine_sciatic_floss",)


async def test_a_killed_process_loses_nothing_that_was_credited(tmp_path: Path):
    async with guided(tmp_path) as run:
        await run.begin("calm")
        await until(lambda: state(run) == "ready")
        await run.lead("go")
        await until(lambda: bool(run.told(Credited)))
        file = tmp_path / "people" / "me.running"
        await until(lambda: file.exists() and b"supine_sciatic_floss" in file.read_bytes())
        running = file.read_bytes()
    # As if it had been killed there: what ran is still beside the file of what is over.
    (tmp_path / "people" / "me.jsonl").unlink()
    (tmp_path / "people" / "me.running").write_bytes(running)
    async with guided(tmp_path):
        pass
    (kept,) = People(tmp_path / "people").sessions("me")
    assert (kept.status, kept.done) == ("interrupted", ("supine_sciatic_floss",))


async def test_a_band_that_is_not_slack_is_waited_for(tmp_path: Path):
    link = FollowingLink(SessionClock(), shown=lambda t_s: 12.0 if t_s < 20.0 else None)
    async with guided(tmp_path, link=link) as run:
        await run.begin("calm")
        await until(lambda: "not slack" in run.now.text)
        assert state(run) == "sensors"
        await until(lambda: state(run) == "ready")


def post(url: str, body: object) -> tuple[int, dict[str, object]]:
    request = Request(
        f"{url}command", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urlopen(request) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refused:
        return refused.code, json.load(refused)


async def test_by_http(tmp_path: Path):
    async with guided(tmp_path) as run:
        url = run.running.page_url

        def ask(**lead: object) -> tuple[int, dict[str, object]]:
            return post(url, {"do": "session", "lead": lead})

        status, told = await asyncio.to_thread(ask, ask="go")
        assert (status, told["ok"]) == (409, False)
        status, told = await asyncio.to_thread(ask, ask="begin", plan="no_such_plan")
        assert (status, told["ok"]) == (409, False)
        assert "Known are" in str(told["hint"])
        status, told = await asyncio.to_thread(ask, ask="begin", plan="calm")
        assert (status, told["ok"]) == (200, True)
        status, told = await asyncio.to_thread(ask, ask="answer", pain=1, distal=0)
        assert status == 200
        await until(lambda: state(run) == "ready")
        health = await asyncio.to_thread(lambda: json.load(urlopen(f"{url}health")))
        assert health["guided"]["state"] == "ready"


async def test_by_mqtt(mosquitto: Mosquitto, tmp_path: Path):
    config = msgspec.structs.replace(
        QUIET, mqtt=MqttSettings(host="127.0.0.1", port=mosquitto.port)
    )
    async with ear(mosquitto.port) as heard, guided(tmp_path, config=config) as run:
        numbers = count()

        async def ask(**lead: object) -> None:
            ref = f"{lead['ask']} {next(numbers)}"
            payload = json.dumps({"do": "session", "lead": lead, "ref": ref})
            await heard.client.publish(f"{BASE}/cmd", payload, qos=1)

        def answered() -> list[tuple[str, bool]]:
            replies = [json.loads(reply) for reply in heard.on(f"{BASE}/cmd/reply")]
            return [(reply["ref"].split()[0], reply["ok"]) for reply in replies]

        await until(lambda: bool(heard.on(f"{BASE}/status")))
        await ask(ask="swap")
        await ask(ask="begin", plan="calm")
        await ask(ask="answer", pain=2, distal=1)
        await until(lambda: run.running.service.guided() is not None and state(run) == "ready")
        await ask(ask="go")
        await until(lambda: state(run) == "asking")
        await ask(ask="answer", pain=2, distal=1)

        def events() -> list[dict[str, object]]:
            return [json.loads(event) for event in heard.on(f"{BASE}/session/event")]

        await until(lambda: any(event["event"] == "session_summary" for event in events()))
        assert answered() == [
            ("swap", False),
            ("begin", True),
            ("answer", True),
            ("go", True),
            ("answer", True),
        ]
        assert {event["event"] for event in events()} == {
            "session",
            "cue",
            "answered",
            "credited",
            "session_summary",
        }
        await until(
            lambda: json.loads(heard.on(f"{BASE}/session")[-1])["guided"]["state"] == "done"
        )
        states = [json.loads(payload)["guided"] for payload in heard.on(f"{BASE}/session")]
        assert {one["left_s"] for one in states if one is not None} == {None}


class EmptyBattery(FollowingLink):
    """A sensor that tells an empty battery and streams nevertheless."""

    async def run(self, receiver: Receiver) -> None:
        receiver.on_frame(Frame(self.clock.now(), "battery", bytes([4])))
        await super().run(receiver)


async def test_a_session_on_an_empty_battery_says_why_it_does_not_begin(tmp_path: Path):
    clock, profile = SessionClock(150.0), load_profiles().get("entralpi")
    async with guided(tmp_path, link=EmptyBattery(clock), profile=profile) as run:
        await run.begin("calm")
        await until(lambda: state(run) == "ready")
        await run.lead("go")
        await until(lambda: state(run) == "paused")
        assert run.now.text == (
            "The set was not begun. left: the sensor's battery is nearly empty, so no new set is "
            "begun. Charge the sensor, or use another one."
        )
        assert not run.told(Credited)


async def test_its_recording_replays_to_the_letter(tmp_path: Path):
    async with guided(tmp_path, speed=40.0) as run:
        await run.begin("calm")
        await until(lambda: state(run) == "ready")
        await run.lead("go")
        await until(lambda: state(run) == "active")
        await until(lambda: len(run.told(Rep)) >= 4)
        await run.lead("pause")
        await run.lead("resume")
        await until(lambda: bool(run.told(Credited)))
    (recording,) = (tmp_path / "recordings").iterdir()
    result = CliRunner().invoke(bandmate, ["replay", str(recording), "--json"])
    assert result.exit_code == 0, result.output
    assert result.stdout == "".join(f"{as_json(event)}\n" for event in run.events if event.band)


async def test_a_disk_that_is_full_is_told_and_the_session_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "people").write_text("in the way")
    async with guided(tmp_path) as run:
        await run.begin("calm")
        await until(lambda: state(run) == "ready")
        await run.lead("go")
        await until(lambda: bool(run.told(Credited)))
        await until(lambda: "cannot be" in caplog.text)
        await run.lead("end")
        await run.lead("answer", pain=2, distal=1)
        assert state(run) == "done"


async def test_a_mistaken_yes_can_be_taken_back(tmp_path: Path):
    async with guided(tmp_path) as run:
        await run.lead("begin", plan="calm")
        await run.lead("answer", pain=2, distal=1, yes=["latex"])
        assert state(run) == "refused"
        await run.lead("begin", plan="calm")
        assert "latex" in dict(run.now.questions)
        await run.lead("answer", pain=2, distal=1)
        assert state(run) in {"sensors", "ready"}


async def test_a_session_that_is_only_looked_into_changes_nothing(tmp_path: Path):
    async with guided(tmp_path) as run:
        with pytest.raises(UsageError, match="a session is running"):
            await asyncio.gather(run.lead("begin", plan="calm"), run.lead("begin", plan="calm"))
        await run.lead("end")
        assert state(run) == "done"
    assert People(tmp_path / "people").sessions("me") == ()


async def test_a_set_that_was_counted_anew_is_kept_even_afterwards(tmp_path: Path):
    people = People(tmp_path / "people")
    async with guided(tmp_path) as run:
        await run.begin("calm")
        await until(lambda: state(run) == "ready")
        await run.lead("go")
        await until(lambda: state(run) == "resting")
        with pytest.raises(msgspec.ValidationError):
            await run.lead("recount")
        await run.lead("recount", count=9)
        await run.lead("end")
        await run.lead("answer", pain=2, distal=1)
        assert state(run) == "done"
        await run.lead("recount", count=10)
        assert [one.by_person for one in run.told(Recounted)] == [9, 10]
        learnt = run.told(Calibrated)[-1].amplitude
        assert learnt == pytest.approx(14.0, rel=0.2)
    (kept,) = people.sessions("me")
    (floss,) = kept.exercises
    assert (floss.credited, floss.by_person, floss.counted_of_these) == (10.0, 10, 10)
    assert floss.amplitude == learnt

    # The next day it is due again, and begins with what was learnt.
    file = tmp_path / "people" / "me.jsonl"
    yesterday = (kept.day - timedelta(days=1)).isoformat()
    file.write_text(file.read_text().replace(kept.day.isoformat(), yesterday))
    async with guided(tmp_path) as run:
        await run.begin("calm")
        await until(lambda: state(run) == "ready")
        await run.lead("go")
        await until(lambda: state(run) == "active")
    begun = [file.read_text() for file in (tmp_path / "recordings").glob("*.jsonl")]
    assert any(f"amplitude_n={learnt:g};" in text for text in begun)


async def test_what_was_said_before_is_not_shown_as_if_it_were_said_now(tmp_path: Path):
    async with guided(tmp_path, speed=1.0) as run:
        await run.begin("calm")
        await until(lambda: "Say go" in run.now.text)
        await run.lead("go")
        assert (state(run), run.now.text) == ("warming_up", "")


async def test_who_was_here_is_known_after_a_restart(tmp_path: Path):
    async with guided(tmp_path) as run:
        for person in ("p2", "p1"):
            await run.begin("calm", person=person)
            await run.lead("end")
        assert run.running.service.people() == ["p1", "p2"]
    async with guided(tmp_path) as run:
        assert run.running.service.people() == ["p1", "p2"]

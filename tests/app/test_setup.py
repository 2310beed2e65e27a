"""Set-up of the running service, asked as the page asks: paired, cancelled, refused, tested."""

import asyncio
import json
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from aiohttp import ClientSession

from app.household import LEFT, ONE_BAND, QUIET, RIGHT, household
from app.rig import QUIET as QUIET_CONFIG
from app.rig import select
from bandmate.app.clock import SessionClock
from bandmate.app.config_file import read_config
from bandmate.app.runner import Running, running_service
from bandmate.domain.setting_up import WayTest
from bandmate.errors import CheckFailedError, ConfigError, UsageError
from bandmate.sinks.influx_server import InfluxSettings
from bandmate.sinks.json_commands import Lead
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.sinks.setup_wish import SetupWish
from bandmate.sinks.sound import SoundSettings
from parts.programs import find_free_port, part
from parts.servers import InfluxDb, Mosquitto
from parts.waiting import until

TEST = SetupWish(ask="test", part="broker")


async def test_the_first_band_makes_the_configuration_and_is_taken_in(tmp_path: Path):
    async with household(tmp_path, LEFT, config=None) as house:
        assert house.setup is None
        url = house.running.page_url
        await house.ask("pair")
        await until(lambda: house.setup and house.setup.sensors)
        await house.answer(LEFT, "pick")
        await house.answer("", "ask")
        await house.answer("", "ready")
        await house.answer("", "ask")
        await house.answer("no", "agree")
        await house.streaming("left")
        state = house.setup
        assert state is not None
        assert (state.state, state.lines) == (
            "done",
            ("Band left was added, and its sensor is looked for.",),
        )
        assert house.running.page_url == url
        await house.ask("cancel")
        assert house.setup is None
    (band,) = read_config(house.path, {}).band
    assert (band.name, band.address) == ("left", LEFT)


async def test_sensors_are_shown_as_they_are_found_and_known_ones_cannot_be_taken(tmp_path: Path):
    elsewhere = ONE_BAND.replace('profile = "tindeq-progressor"', 'profile = "entralpi"')
    async with household(tmp_path, LEFT, RIGHT, config=elsewhere) as house:
        await house.ask("pair")
        await until(lambda: house.setup and len(house.setup.sensors) == 2)
        state = await house.asked("pick")
        bands = {one.address: one.band for one in state.sensors}
        assert bands == {LEFT: "left", RIGHT: ""}
        assert {one.kind for one in state.sensors} == {"Tindeq Progressor"}
        assert {one.signal for one in state.sensors} <= {"strong", "fair", "weak"}
        with pytest.raises(UsageError, match="cannot be chosen"):
            await house.answer(LEFT, "pick")
        with pytest.raises(UsageError, match="being set up already"):
            await house.ask("pair")
        await house.ask("cancel")
        assert house.setup is not None
        assert house.setup.state == "cancelled"
    assert house.path.read_text() == elsewhere


async def test_with_nothing_in_reach_what_to_do_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.app.setup_talks.SEARCH_S", 0.5)
    async with household(tmp_path) as house:
        await house.ask("pair")
        await until(lambda: house.setup and house.setup.state == "failed")
        assert house.setup is not None
        assert house.setup.lines[-1].startswith("Switch it on, bring it close")


async def test_nothing_is_set_up_while_a_set_or_a_session_runs(tmp_path: Path):
    async with household(tmp_path, LEFT, config=ONE_BAND) as house:
        await house.streaming("left")
        service = house.running.service
        for begin, end in (("start:free_reps", "stop"), ("stop:tingle", "ack")):
            await service.command(begin)
            for wish in ({"ask": "pair"}, {"ask": "count", "band": "left"}):
                with pytest.raises(UsageError, match="is running"):
                    await house.ask(**wish)
            with pytest.raises(UsageError, match="is running"):
                await service.set_up(TEST)
            await service.command(end)
        await service.lead(Lead(ask="begin", plan="calm"))
        with pytest.raises(UsageError, match="is running"):
            await house.ask("pair")
        await service.lead(Lead(ask="end"))
        assert house.setup is None
        await house.ask("pair")
        await house.ask("cancel")


async def test_a_band_that_was_kept_waits_for_the_end_of_a_set(tmp_path: Path):
    async with household(tmp_path, LEFT, RIGHT, config=ONE_BAND) as house:
        await house.streaming("left")
        await house.ask("pair")
        await until(lambda: house.setup and house.setup.sensors)
        await house.answer(RIGHT, "pick")
        await house.answer("right", "ask")
        await house.answer("", "ready")
        await house.answer("", "ask")
        await house.asked("agree")
        first = house.running.service
        await first.command("start:free_reps", "left")
        await house.answer("no", "agree")
        await until(lambda: house.setup and "is taken in when it is over" in house.setup.lines[-1])
        assert [band.name for band in read_config(house.path, {}).band] == ["left", "right"]
        with pytest.raises(UsageError, match="being kept"):
            await house.ask("cancel")
        assert len(house.lives) == 1
        await first.command("stop", "left")
        await house.streaming("right")
        assert len(house.lives) == 2


async def test_a_configuration_that_cannot_be_used_ends_nothing(tmp_path: Path):
    async with household(tmp_path, LEFT, RIGHT, config=ONE_BAND) as house:
        await house.streaming("left")
        await house.ask("pair")
        await until(lambda: house.setup and house.setup.sensors)
        await house.answer(RIGHT, "pick")
        # Meanwhile somebody writes in the file.
        house.path.write_text(ONE_BAND + 'exercise = "juggling"\n')
        await house.answer("right", "ask")
        await house.answer("", "ready")
        await house.answer("", "ask")
        await house.answer("no", "agree")
        await until(lambda: house.setup and house.setup.state == "failed")
        assert house.setup is not None
        told = "\n".join(house.setup.lines)
        assert "Band right is kept in" in told
        assert "unknown exercise 'juggling'" in told
        assert len(house.lives) == 1
        await house.streaming("left")


async def test_where_nothing_can_be_written_it_is_said_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> bool:
        return False

    async with household(tmp_path) as house:
        monkeypatch.setattr("bandmate.app.lives.os.access", refuse)
        with pytest.raises(ConfigError, match="cannot be written\n"):
            await house.ask("pair")
        assert house.setup is None


async def test_where_nothing_could_be_kept_it_is_said_kindly(tmp_path: Path):
    async with running_service(QUIET_CONFIG, SessionClock(), {}, tmp_path) as running:
        with pytest.raises(UsageError, match="`bandmate run` takes your own sensors in"):
            await running.service.set_up(SetupWish(ask="pair"))


async def test_movements_of_a_band_are_counted_beside_its_own_counting(tmp_path: Path):
    async with household(tmp_path, LEFT, config=ONE_BAND) as house:
        await house.streaming("left")
        house.moves = True
        await house.ask("count", band="left")
        state = await house.asked("agree")
        assert state.question is not None
        assert state.question.text == "Three?"
        assert state.curve is not None
        assert len(state.curve.found) == 3
        assert max(state.curve.values) == pytest.approx(30.0, abs=1.0)
        await house.answer("yes", "agree")
        await until(lambda: house.setup and house.setup.state == "done")
        assert house.running.service.bands["left"].beside is None
        assert {event.name for event in house.events} <= {"quality", "tared", "transient"}
        with pytest.raises(UsageError, match="there is no band 'thigh'"):
            await house.ask("count", band="thigh")


async def test_the_end_of_the_service_ends_the_conversation(tmp_path: Path):
    async with household(tmp_path, LEFT) as house:
        await house.ask("pair")
        await until(lambda: house.setup and house.setup.sensors)
        await house.answer(LEFT, "pick")
        await house.asked("ask")
    assert house.path.read_text() == QUIET
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("setup")]


async def test_a_bug_ends_the_conversation_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bandmate.app.setup_talks.tried_out", broken)
    async with household(tmp_path, LEFT) as house:
        await house.ask("pair")
        await until(lambda: house.setup and house.setup.sensors)
        await house.answer(LEFT, "pick")
        await until(lambda: house.setup and house.setup.state == "failed")
        assert house.setup is not None
        assert house.setup.lines[-1].startswith("It ended by an unexpected error")
        await house.ask("cancel")
        await house.ask("pair")


@pytest.mark.parametrize(
    "setup",
    [
        None,
        [],
        {},
        {"ask": "reboot"},
        {"ask": "pair", "band": "left"},
        {"ask": "count"},
        {"ask": "count", "band": "../left"},
        {"ask": "answer", "text": "left"},
        {"ask": "answer", "number": 0},
        {"ask": "answer", "number": 1, "text": "a\nb"},
        {"ask": "answer", "number": 1, "text": "x" * 65},
        {"ask": "answer", "number": 10**9, "text": ""},
        {"ask": "test"},
        {"ask": "test", "part": "shell"},
        {"ask": "test", "part": "broker", "tone": "stop"},
        {"ask": "test", "part": "sound", "tone": "../../x"},
        {"ask": "cancel", "text": "x"},
        {"ask": "pair", "path": "/etc/passwd"},
    ],
)
async def test_whatever_comes_by_the_sockets_is_refused_in_words(tmp_path: Path, setup: object):
    async with household(tmp_path) as house, ClientSession() as session:
        url = house.running.page_url
        command = {"do": "setup", "setup": setup}
        async with session.post(f"{url}command", json=command) as answer:
            assert answer.status == 409
            assert "not a command" in (await answer.json())["error"]
        async with session.ws_connect(f"{url}stream") as socket:
            await socket.send_json(command)
            while (message := await socket.receive_json())["type"] != "reply":
                pass
            assert message["ok"] is False
            assert "not a command" in message["text"]
        assert house.setup is None


# Tests of the ways out.


@asynccontextmanager
async def with_ways(folder: Path, **ways: object) -> AsyncGenerator[Running]:
    config = msgspec.structs.replace(QUIET_CONFIG, **ways)
    async with running_service(config, SessionClock(), {}, folder) as running:
        yield running


async def up(running: Running, name: str) -> None:
    """Wait until a way out is up."""
    await until(lambda: (name, "up") in {(s.name, s.state) for s in running.service.sinks()})


async def came_to(running: Running, way: str, tone: str = "done") -> WayTest:
    """What a test comes to; a refusal says the same."""
    refusal = ""
    try:
        wish = {"ask": "test", "part": way, "tone": tone}
        await running.service.set_up(msgspec.convert(wish, SetupWish))
    except CheckFailedError as failed:
        refusal = failed.args[0]
    state = running.service.setting_up()
    assert state is not None
    (test,) = [test for test in state.tests if test.part == way]
    assert refusal == (test.text if test.state == "trouble" else "")
    return test


async def told(running: Running) -> str:
    """Everything that the page is told."""
    async with (
        ClientSession() as session,
        session.ws_connect(f"{running.page_url}stream") as socket,
    ):
        return "".join([json.dumps(await socket.receive_json()) for _ in range(5)])


@pytest.mark.parametrize(("password", "state"), [("hunter2", "well"), ("wrong-one", "trouble")])
async def test_a_broker_with_a_good_and_a_wrong_password(tmp_path: Path, password: str, state: str):
    accounts, secret = tmp_path / "accounts", tmp_path / "secret"
    command = [part("mosquitto_passwd"), "-b", "-c", str(accounts), "bandmate", "hunter2"]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    secret.write_text(password)
    broker = Mosquitto(
        tmp_path / "mosquitto",
        find_free_port(),
        access=f"allow_anonymous false\npassword_file {accounts}",
    )
    broker.start()
    settings = MqttSettings(
        host="127.0.0.1", port=broker.port, username="bandmate", password_file=str(secret)
    )
    try:
        async with with_ways(tmp_path / "store", mqtt=settings) as running:
            test = await came_to(running, "broker")
            assert test.state == state
            if state == "well":
                assert test.text == f"127.0.0.1:{broker.port} (MQTT 5)"
            else:
                assert test.fix == "Check [mqtt] username and password_file."
            everything = await told(running)
            assert '"tests"' in everything
            assert password not in everything
    finally:
        broker.kill()


@pytest.mark.parametrize(("password", "state"), [("hunter2", "well"), ("wrong-one", "trouble")])
async def test_a_database_with_a_good_and_a_wrong_password(
    tmp_path: Path, password: str, state: str
):
    server = InfluxDb(tmp_path / "influxdb", find_free_port(), with_accounts=True)
    server.start()
    settings = InfluxSettings(api="v1", url=server.url, username="bandmate", password=password)
    try:
        async with ClientSession() as session:
            query = "CREATE USER bandmate WITH PASSWORD 'hunter2' WITH ALL PRIVILEGES"
            async with session.post(f"{server.url}/query", params={"q": query}) as made:
                assert made.status == 200
        async with with_ways(tmp_path / "store", influx=settings) as running:
            test = await came_to(running, "database")
            assert test.state == state
            if state == "trouble":
                assert test.fix == "Check [influx] username and password_file."
            assert password not in await told(running)
    finally:
        server.kill()


async def test_a_database_is_written_to(tmp_path: Path, influxdb: InfluxDb):
    settings = InfluxSettings(api="v1", url=influxdb.url)
    async with with_ways(tmp_path, influx=settings) as running:
        assert (await came_to(running, "database")).text == f"bandmate at {influxdb.url}"
        assert select(influxdb, "SELECT * FROM health")


async def test_a_broker_that_hangs_is_not_waited_for(
    tmp_path: Path, mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.app.way_tests.TEST_S", 0.3)
    settings = MqttSettings(host="127.0.0.1", port=mosquitto.port)
    mosquitto.freeze()
    async with with_ways(tmp_path, mqtt=settings) as running:
        testing = asyncio.create_task(came_to(running, "broker"))
        await asyncio.sleep(0)
        with pytest.raises(UsageError, match="being tested already"):
            await running.service.set_up(TEST)
        assert (await testing).text == "no answer within 0.3 s"
    mosquitto.thaw()


async def test_what_is_not_configured_cannot_be_tested(tmp_path: Path):
    async with with_ways(tmp_path) as running:
        for way, table in (("broker", "[mqtt]"), ("database", "[influx]")):
            test = await came_to(running, way)
            assert test == WayTest(test.part, "trouble", "not set up", test.fix)
            assert table in test.fix
        await up(running, "sound")
        assert "[sound] output" in (await came_to(running, "sound")).text


async def test_the_hosts_sound_is_heard(tmp_path: Path):
    heard = tmp_path / "sound.wav"
    async with with_ways(tmp_path, sound=SoundSettings(f"file:{heard}")) as running:
        await up(running, "sound")
        test = await came_to(running, "sound", "stop")
        assert test == WayTest("sound", "well", f"written to {heard}")
        await until(lambda: heard.stat().st_size > 10_000)

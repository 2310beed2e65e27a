"""The MQTT sink at a real broker, seen by a second client."""

import asyncio
import gc
import json
import warnings
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiomqtt
import msgspec
import pytest
from aiomqtt import Client, ProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from bandmate.domain.records import Record
from bandmate.sinks.base import Mailbox, Report, run_sink
from bandmate.sinks.mqtt import MqttSink
from bandmate.sinks.mqtt_broker import MqttSettings
from parts.certificates import make_certificate
from parts.servers import Amqtt, Mosquitto
from parts.waiting import until
from sinks.records import event, samples
from sinks.service import FakeService

BASE = "bandmate/home"


class Running:
    """A sink that runs against a broker."""

    def __init__(self, settings: MqttSettings) -> None:
        self.service = FakeService()
        self.mailbox = Mailbox()
        self.sink = MqttSink(settings, "home", self.service)
        self.report = Report(self.sink.name, self.mailbox)
        self.task = asyncio.create_task(run_sink(self.sink, self.mailbox, self.report))

    def put(self, *records: Record) -> None:
        for record in records:
            self.sink.alerts.put(record)
            self.mailbox.put(record)

    async def end(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


@asynccontextmanager
async def running(port: int, **more: str | bool) -> AsyncGenerator[Running]:
    settings = msgspec.convert({"host": "127.0.0.1", "port": port, **more}, MqttSettings)
    run = Running(settings)
    try:
        yield run
    finally:
        await run.end()


class Ear:
    """A second client that hears everything below a topic."""

    def __init__(self) -> None:
        self.heard: list[aiomqtt.Message] = []
        self.is_over = False

    def on(self, topic: str) -> list[bytes]:
        return [m.payload for m in self.heard if m.topic.value == topic]

    def json_on(self, topic: str) -> list[dict[str, object]]:
        return [json.loads(payload) for payload in self.on(topic) if payload]

    async def listen(self, client: Client) -> None:
        with suppress(aiomqtt.MqttError):
            async for message in client.messages:
                self.heard.append(message)
        self.is_over = True


@asynccontextmanager
async def ear(port: int, topic: str = "#") -> AsyncGenerator[tuple[Ear, Client]]:
    async with Client("127.0.0.1", port, protocol=ProtocolVersion.V5) as client:
        listener = Ear()
        await client.subscribe(topic, qos=1)
        task = asyncio.create_task(listener.listen(client))
        try:
            yield listener, client
        finally:
            task.cancel()
            await asyncio.wait([task])


def kept_session() -> Properties:
    """What a client says that comes back."""
    kept = Properties(PacketTypes.CONNECT)
    kept.SessionExpiryInterval = 600
    return kept


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.05)
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_MOST_S", 0.1)


async def test_everything_of_the_contract_is_published(mosquitto: Mosquitto):
    async with ear(mosquitto.port) as (heard, _), running(mosquitto.port) as run:
        await until(lambda: heard.on(f"{BASE}/health") and heard.on(f"{BASE}/session"))
        run.put(event(1, index=1), event(2, "alert_raised", code="tension_high"))
        await until(lambda: run.report.delivered == 2)
        await until(lambda: heard.json_on(f"{BASE}/band/left/alert/tension_high"))

        assert heard.on(f"{BASE}/status") == [b"online"]
        assert heard.on(f"{BASE}/band/left/availability") == [b"online"]
        state = heard.json_on(f"{BASE}/band/left/state")[0]
        assert (state["tension_n"], state["zone"], state["reps"]) == (23.5, "in", 3)
        assert heard.json_on(f"{BASE}/health")[0]["links"] == {
            "left": {"state": "streaming", "text": "streaming"}
        }
        assert heard.json_on(f"{BASE}/session")[0]["session"] == "s1"
        assert heard.json_on(f"{BASE}/band/left/event")[0]["event"] == "rep"
        assert heard.json_on(f"{BASE}/band/left/alert/tension_high")[0]["state"] == "active"
        assert heard.on("homeassistant/device/bandmate_home_left/config")
        for message in heard.heard:
            if message.payload.startswith(b"{") and message.topic.value.startswith(BASE):
                assert json.loads(message.payload).keys() >= {"v", "id", "ts"}, message.topic


async def test_what_is_retained_greets_a_late_listener(mosquitto: Mosquitto):
    async with running(mosquitto.port) as run:
        run.put(event(1, "alert_raised", code="tension_high"))
        await until(lambda: run.report.delivered == 1)
        async with ear(mosquitto.port) as (late, _):
            await until(lambda: late.on(f"{BASE}/band/left/alert/tension_high"))
            await until(lambda: late.on(f"{BASE}/session") and late.on(f"{BASE}/health"))
            assert late.on(f"{BASE}/status") == [b"online"]
            assert late.on(f"{BASE}/band/left/availability") == [b"online"]
            assert not late.on(f"{BASE}/band/left/event")


async def test_a_cleared_alert_is_said_and_then_removed(mosquitto: Mosquitto):
    topic = f"{BASE}/band/left/alert/tension_high"
    async with ear(mosquitto.port) as (heard, _), running(mosquitto.port) as run:
        await until(lambda: run.report.state == "up")
        run.put(
            event(1, "alert_raised", code="tension_high"),
            event(2, "alert_cleared", code="tension_high"),
        )
        # The first is empty: nothing that an earlier life may have left stays.
        await until(lambda: len(heard.on(topic)) == 4)
        assert heard.on(topic)[-1] == b""
        assert [m["state"] for m in heard.json_on(topic)] == ["active", "cleared"]
        async with ear(mosquitto.port) as (late, _):
            await until(lambda: late.on(f"{BASE}/status"))
            assert not late.on(topic)


async def test_an_alert_left_behind_by_an_earlier_life_is_removed(mosquitto: Mosquitto):
    topic = f"{BASE}/band/left/alert/tension_high"
    async with ear(mosquitto.port) as (heard, client):
        await client.publish(topic, b"{}", qos=1, retain=True)
        async with running(mosquitto.port):
            await until(lambda: heard.on(topic) == [b"{}", b""])


async def test_what_an_outage_outlasted_is_told_as_events_alone(mosquitto: Mosquitto):
    topic = f"{BASE}/band/left/alert"
    async with running(mosquitto.port) as run:
        await until(lambda: run.report.state == "up")
        mosquitto.kill()
        await until(lambda: run.report.state == "down")
        run.put(event(1, "alert_raised", code="tension_limit"))
        run.put(event(2, "alert_cleared", code="tension_limit"))
        run.service.change(alerts=("battery_low",))
        run.put(event(3, "alert_raised", code="battery_low"))
        mosquitto.start()
        async with ear(mosquitto.port) as (heard, _):
            await until(lambda: heard.json_on(f"{topic}/battery_low"))
            await until(lambda: run.report.delivered == 3)
            assert not any(heard.on(f"{topic}/tension_limit"))
            assert heard.json_on(f"{topic}/battery_low")[0]["state"] == "active"  # it stands


async def test_an_alert_does_not_wait_for_the_disk(mosquitto: Mosquitto):
    topic = f"{BASE}/band/left/alert/tension_limit"
    async with ear(mosquitto.port) as (heard, _), running(mosquitto.port) as run:
        await until(lambda: run.report.state == "up")
        run.sink.alerts.put(event(1, "alert_raised", code="tension_limit"))  # stored by nobody yet
        await until(lambda: heard.json_on(topic))
        assert not heard.on(f"{BASE}/band/left/event")


async def test_alerts_that_stand_are_told_again_to_a_broker_that_lost_them(
    mosquitto: Mosquitto, tmp_path: Path
):
    topic = f"{BASE}/band/left/alert/battery_low"

    def forget() -> None:
        for kept in tmp_path.glob("mosquitto/*.db"):
            kept.unlink()

    async with running(mosquitto.port) as run:
        run.service.change(alerts=("battery_low",))
        run.put(event(1, "alert_raised", code="battery_low"))
        await until(lambda: run.report.delivered == 1)
        mosquitto.kill()
        await asyncio.to_thread(forget)
        mosquitto.start()
        await until(lambda: run.report.health().reconnects == 1)
        async with ear(mosquitto.port) as (late, _):
            await until(lambda: late.on(topic))
            assert late.json_on(topic)[0]["id"] == "e1"


async def test_an_alert_does_not_wait_for_a_client_that_was_away(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.mqtt_alerts.EXPIRY_S", 1)

    def away(*, clean: bool) -> Client:
        return Client(
            *("127.0.0.1", mosquitto.port),
            protocol=ProtocolVersion.V5,
            identifier="phone",
            clean_start=clean,
            properties=kept_session(),
        )

    async with away(clean=True) as phone:
        await phone.subscribe(f"{BASE}/band/#", qos=1)
    async with running(mosquitto.port) as run:
        run.put(event(1, "alert_raised", code="tension_limit"))
        await until(lambda: run.report.delivered == 1)
    await asyncio.sleep(2.5)
    async with away(clean=False) as phone:
        listener = Ear()
        task = asyncio.create_task(listener.listen(phone))
        await until(lambda: listener.on(f"{BASE}/band/left/event"))
        await asyncio.sleep(0.2)
        task.cancel()
    assert not any(listener.on(f"{BASE}/band/left/alert/tension_limit"))


async def test_a_command_is_kept_for_a_moment_while_the_connection_is_gone(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.5)
    async with ear(mosquitto.port) as (heard, client), running(mosquitto.port) as run:
        await until(lambda: run.report.state == "up")
        # A second client of the same name takes the connection over, as the network's loss would.
        async with Client(
            "127.0.0.1",
            mosquitto.port,
            identifier="bandmate-home",
            protocol=ProtocolVersion.V5,
            clean_start=False,
            properties=kept_session(),
        ):
            pass
        await client.publish(f"{BASE}/cmd", b'{"do": "ack", "ref": "r"}', qos=1)
        await until(lambda: heard.on(f"{BASE}/cmd/reply"))
    assert run.service.commands == [("ack", None)]


async def test_a_command_that_is_sent_again_is_answered_again_and_done_once(mosquitto: Mosquitto):
    async with ear(mosquitto.port) as (heard, client), running(mosquitto.port) as run:
        await until(lambda: run.report.state == "up")
        for _ in range(3):
            await client.publish(f"{BASE}/cmd", b'{"do": "ack", "ref": "r"}', qos=1)
        await until(lambda: len(heard.on(f"{BASE}/cmd/reply")) == 3)
    assert run.service.commands == [("ack", None)]
    assert [(r["ref"], r["ok"]) for r in heard.json_on(f"{BASE}/cmd/reply")] == [("r", True)] * 3


async def test_an_abrupt_end_leaves_the_will(mosquitto: Mosquitto):
    async with ear(mosquitto.port) as (heard, _), running(mosquitto.port) as run:
        await until(lambda: run.report.state == "up")
        # A second client of the same name takes the connection over, as the network's loss would.
        async with Client(
            "127.0.0.1", mosquitto.port, identifier="bandmate-home", protocol=ProtocolVersion.V5
        ):
            await until(lambda: b"offline" in heard.on(f"{BASE}/status"))


async def test_a_proper_end_says_offline(mosquitto: Mosquitto):
    async with ear(mosquitto.port) as (heard, _):
        async with running(mosquitto.port) as run:
            await until(lambda: run.report.state == "up")
        await until(lambda: heard.on(f"{BASE}/status") == [b"online", b"offline"])
        assert heard.on(f"{BASE}/band/left/availability")[-1] == b"offline"


async def test_only_changes_of_availability_are_sent(mosquitto: Mosquitto):
    async with ear(mosquitto.port) as (heard, _), running(mosquitto.port) as run:
        topic = f"{BASE}/band/left/availability"
        await until(lambda: heard.on(topic))
        run.service.change(reps=4)
        await until(lambda: len(heard.on(f"{BASE}/band/left/state")) == 2)
        run.service.change(available=False)
        await until(lambda: len(heard.on(topic)) == 2)
        assert heard.on(topic) == [b"online", b"offline"]


async def test_a_killed_broker_costs_no_event(mosquitto: Mosquitto):
    topic = f"{BASE}/band/left/event"
    async with running(mosquitto.port) as run:
        async with ear(mosquitto.port) as (before, _):
            await until(lambda: run.report.state == "up")
            run.put(*(event(n) for n in range(300)))
            await until(lambda: len(before.on(topic)) > 20)
            mosquitto.kill()
            await until(lambda: before.is_over)
        await until(lambda: run.report.state == "down")
        run.put(*(event(n) for n in range(300, 320)))
        mosquitto.start()
        async with ear(mosquitto.port) as (after, _):
            await until(lambda: run.mailbox.queued == 0 and len(after.on(topic)) > 0)
            await until(lambda: any(m["id"] == "e319" for m in after.json_on(topic)))
        ids = {m["id"] for m in before.json_on(topic) + after.json_on(topic)}
    assert run.report.health().reconnects == 1
    assert {f"e{n}" for n in range(320)} - ids == set()


async def test_samples_are_off_by_default_and_come_in_batches(mosquitto: Mosquitto):
    topic = f"{BASE}/band/left/samples"
    async with ear(mosquitto.port) as (heard, _):
        async with running(mosquitto.port) as run:
            run.put(samples(1), event(2))
            await until(lambda: heard.on(f"{BASE}/band/left/event"))
            assert not heard.on(topic)
        async with running(mosquitto.port, samples=True) as run:
            run.put(samples(1, count=4))
            await until(lambda: heard.on(topic))
    batch = heard.json_on(topic)[0]
    assert batch["offset_s"] == [0.0, 0.25, 0.5, 0.75]
    assert batch["force_n"] == [20.0, 20.1, 20.2, 20.3]


@pytest.mark.parametrize(
    ("payload", "done", "ok"),
    [
        (b'{"do": "ack", "ref": "r"}', ("ack", None), True),
        (b'{"do": "stop", "reason": "pain", "level": 7, "ref": "r"}', ("stop:pain:7", None), True),
        (
            b'{"do": "start", "exercise": "row", "band": "left", "ref": "r"}',
            ("start:row", "left"),
            True,
        ),
        (b'{"do": "next", "ref": "r"}', ("next", None), False),
        (b'{"do": "explode", "ref": "r"}', None, False),
        (b'{"do": "ack", "retain": 1, "ref": "r"}', None, False),
    ],
)
async def test_every_command_is_answered(
    mosquitto: Mosquitto, payload: bytes, done: tuple[str, str | None] | None, *, ok: bool
):
    async with ear(mosquitto.port) as (heard, client), running(mosquitto.port) as run:
        await until(lambda: run.report.state == "up")
        await client.publish(f"{BASE}/cmd", payload, qos=1)
        await until(lambda: heard.on(f"{BASE}/cmd/reply"))
        (reply,) = heard.json_on(f"{BASE}/cmd/reply")
    assert run.service.commands == ([done] if done else [])
    assert (reply["ref"], reply["ok"], bool(reply["error"])) == ("r", ok, not ok)


async def test_a_retained_command_is_refused(mosquitto: Mosquitto):
    async with ear(mosquitto.port) as (heard, client):
        await client.publish(f"{BASE}/cmd", b'{"do": "stop"}', qos=1, retain=True)
        async with running(mosquitto.port) as run:
            await until(lambda: heard.on(f"{BASE}/cmd/reply"))
    assert not run.service.commands
    assert "retain" in str(heard.json_on(f"{BASE}/cmd/reply")[0]["error"])


async def test_home_assistant_is_told_again_when_it_asks(mosquitto: Mosquitto):
    topic = "homeassistant/device/bandmate_home_left/config"
    async with ear(mosquitto.port) as (heard, client), running(mosquitto.port):
        await until(lambda: len(heard.on(topic)) == 1)
        await client.publish("homeassistant/status", b"online")
        await until(lambda: len(heard.on(topic)) == 2)


async def test_a_frozen_broker_costs_no_event(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.mqtt_broker._ANSWER_S", 0.3)
    async with running(mosquitto.port) as run:
        await until(lambda: run.report.state == "up")
        mosquitto.freeze()
        run.put(event(1))
        await until(lambda: run.report.state == "down")
        assert run.mailbox.queued == 1
        mosquitto.thaw()
        await until(lambda: run.report.delivered == 1)


async def test_a_refused_password_says_what_to_check_and_never_the_password(
    tmp_path: Path, free_port: int
):
    passwords = tmp_path / "passwords"
    passwords.write_text("")
    broker = Mosquitto(
        tmp_path / "broker", free_port, access=f"allow_anonymous false\npassword_file {passwords}"
    )
    broker.start()
    try:
        async with running(free_port, username="coach", password="hunter2") as run:
            await until(lambda: run.report.state == "down")
    finally:
        broker.kill()
    assert f"127.0.0.1:{free_port}" in run.report.text
    assert "check [mqtt] username and password_file" in run.report.text
    assert "hunter2" not in run.report.text
    assert "hunter2" not in repr(MqttSettings(host="x", password="hunter2"))


@pytest.fixture
def ruled(tmp_path: Path, free_port: int) -> Iterator[Callable[[str], Mosquitto]]:
    """Starts a broker with access rules."""
    brokers: list[Mosquitto] = []

    def start(rules: str) -> Mosquitto:
        (tmp_path / "acl").write_text(rules)
        access = f"allow_anonymous true\nacl_file {tmp_path / 'acl'}"
        brokers.append(Mosquitto(tmp_path / "broker", free_port, access=access))
        brokers[-1].start()
        return brokers[-1]

    yield start
    for broker in brokers:
        broker.kill()


@pytest.mark.parametrize("speaks_v5", [True, False])
async def test_a_broker_that_discards_what_is_published_is_found_out(
    ruled: Callable[[str], Mosquitto], monkeypatch: pytest.MonkeyPatch, *, speaks_v5: bool
):
    async def answer(*_: object) -> bool:
        return speaks_v5

    monkeypatch.setattr("bandmate.sinks.mqtt_life.ECHO_WITHIN_S", 0.2)
    monkeypatch.setattr("bandmate.sinks.mqtt_broker.Broker._speaks_v5", answer)
    broker = ruled("topic read #\n")
    async with running(broker.port) as run:
        run.put(event(1))
        await until(lambda: run.report.state == "down")
    assert f"read and write {BASE}/#" in run.report.text
    assert run.mailbox.queued == 1


async def test_a_topic_that_may_not_be_written_is_named_and_nothing_is_lost(
    ruled: Callable[[str], Mosquitto],
):
    rules = f"topic read #\ntopic write {BASE}/status\ntopic write homeassistant/#\n"
    broker = ruled(f"{rules}topic write {BASE}/band/left/alert/#\n")
    async with running(broker.port) as run:
        run.put(event(1))
        await until(lambda: run.report.state == "down")
        assert f"{BASE}/session" in run.report.text or f"{BASE}/band/left" in run.report.text
        assert "Not authorized" in run.report.text
        assert f"allow this user to read and write {BASE}/#" in run.report.text
        assert run.mailbox.queued == 1


async def test_without_home_assistants_topics_all_else_goes_on(ruled: Callable[[str], Mosquitto]):
    broker = ruled(f"topic read #\ntopic write {BASE}/#\n")
    async with running(broker.port) as run:
        run.put(event(1))
        await until(lambda: run.report.delivered == 1)
        assert "Home Assistant is not told" in run.report.text


async def test_a_broker_that_is_not_there_is_named(free_port: int):
    async with running(free_port) as run:
        await until(lambda: run.report.state == "down")
    assert f"127.0.0.1:{free_port}" in run.report.text
    assert "[mqtt] host" in run.report.text


async def test_a_broker_that_speaks_only_3_1_1_is_spoken_to_in_it(tmp_path: Path, free_port: int):
    broker = Amqtt(tmp_path / "amqtt", free_port)
    broker.start()
    try:
        async with running(free_port) as run:
            run.put(event(1))
            await until(lambda: run.report.delivered == 1)
            assert "MQTT 3.1.1" in run.report.text
    finally:
        broker.kill()


@pytest.fixture
def encrypted(tmp_path: Path, free_port: int) -> Iterator[tuple[Mosquitto, Path]]:
    """A broker that speaks TLS only, and whom to trust for it."""
    own = make_certificate(tmp_path, "127.0.0.1")
    access = f"allow_anonymous true\ncertfile {own}.pem\nkeyfile {own}.key"
    broker = Mosquitto(tmp_path / "broker", free_port, access=access)
    broker.start()
    yield broker, Path(f"{own}.pem")
    broker.kill()


async def test_an_encrypted_broker_is_trusted_by_its_certificate(
    encrypted: tuple[Mosquitto, Path],
):
    broker, certificate = encrypted
    async with running(broker.port, tls=True, ca_file=str(certificate)) as run:
        run.put(event(1))
        await until(lambda: run.report.delivered == 1)


async def test_a_broker_that_asks_for_a_certificate_is_shown_one(tmp_path: Path, free_port: int):
    authority = make_certificate(tmp_path, "authority")
    server = make_certificate(tmp_path, "server", authority)
    client = make_certificate(tmp_path, "client", authority)
    access = (
        f"require_certificate true\nuse_identity_as_username true\ncafile {authority}.pem\n"
        f"certfile {server}.pem\nkeyfile {server}.key"
    )
    broker = Mosquitto(tmp_path / "broker", free_port, access=access)
    broker.start()
    files = {"ca_file": f"{authority}.pem"}
    try:
        async with running(free_port, tls=True, **files) as run:
            await until(lambda: run.report.state == "down")
        files |= {"cert_file": f"{client}.pem", "key_file": f"{client}.key"}
        async with running(free_port, tls=True, **files) as run:
            run.put(event(1))
            await until(lambda: run.report.delivered == 1)
    finally:
        broker.kill()


async def test_an_unknown_certificate_says_what_to_check(encrypted: tuple[Mosquitto, Path]):
    async with running(encrypted[0].port, tls=True) as run:
        await until(lambda: run.report.state == "down")
    with warnings.catch_warnings():
        # The library leaves the socket of a failed handshake to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    assert "check [mqtt] host and ca_file" in run.report.text


async def test_a_missing_certificate_file_is_named(free_port: int):
    async with running(free_port, tls=True, ca_file="no-such-file") as run:
        await until(lambda: run.report.state == "down")
    assert "[mqtt] ca_file" in run.report.text

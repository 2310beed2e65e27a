"""The demo's broker, met by the client that the service uses."""

import asyncio
import logging

import aiomqtt
import pytest

from bandmate.sim.broker import HOST, DemoBroker


async def listen_while_it_stops(broker: DemoBroker) -> None:
    async with asyncio.timeout(5), client(broker) as listener:
        await listener.subscribe("bandmate/#")
        await broker.stop()
        await first_message(listener)


@pytest.fixture
def demo_broker() -> DemoBroker:
    return DemoBroker()


def client(broker: DemoBroker) -> aiomqtt.Client:
    return aiomqtt.Client(HOST, broker.port, timeout=5)


async def first_message(listener: aiomqtt.Client) -> bytes:
    async for message in listener.messages:
        assert isinstance(message.payload, bytes)
        return message.payload
    raise AssertionError


async def test_it_carries_messages_and_keeps_retained_ones(demo_broker: DemoBroker):
    await demo_broker.start()
    async with client(demo_broker) as one, client(demo_broker) as other:
        await one.publish("bandmate/home/status", b"online", qos=1, retain=True)
        await other.subscribe("bandmate/#", qos=1)
        async with asyncio.timeout(5):
            assert await first_message(other) == b"online"
    await demo_broker.stop()


async def test_it_goes_away_from_under_a_client_and_comes_back_on_the_same_port(
    demo_broker: DemoBroker, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    await demo_broker.start()
    await demo_broker.start()  # twice is once
    with pytest.raises(aiomqtt.MqttError):
        await listen_while_it_stops(demo_broker)
    await demo_broker.stop()  # and this is nothing
    await demo_broker.start()
    async with client(demo_broker) as back:
        await back.publish("bandmate/home/status", b"online", qos=1)
    await demo_broker.stop()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert capfd.readouterr().err == ""

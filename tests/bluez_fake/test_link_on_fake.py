"""The production link on bleak's own BlueZ backend, through every fault that D-Bus can show."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from bandmate.devices.profile import Profile
from bandmate.errors import RadioDeniedError
from bandmate.link import radio as radio_module
from bandmate.link import scanner as scanner_module
from bandmate.link import search as search_module
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.examine import examine_bluetooth
from bandmate.link.radio import Radio
from bandmate.link.scan import scan
from bluez_fake.bus import private_bus
from bluez_fake.fake import ADAPTER, HCI0, FakeBluez
from bluez_fake.world import World
from link.rig import PROGRESSOR, SCALE, FastClock, Notes, running, ticks
from parts.waiting import until

AT = "F0:F1:F2:F3:F4:01"


@asynccontextmanager
async def linked(
    profile: Profile = PROGRESSOR, address: str | None = AT, radio: Radio | None = None
) -> AsyncGenerator[Notes]:
    """A link that runs, and what it tells."""
    notes = Notes()
    link = BluetoothLink(profile, address, FastClock(), radio or Radio())
    async with running(link, notes):
        yield notes


async def streams(notes: Notes, epochs_n: int = 1) -> None:
    """Wait until readings come, in the so many-th stream."""
    await until(lambda: len(notes.epochs) >= epochs_n and len(notes.epochs[-1]) > 8)
    await until(lambda: notes.states[-1] == "streaming")


async def test_a_stream_arrives_whole_and_nobody_scans_beside_it(world: World):
    async with world.gauge(), linked() as notes:
        await streams(notes)
        await until(lambda: notes.frames_n > 80)
        stamps = ticks(notes.decoded(PROGRESSOR))
        assert {later - earlier for earlier, later in pairwise(stamps)} == {12_500}
        assert not world.bluez.holds(HCI0, ADAPTER, "Discovering")
        assert world.bluez.overlaps_n == 0


async def test_listening_comes_before_the_start(world: World):
    async with world.gauge(), linked() as notes:
        await streams(notes)
    calls = [call for call in world.bluez.calls if call in {"StartNotify", "WriteValue"}]
    assert calls[0] == "StartNotify"


async def test_the_scan_ends_before_it_connects(world: World):
    async with world.gauge(), linked() as notes:
        await streams(notes)
    assert world.bluez.calls.index("StopDiscovery") < world.bluez.calls.index("Connect")


async def test_whom_bluez_forgets_at_the_end_of_a_scan_is_connected_within_one(world: World):
    async with world.gauge() as gauge:
        gauge.vanishes = True
        async with linked() as notes:
            await streams(notes)
    *_, last = (n for n, call in enumerate(world.bluez.calls) if call == "Connect")
    assert "StopDiscovery" in world.bluez.calls[last:]


async def test_a_scan_that_hears_nothing_any_more_begins_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(search_module, "SEARCH_S", 0.5)
    async with linked() as notes:
        await until(lambda: world.adapter.hears)
        world.adapter.deafen()
        async with world.gauge():
            await streams(notes)


async def test_what_bluez_remembers_of_an_older_firmware_is_forgotten_once(world: World):
    async with world.gauge() as gauge:
        gauge.stale = {"control"}
        async with linked() as notes:
            await streams(notes)
    assert world.bluez.calls.count("RemoveDevice") == 1


async def test_a_drop_ends_the_stream_and_begins_a_new_one(world: World):
    async with world.gauge() as gauge, linked() as notes:
        await streams(notes)
        gauge.lose()
        await streams(notes, 2)
    assert ticks(notes.decoded(PROGRESSOR))[0] == 0


@pytest.mark.parametrize("at", ["ServicesResolved", "StartNotify", "WriteValue"])
async def test_a_drop_in_the_middle_of_the_set_up_is_tried_again(world: World, at: str):
    async with world.gauge() as gauge, linked() as notes:
        gauge.dies_on = at
        await streams(notes)
    assert gauge.dies_on == ""


@pytest.mark.parametrize("member", ["StartDiscovery", "Connect", "StartNotify", "WriteValue"])
@pytest.mark.parametrize("name", ["InProgress", "Failed", "NotReady"])
async def test_a_call_that_fails_is_tried_again(world: World, member: str, name: str):
    world.bluez.fail_next(member, name, "injected")
    async with world.gauge(), linked() as notes:
        await until(lambda: bool(notes.epochs) and len(notes.epochs[-1]) > 8, within_s=30.0)
    assert world.bluez.calls.count(member) >= 2


async def test_the_end_of_a_scan_that_fails_costs_nothing_that_was_found(world: World):
    world.bluez.fail_next("StopDiscovery", "InProgress", times=2)
    async with world.gauge(), linked() as notes:
        await streams(notes)
    assert world.bluez.calls.count("Connect") == 1


async def test_an_adapter_that_is_switched_off_and_on(world: World):
    async with world.gauge(), linked() as notes:
        await streams(notes)
        world.adapter.switch(on=False)
        await until(lambda: notes.states[-1] == "off")
        assert "Bluetooth is switched off" in notes.texts[-1]
        await asyncio.sleep(1.0)
        world.adapter.switch(on=True)
        await streams(notes, 2)


async def test_an_adapter_that_is_off_while_it_searches(world: World):
    async with linked() as notes:
        await until(lambda: notes.states == ["searching"])
        world.adapter.switch(on=False)
        await until(lambda: notes.states[-1] == "off")
        world.adapter.switch(on=True)
        async with world.gauge():
            await streams(notes)


async def test_an_adapter_that_is_unplugged_and_plugged_in(world: World):
    async with world.gauge(), linked() as notes:
        await streams(notes)
        world.adapter.unplug()
        await until(lambda: "no Bluetooth adapter" in notes.texts[-1])
        world.adapter.plug()
        await streams(notes, 2)


async def test_a_service_that_dies_and_is_started_again(world: World):
    async with world.gauge(), linked() as notes:
        await streams(notes)
        world.bluez.die()
        await until(lambda: notes.states[-1] == "off")
        assert "service is not running" in notes.texts[-1]
        await world.bluez.start()
        await streams(notes, 2)


async def test_a_service_that_dies_while_it_connects(world: World):
    world.bluez.hangs.add("Connect")
    async with world.gauge(), linked() as notes:
        await until(lambda: "connecting" in notes.states)
        await until(lambda: "Connect" in world.bluez.calls)
        world.bluez.die()
        await until(lambda: notes.states[-1] == "off")
        world.bluez.hangs.clear()
        await world.bluez.start()
        await streams(notes)


async def test_a_service_that_answers_nothing_holds_nobody_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(radio_module, "CONNECT_S", 0.3)
    monkeypatch.setattr(radio_module, "TIDY_UP_S", 0.3)
    monkeypatch.setattr(scanner_module, "TIDY_UP_S", 0.3)
    world.bluez.hangs |= {"Connect", "Disconnect"}
    async with world.gauge(), linked() as notes:
        await until(lambda: any("no answer while connecting" in text for text in notes.texts))
        world.bluez.hangs.clear()
        await streams(notes)


async def test_a_scan_that_was_begun_is_never_begun_beside(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scanner_module, "SCAN_S", 0.3)
    monkeypatch.setattr(scanner_module, "TIDY_UP_S", 0.1)
    world.bluez.hangs.add("StartDiscovery")
    async with world.gauge(), linked() as notes:
        await until(lambda: any("does not answer" in text for text in notes.texts))
        assert notes.states[-1] == "off"
        await asyncio.sleep(1.5)  # it is tried again
        world.bluez.hangs.clear()
        await streams(notes)
        assert not any("InProgress" in text for text in notes.texts)


async def test_who_is_put_away_while_a_scan_begins_leaves_none_behind(world: World):
    notes, link = Notes(), BluetoothLink(PROGRESSOR, AT, FastClock(), Radio())
    async with running(link, notes), world.gauge():
        await until(lambda: "StartDiscovery" in world.bluez.calls)
        await link.put_away()
        assert not world.bluez.holds(HCI0, ADAPTER, "Discovering")
        await link.wake()
        await streams(notes)


async def test_a_sensor_that_is_connected_but_silent_is_given_up(world: World):
    async with world.gauge() as gauge, linked() as notes:
        await streams(notes)
        gauge.silence()
        # It is asked to go on, which it does.
        await until(lambda: len(notes.epochs) == 2 and len(notes.epochs[-1]) > 8)


async def test_who_was_left_connected_by_a_crash_is_let_go_and_found(world: World):
    async with world.gauge() as gauge:
        gauge.hold()
        async with linked() as notes:
            await streams(notes)
    assert world.bluez.calls.index("Disconnect") < world.bluez.calls.index("Connect")


async def test_who_is_left_connected_is_told_by_its_signs_too(world: World):
    async with world.gauge() as gauge:
        gauge.hold()
        async with linked(address=None) as notes:
            await streams(notes)


async def test_the_sensor_of_another_band_is_left_alone(world: World):
    radio = Radio()
    async with world.gauge(), linked(address=None, radio=radio) as first:
        await streams(first)
        async with linked(address=None, radio=radio) as second:
            await until(lambda: "searching" in second.states)
            await asyncio.sleep(0.3)
            assert first.states[-1] == "streaming"
            async with world.gauge(address="F0:F1:F2:F3:F4:02"):
                await streams(second)
    assert world.bluez.overlaps_n == 0


async def test_two_sensors_do_not_get_into_each_others_way(world: World):
    radio, other = Radio(), "F0:F1:F2:F3:F4:02"
    async with (
        world.gauge() as left,
        world.gauge(address=other) as right,
        linked(radio=radio) as first,
        linked(address=other, radio=radio) as second,
    ):
        await streams(first)
        await streams(second)
        for gauge in (left, right):
            gauge.lose()
        await streams(first, 2)
        await streams(second, 2)
    assert world.bluez.overlaps_n == 0


async def test_a_sensor_that_only_advertises_is_heard_whenever_it_does(world: World):
    async with world.gauge(SCALE), linked(SCALE) as notes:
        await until(lambda: notes.frames_n > 10)
        assert world.adapter.repeats


async def test_whom_the_bus_lets_ask_nothing_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    denied = '<deny send_destination="org.bluez"/>'
    async with private_bus(tmp_path, rules=denied) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        bluez = FakeBluez(address)
        await bluez.start()
        try:
            with pytest.raises(RadioDeniedError):
                await scan(Radio(), 0.0, lambda _: None)
            async with linked() as notes:
                await until(lambda: notes.states == ["denied"])
                assert "may not use Bluetooth" in notes.texts[-1]
            found = {finding.check: finding async for finding in examine_bluetooth(Radio())}
            assert "group 'bluetooth'" in found["permission"].fix
        finally:
            bluez.die()


async def test_what_doctor_sees(world: World, tmp_path: Path):
    async def found() -> list[tuple[str, str, bool]]:
        every = examine_bluetooth(Radio(), tmp_path)
        return [(one.check, one.text, one.is_well) async for one in every]

    well = [
        ("adapter", "hci0 is switched on", True),
        ("scan", "sensors can be looked for", True),
    ]
    assert await found() == well
    world.adapter.switch(on=False)
    assert await found() == [("adapter", "Bluetooth is switched off", False)]
    world.adapter.unplug()
    assert await found() == [("adapter", "this computer has no Bluetooth adapter", False)]
    world.bluez.die()
    assert await found() == [("adapter", "the Bluetooth service is not running", False)]


async def test_the_message_bus_itself_may_go_and_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'bus'}")
    async with linked() as notes:
        await until(lambda: notes.states == ["off"])
        assert "D-Bus" in notes.texts[-1]
        async with private_bus(tmp_path):
            await until(lambda: "service is not running" in notes.texts[-1])
        await until(lambda: "D-Bus" in notes.texts[-1])

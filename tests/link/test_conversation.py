"""In which order a sensor is spoken to, and what is written to it."""

import logging
from collections.abc import Iterable

import pytest

from bandmate.devices.params import ParamValue
from link.puppet import START_STOP, Puppet, puppet_profile, spoken_to
from parts.waiting import until

pytestmark = pytest.mark.virtual_time

SETTINGS = """
[params.rate_hz]
text = "readings a second"
type = "integer"
choices = [10, 50]
[params.unit]
text = "what is sent"
type = "text"
[commands.handshake]
steps = [{ to = "control", hex = "0a" }]
[commands.battery]
steps = [{ to = "control", hex = "0b" }]
[commands.unit]
by = ["unit"]
choices = { N = [{ to = "control", hex = "20" }] }
[commands.rate]
by = ["rate_hz"]
[commands.rate.choices]
10 = [{ to = "period", hex = "6400" }]
50 = [{ to = "period", hex = "1400" }]
"""
STREAMING = ["searching", "connecting", "streaming"]


def writes(puppet: Puppet) -> list[str]:
    return [line for line in puppet.log if not line.startswith(("read", "listen"))]


async def test_it_is_read_heard_greeted_asked_set_up_and_only_then_started():
    profile = puppet_profile(START_STOP + SETTINGS)
    values = {"battery": "57"}
    async with spoken_to(profile, {"rate_hz": 50, "unit": "N"}, values=values) as stage:
        await until(lambda: "streaming" in stage.notes.states)
    assert stage.puppet.log == [
        "read battery",
        "listen battery",
        "listen data",
        "control 0a",
        "control 0b",
        "period 1400",
        "control 20",
        "control 01",
        "control 00",
    ]
    assert stage.notes.states == STREAMING


async def test_settings_that_a_sensor_takes_only_while_it_streams_follow_the_start():
    quirks = "[quirks]\nsettings_after_start = true"
    profile = puppet_profile(START_STOP + SETTINGS + quirks)
    async with spoken_to(profile, {"rate_hz": 10, "unit": "N"}) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        assert writes(stage.puppet)[2:] == ["control 01", "period 6400", "control 20"]


async def test_a_setting_that_nobody_chose_is_left_as_it_is():
    profile = puppet_profile(START_STOP + SETTINGS)
    async with spoken_to(profile, {"unit": "lb"}) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        assert writes(stage.puppet) == ["control 0a", "control 0b", "control 01"]


async def test_a_sensor_that_is_locked_is_unlocked_before_every_setting():
    unlock = '[commands.unlock]\nsteps = [{ to = "control", hex = "ff" }]'
    profile = puppet_profile(START_STOP + SETTINGS + unlock)
    async with spoken_to(profile, {"rate_hz": 10, "unit": "N"}) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        assert writes(stage.puppet)[2:-1] == [
            "control ff",
            "period 6400",
            "control ff",
            "control 20",
        ]


async def test_a_command_may_be_several_writes_with_pauses():
    start = """
[commands.start]
steps = [{ to = "control", hex = "01", wait_ms = 200 }, { to = "control", hex = "02" }]
"""
    async with spoken_to(puppet_profile(start)) as stage:
        await until(lambda: "streaming" in stage.notes.states)
    assert stage.puppet.written == ["01", "02"]
    first_s, second_s = stage.puppet.times_s[-2:]
    assert second_s - first_s == pytest.approx(0.2, abs=0.01)


MODE = """
[params.mode]
text = "what is sent"
type = "integer"
[commands.start]
by = ["mode"]
choices = { 5 = [{ to = "control", hex = "0105" }], 6 = [{ to = "control", hex = "0106" }] }
"""


async def test_a_start_is_chosen_by_a_parameter():
    async with spoken_to(puppet_profile(MODE), {"mode": 6}) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        assert stage.puppet.written == ["0106"]


@pytest.mark.parametrize(("params", "said"), [({"mode": 7}, "with mode = 7"), ({}, "without mode")])
async def test_a_start_that_no_parameter_chooses_is_told(params: dict[str, ParamValue], said: str):
    async with spoken_to(puppet_profile(MODE), params) as stage:
        await until(lambda: any(said in text for text in stage.notes.texts))
    assert any("5; 6" in text for text in stage.notes.texts)
    assert "streaming" not in stage.notes.states
    assert stage.puppet.written == []


READ_BACK = START_STOP + SETTINGS + "[quirks]\nread_back = true"


@pytest.mark.parametrize(("taken", "told"), [("1600", True), ("1400", False)])
async def test_a_rate_that_the_sensor_rounds_is_told_in_the_log(
    caplog: pytest.LogCaptureFixture, taken: str, told: bool
):
    values = {"period": taken}
    async with spoken_to(puppet_profile(READ_BACK), {"rate_hz": 50}, values=values) as stage:
        await until(lambda: "streaming" in stage.notes.states)
    assert stage.puppet.log.index("read period") == stage.puppet.log.index("period 1400") + 1
    assert ("1600 instead of 1400" in caplog.text) == told


async def test_a_rate_that_cannot_be_read_back_is_believed(caplog: pytest.LogCaptureFixture):
    async with spoken_to(puppet_profile(READ_BACK), {"rate_hz": 50}) as stage:
        await until(lambda: "streaming" in stage.notes.states)
    assert caplog.text == ""


async def test_what_a_sensor_does_not_offer_is_neither_read_nor_listened_to():
    lacks = frozenset({"battery"})
    async with spoken_to(puppet_profile(START_STOP), lacks=lacks) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        assert stage.puppet.log == ["listen data", "control 01"]


async def test_a_setting_for_a_part_that_may_be_missing_is_passed_over_without_it():
    rate = """
[commands.rate]
steps = [{ to = "period", hex = "14", if_there = true }, { to = "control", hex = "15" }]
"""
    profile = puppet_profile(START_STOP + rate)
    async with spoken_to(profile, lacks=frozenset({"period"})) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        assert writes(stage.puppet) == ["control 15", "control 01"]


async def test_a_role_that_holds_samples_is_never_read():
    values = {"data": "00000000", "battery": "57"}
    async with spoken_to(puppet_profile(START_STOP), values=values) as stage:
        await until(lambda: "streaming" in stage.notes.states)
    assert "read data" not in stage.puppet.log
    assert stage.notes.epochs[0][0].role == "battery"


async def test_a_sensor_that_comes_back_is_not_asked_again_what_it_told():
    async with spoken_to(puppet_profile(START_STOP), values={"battery": "57"}) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        await stage.puppet.drop()
        await until(lambda: stage.notes.states[-1] != "streaming")
        await until(lambda: stage.notes.states[-1] == "streaming")
        told = ["listen battery", "listen data", "control 01"]
        assert stage.puppet.log == ["read battery", *told, *told]


async def test_a_fact_that_a_sensor_refuses_to_tell_holds_nothing_up():
    async with spoken_to(puppet_profile(START_STOP), values={"battery": ""}) as stage:
        await until(lambda: "streaming" in stage.notes.states)
    assert stage.notes.states == STREAMING
    assert stage.puppet.log[:3] == ["read battery", "listen battery", "listen data"]


async def test_a_sensor_that_lacks_what_its_profile_requires_is_never_written_to():
    lacks = frozenset({"data"})
    async with spoken_to(puppet_profile(START_STOP), lacks=lacks) as stage:
        await until(
            lambda: any("lacks the characteristic 'data'" in text for text in stage.notes.texts)
        )
    assert stage.puppet.log == []


ANSWERED = """
[commands.start]
steps = [{ to = "control", hex = "01" }]
reply = { on = "data", tag = "f001", timeout_ms = 300 }
[commands.stop]
steps = [{ to = "control", hex = "00" }]
"""


def late_reading_then_yes(_role: str, written: str) -> Iterable[tuple[str, str]]:
    return (
        [("data", "00000000"), ("battery", "f001"), ("data", "f00100")] if written == "01" else ()
    )


async def test_an_answer_is_known_by_how_its_frame_begins():
    profile = puppet_profile(ANSWERED)
    async with spoken_to(profile, answers=late_reading_then_yes) as stage:
        await until(lambda: "streaming" in stage.notes.states)
    assert stage.notes.states == STREAMING


async def test_a_start_without_its_answer_is_a_failure_and_the_sensor_is_stopped():
    async with spoken_to(puppet_profile(ANSWERED)) as stage:
        await until(
            lambda: any(
                "no answer while telling the sensor to start" in t for t in stage.notes.texts
            )
        )
        assert stage.puppet.written == ["01", "00"]
        await stage.puppet.gone.wait()
    assert "streaming" not in stage.notes.states


async def test_an_answer_from_another_role_or_of_another_kind_is_none():
    def other(_role: str, written: str) -> Iterable[tuple[str, str]]:
        return (
            [("battery", "f001"), ("data", "f002"), ("data", "00f001")] if written == "01" else ()
        )

    async with spoken_to(puppet_profile(ANSWERED), answers=other) as stage:
        await until(lambda: any("no answer" in text for text in stage.notes.texts))


FRAMED = ANSWERED.replace(
    "[commands.start]", '[stream.data.framing]\nkind = "end"\nbyte = "0d"\n[commands.start]', 1
)


async def test_an_answer_may_come_in_parts_among_other_frames():
    def in_parts(_role: str, written: str) -> Iterable[tuple[str, str]]:
        return [("data", "00000df0"), ("data", "010d")] if written == "01" else ()

    async with spoken_to(puppet_profile(FRAMED), answers=in_parts) as stage:
        await until(lambda: "streaming" in stage.notes.states)
    assert stage.notes.states == STREAMING


async def test_a_battery_that_is_never_told_holds_nothing_up(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, logger="bandmate")
    battery = """
[commands.battery]
steps = [{ to = "control", hex = "0b" }]
reply = { on = "battery", tag = "", timeout_ms = 300 }
"""
    async with spoken_to(puppet_profile(START_STOP + battery)) as stage:
        await until(lambda: "streaming" in stage.notes.states)
    assert stage.notes.states == STREAMING
    assert "no battery level" in caplog.text


async def test_packets_that_are_too_short_for_whole_frames_are_told_once(
    caplog: pytest.LogCaptureFixture,
):
    profile = puppet_profile(START_STOP, link='transport = "gatt"\nmin_mtu = 125')
    async with spoken_to(profile, mtu=40) as stage:
        for _ in range(2):
            await until(lambda: stage.notes.states[-1:] == ["streaming"])
            await stage.puppet.drop()
            await until(lambda: stage.notes.states[-1:] != ["streaming"])
    assert caplog.text.count("packets of 40 bytes, whole frames need 125") == 1


async def test_packets_that_are_long_enough_are_not_worth_a_word(
    caplog: pytest.LogCaptureFixture,
):
    profile = puppet_profile(START_STOP, link='transport = "gatt"\nmin_mtu = 125')
    async with spoken_to(profile, mtu=125) as stage:
        await until(lambda: "streaming" in stage.notes.states)
    assert caplog.text == ""


async def test_the_whole_life_of_a_link_is_one_start_and_one_stop_a_connection():
    async with spoken_to(puppet_profile(START_STOP)) as stage:
        for _ in range(3):
            await until(lambda: stage.notes.states[-1:] == ["streaming"])
            await stage.puppet.drop()
            await until(lambda: stage.notes.states[-1:] != ["streaming"])
        await until(lambda: stage.notes.states[-1:] == ["streaming"])
    assert stage.puppet.written == ["01"] * 4 + ["00"]


async def test_a_link_that_ends_while_it_is_starting_stops_the_sensor_too():
    async with spoken_to(puppet_profile(ANSWERED)) as stage:
        await until(lambda: stage.puppet.written == ["01"])
    assert stage.puppet.written == ["01", "00"]
    assert stage.puppet.gone.is_set()

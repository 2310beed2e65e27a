"""Which command it is that is written to a virtual sensor."""

from collections.abc import Iterator

import pytest

from bandmate.devices.profile import Profile
from bandmate.sim.orders import Orders
from link.rig import PROFILES

LINESCALE = PROFILES.get("linescale-3")
WITMOTION = PROFILES.get("witmotion-bwt901ble5")
PROGRESSOR = PROFILES.get("tindeq-progressor")
ADAFRUIT = PROFILES.get("adafruit-accelerometer")
SENSORS = [profile for profile in PROFILES if profile.commands.given()]


def heard(orders: Orders, profile: Profile, *writes: tuple[str, str]) -> list[list[str]]:
    """The commands that each write gives."""
    return [
        [order.command for order in orders.hear(profile.gatt[role], bytes.fromhex(written))]
        for role, written in writes
    ]


def sequences(profile: Profile) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for name, command in profile.commands.given().items():
        for steps in [command.steps] if command.steps else command.choices.values():
            yield name, [(step.to, step.hex) for step in steps]


@pytest.mark.parametrize("profile", SENSORS, ids=lambda profile: profile.device.id)
def test_every_command_of_every_sensor_is_known_by_what_is_written(profile: Profile):
    for name, writes in sequences(profile):
        assert name in heard(Orders(profile), profile, *writes)[-1]


def test_a_choice_tells_what_was_chosen():
    orders = Orders(LINESCALE)
    (order,) = orders.hear(LINESCALE.gatt["write"], bytes.fromhex("420d0a59"))
    assert (order.command, order.chosen) == ("unit", {"unit": "lbf"})


def test_what_was_written_before_decides_between_commands_that_end_alike():
    relative, zero_key = ("write", "580d0a6f"), ("write", "5a0d0a71")
    assert heard(Orders(LINESCALE), LINESCALE, zero_key) == [["zero"]]
    assert heard(Orders(LINESCALE), LINESCALE, relative, zero_key)[-1] == ["tare"]


def test_a_setting_that_is_saved_is_known_by_what_was_set():
    rate, save = ("command", "ffaa030800"), ("command", "ffaa000000")
    orders = Orders(WITMOTION)
    assert heard(orders, WITMOTION, rate) == [[]]
    (order,) = orders.hear(WITMOTION.gatt["command"], bytes.fromhex(save[1]))
    assert order.chosen == {"rate_hz": "50"}
    orders.forget()
    assert heard(orders, WITMOTION, save) == [[]]


def test_a_characteristic_of_the_same_uuid_in_another_service_is_another_one():
    orders = Orders(ADAFRUIT)
    period = bytes.fromhex("32000000")
    assert orders.hear(ADAFRUIT.gatt["acc_period"], period) == []
    assert orders.hear(ADAFRUIT.gatt["gyro_period"], period) == []
    (order,) = orders.hear(ADAFRUIT.gatt["quaternion_period"], period)
    assert order.chosen == {"rate_hz": "20"}


def test_whoever_leaves_the_first_write_out_is_understood():
    assert heard(Orders(LINESCALE), LINESCALE, ("write", "410d0a58")) == [["start"]]


def test_bytes_of_no_command_are_none():
    assert heard(Orders(PROGRESSOR), PROGRESSOR, ("control", "69"), ("control", "")) == [[], []]


def test_a_write_that_is_only_the_beginning_of_a_command_is_known():
    orders = Orders(WITMOTION)
    assert orders.knows(WITMOTION.gatt["command"], bytes.fromhex("ffaa030800"))
    assert not orders.knows(WITMOTION.gatt["command"], bytes.fromhex("ffaa030c00"))

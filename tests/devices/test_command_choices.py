"""What a command writes depends on the parameters of the sensor it is given to."""

from itertools import product

import pytest

from bandmate.devices.params import ParamValue
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles

PROFILES = load_profiles()
CHOOSING = [
    (profile, name)
    for profile in PROFILES
    for name, command in profile.commands.given().items()
    if command.choices and all(profile.params[param].choices for param in command.by)
]
RATED = [
    "adafruit-accelerometer",
    "bbc-microbit",
    "mbientlab-metamotion",
    "movella-dot",
    "nordic-thingy52",
    "ti-sensortag-cc2650",
    "witmotion-bwt901ble5",
]


def writes(sensor: str, command: str, **given_params: ParamValue) -> list[str]:
    profile = PROFILES.get(sensor)
    chosen = profile.commands.given()[command].chosen(profile.parameters(given_params))
    return [step.hex for step in chosen]


@pytest.mark.parametrize(
    ("profile", "name"), CHOOSING, ids=[f"{p.device.id}-{name}" for p, name in CHOOSING]
)
def test_every_choice_is_what_some_parameters_choose(profile: Profile, name: str):
    command = profile.commands.given()[name]
    values = [profile.params[param].choices for param in command.by]
    combinations = [dict(zip(command.by, chosen, strict=True)) for chosen in product(*values)]
    chosen = [command.chosen(profile.parameters(given_params)) for given_params in combinations]
    assert {steps for steps in chosen if steps} == set(command.choices.values())


@pytest.mark.parametrize("sensor", RATED)
def test_every_rate_that_may_be_asked_for_can_be_set(sensor: str):
    for rate_hz in PROFILES.get(sensor).params["rate_hz"].choices:
        assert writes(sensor, "rate", rate_hz=rate_hz)


@pytest.mark.parametrize("sensor", RATED)
def test_the_rate_that_was_asked_for_is_the_one_reckoned_with(sensor: str):
    profile = PROFILES.get(sensor)
    for rate_hz in profile.params["rate_hz"].choices:
        params = profile.parameters({"rate_hz": rate_hz})
        assert profile.traits(params).nominal_hz == rate_hz


@pytest.mark.parametrize(
    ("sensor", "given_hz", "hex_"),
    [
        ("bbc-microbit", "12.5", "5000"),
        ("bbc-microbit", "50.0", "1400"),
        ("bbc-microbit", 1.5625, "8002"),
        ("mbientlab-metamotion", "12.5", "03032508"),
        ("nordic-thingy52", "50", "e803f401f401320001"),
    ],
)
def test_a_number_chooses_however_it_is_written(sensor: str, given_hz: ParamValue, hex_: str):
    assert writes(sensor, "rate", rate_hz=given_hz) == [hex_]


def test_two_parameters_choose_together():
    assert writes("mbientlab-metamotion", "rate", rate_hz=200, range_g=8) == ["03032908"]
    assert writes("mbientlab-metamotion", "rate", rate_hz=100, range_g=16) == ["0303280c"]


@pytest.mark.parametrize(
    "sensor", ["bbc-microbit", "movella-dot", "nordic-thingy52", "witmotion-bwt901ble5"]
)
def test_a_sensor_that_keeps_its_rate_is_left_alone_unless_asked(sensor: str):
    assert writes(sensor, "rate") == []


def test_a_setting_that_is_to_last_is_saved_behind_it():
    assert writes("witmotion-bwt901ble5", "rate", rate_hz=100) == ["ffaa030900", "ffaa000000"]


def test_the_period_goes_to_every_service_that_has_one():
    profile = PROFILES.get("adafruit-accelerometer")
    assert profile.commands.rate is not None
    steps = profile.commands.rate.chosen(profile.parameters({"rate_hz": 50}))
    assert {profile.gatt[step.to].char[:8] for step in steps} == {"adaf0001"}
    assert [profile.gatt[step.to].service[:8] for step in steps] == [
        "adaf0200",
        "adaf0400",
        "adaf0d00",
    ]
    assert [step.if_there for step in steps] == [False, True, True]

"""The devices that were let in: their tokens, their names, their days."""

from datetime import date, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bandmate.web.devices import ALL, KEPT_DAYS, Device, Devices, kind_of

TODAY = date(2026, 5, 1)


def test_a_token_is_known_and_not_kept():
    devices = Devices()
    device, token = devices.add("iPhone", TODAY)
    assert devices.find(token, TODAY) == device
    assert devices.find(token + "x", TODAY) is None
    assert devices.find("", TODAY) is None
    assert devices.find("\udcff", TODAY) is None
    assert token not in str(list(devices))


def test_no_two_have_one_name():
    devices = Devices()
    labels = [devices.add("iPhone", TODAY)[0].label for _ in range(3)]
    assert labels == ["iPhone", "iPhone 2", "iPhone 3"]
    devices.forget("iPhone 2")
    assert devices.add("iPhone", TODAY)[0].label == "iPhone 2"


def test_a_device_that_is_forgotten_is_let_in_no_longer():
    devices = Devices()
    (one, first), (_, second) = devices.add("Mac", TODAY), devices.add("Mac", TODAY)
    assert devices.forget("Mac") == [one]
    assert devices.forget("Mac") == []
    assert devices.find(first, TODAY) is None
    assert devices.find(second, TODAY) is not None
    devices.forget(ALL)
    assert list(devices) == []


def test_a_device_is_let_in_for_a_year():
    devices = Devices()
    _, token = devices.add("Mac", TODAY)
    assert devices.find(token, TODAY + timedelta(days=KEPT_DAYS - 1)) is not None
    assert devices.find(token, TODAY + timedelta(days=KEPT_DAYS)) is None


def test_the_day_it_came_last_is_news_once_a_day():
    devices = Devices()
    device, token = devices.add("Mac", TODAY)
    assert not devices.notice(device, TODAY)
    tomorrow = TODAY + timedelta(days=1)
    assert devices.notice(device, tomorrow)
    (now,) = devices
    assert (now.added, now.seen) == (TODAY, tomorrow)
    assert devices.find(token, tomorrow) == now


def test_a_device_is_called_what_a_person_calls_it():
    phone = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36"
    assert kind_of(phone) == "Android"
    assert kind_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)") == "iPhone"
    assert kind_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101") == "Linux"
    assert kind_of("") == "Device"


@given(st.lists(st.sampled_from(["add", "forget", "keep"]), max_size=20))
def test_whatever_happens_exactly_those_let_in_and_not_forgotten_are_known(steps: list[str]):
    devices, tokens = Devices(), dict[str, str]()
    gone = list[str]()
    for step in steps:
        if step == "add":
            device, token = devices.add("Mac", TODAY)
            assert device.label not in tokens
            tokens[device.label] = token
        elif step == "forget" and tokens:
            label = next(iter(tokens))
            devices.forget(label)
            gone.append(tokens.pop(label))
        elif step == "keep":  # a restart
            devices = Devices(msgspec.convert(msgspec.to_builtins(list(devices)), list[Device]))
        for label, token in tokens.items():
            found = devices.find(token, TODAY)
            assert found is not None
            assert found.label == label
        assert all(devices.find(token, TODAY) is None for token in gone)

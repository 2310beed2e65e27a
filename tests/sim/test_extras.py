"""What is said when an extra is not installed."""

import importlib
import sys

import pytest

from bandmate.errors import UsageError
from bandmate.sim.broker import DemoBroker
from bandmate.sim.extras import needs_extra


async def test_a_demo_without_its_broker_names_the_extra_to_install(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setitem(sys.modules, "amqtt", None)
    monkeypatch.delitem(sys.modules, "amqtt.broker", raising=False)
    with pytest.raises(UsageError, match=r"bandmate\[demo\]"):
        await DemoBroker().start()


def test_a_virtual_radio_without_bumble_names_the_extra_to_install(
    monkeypatch: pytest.MonkeyPatch,
):
    for name in [name for name in sys.modules if name.startswith("bandmate.sim.")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.split(".")[0] == "bumble"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "bumble", None)
    with pytest.raises(UsageError, match=r"bandmate\[sim\]"), needs_extra("sim"):
        importlib.import_module("bandmate.sim.radio")


def test_a_module_of_our_own_that_is_missing_is_a_bug():
    with pytest.raises(ModuleNotFoundError), needs_extra("sim"):
        importlib.import_module("bandmate.sim.no_such_module")

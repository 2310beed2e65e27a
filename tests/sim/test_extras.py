"""What is said when an extra is not installed."""

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


def test_a_module_of_our_own_that_is_missing_is_a_bug():
    with pytest.raises(ModuleNotFoundError), needs_extra("sim"):
        __import__("bandmate.sim.no_such_module")

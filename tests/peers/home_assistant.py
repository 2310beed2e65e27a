"""Home Assistant's own schemas on what bandmate publishes for its discovery.

    python -c "<print a discovery payload>" | PYTHON tests/peers/home_assistant.py

`PYTHON` is that of an environment with Home Assistant 2025.4 (`make check-discovery` makes one). It
says what is refused, and which keys it would ignore without a word; the exit status is then 3.
"""

# pyright: basic, reportMissingImports=false

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import voluptuous as vol
from homeassistant.components.mqtt import abbreviations as short
from homeassistant.components.mqtt import binary_sensor, sensor
from homeassistant.components.mqtt.schemas import (
    DEVICE_DISCOVERY_SCHEMA,
    MQTT_ORIGIN_INFO_SCHEMA,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import frame

_SCHEMAS = {
    "sensor": sensor.DISCOVERY_SCHEMA,
    "binary_sensor": binary_sensor.DISCOVERY_SCHEMA,
}
_SHARED = ("availability", "availability_mode", "qos")


def expanded(part: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The same with long names."""
    return {names.get(key, key): value for key, value in part.items()}


def faults(payload: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a payload."""
    whole = expanded(payload, short.ABBREVIATIONS)
    whole["device"] = expanded(whole["device"], short.DEVICE_ABBREVIATIONS)
    whole["origin"] = expanded(whole["origin"], short.ORIGIN_ABBREVIATIONS)
    whole["components"] = {
        key: _component(component) for key, component in whole["components"].items()
    }
    whole["availability"] = [expanded(one, short.ABBREVIATIONS) for one in whole["availability"]]
    try:
        MQTT_ORIGIN_INFO_SCHEMA(whole["origin"])
        DEVICE_DISCOVERY_SCHEMA(whole)
    except vol.Invalid as error:
        yield f"device: {error}"
    shared = {key: whole[key] for key in _SHARED if key in whole}
    for key, component in whole["components"].items():
        platform = component.get("platform")
        if platform not in _SCHEMAS:
            yield f"{key}: no platform that is known"
            continue
        # What it takes no notice of it leaves out of what it gives back.
        given = {**shared, **component, "device": whole["device"]}
        given.pop("platform")
        try:
            taken = _SCHEMAS[platform](given)
        except vol.Invalid as error:
            yield f"{key}: {error}"
            continue
        ignored = set(given) - {str(name) for name in taken}
        if ignored:
            yield f"{key}: ignored without a word: {', '.join(sorted(ignored))}"


def _component(component: dict[str, Any]) -> dict[str, Any]:
    named = expanded(component, short.ABBREVIATIONS)
    if "availability" in named:
        named["availability"] = [
            expanded(one, short.ABBREVIATIONS) for one in named["availability"]
        ]
    return named


async def main() -> int:
    """The exit status."""
    with tempfile.TemporaryDirectory() as folder:
        # Templates are looked at by a Home Assistant that is there, though nothing of it runs.
        frame.async_setup(HomeAssistant(folder))
        found = list(faults(json.load(sys.stdin)))
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write("Home Assistant takes it.\n" if not found else "")
    return 3 if found else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

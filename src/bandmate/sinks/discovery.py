"""How Home Assistant learns of a band: MQTT discovery, one retained message a device. Pure.

The device form (`homeassistant/device/<id>/config`, Home Assistant 2024.11 and later) with its
abbreviated keys: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
"""

import msgspec

from bandmate.domain.zones import Zone
from bandmate.sinks.mqtt_messages import Message, base_topic

HOME_ASSISTANT_STATUS = "homeassistant/status"
"""Where Home Assistant says `online` when it (re)starts and wants to be told again."""

_EXPIRE_S = 30
"""Home Assistant shows a pull that was not renewed for so long as unavailable."""

_Component = dict[str, object]


def discovery(site: str, band: str, version: str) -> Message:
    """The device of a band: its pull, zone, counts, alerts and battery.

    Args:
        site: The site's name.
        band: The band's name.
        version: Of bandmate.
    """
    base = base_topic(site)
    band_topic = f"{base}/band/{band}"
    device_id = f"bandmate_{site}_{band}"
    process_topic = {"t": f"{base}/status"}
    payload = {
        "dev": {"ids": [device_id], "name": f"Band {band}", "mf": "bandmate", "sw": version},
        "o": {"name": "bandmate", "sw": version},
        "avty": [process_topic, {"t": f"{band_topic}/availability"}],
        "avty_mode": "all",
        "qos": 1,
        "cmps": {
            key: {"uniq_id": f"{device_id}_{key}", **component}
            for key, component in {
                **_sensors(f"{band_topic}/state"),
                # Its availability leaves the band out, or it would be unavailable instead of off.
                "connection": _connection(f"{band_topic}/availability") | {"avty": [process_topic]},
            }.items()
        },
    }
    topic = f"homeassistant/device/{device_id}/config"
    return Message(topic, msgspec.json.encode(payload), qos=1, retain=True)


def _sensors(state_topic: str) -> dict[str, _Component]:
    components: dict[str, _Component] = {
        "tension": {
            "name": "Tension",
            "val_tpl": "{{ value_json.tension_n }}",
            "unit_of_meas": "N",  # Home Assistant has no device class for a force
            "stat_cla": "measurement",
            "sug_dsp_prc": 1,
            "exp_aft": _EXPIRE_S,
        },
        "zone": {
            "name": "Zone",
            "val_tpl": "{{ value_json.zone }}",
            "dev_cla": "enum",
            "ops": [str(zone) for zone in Zone],
        },
        "reps": {
            "name": "Reps",
            "val_tpl": "{{ value_json.reps }}",
            "stat_cla": "total_increasing",
        },
        "hold": {
            "name": "Hold",
            "val_tpl": "{{ value_json.hold_s }}",
            "dev_cla": "duration",
            "unit_of_meas": "s",
            "stat_cla": "measurement",
        },
        "battery": {
            "name": "Battery",
            "val_tpl": "{{ value_json.battery_pct }}",
            "dev_cla": "battery",
            "unit_of_meas": "%",
            "stat_cla": "measurement",
            "ent_cat": "diagnostic",
        },
    }
    sensors = {key: {"p": "sensor", "stat_t": state_topic} | c for key, c in components.items()}
    alert: _Component = {
        "p": "binary_sensor",
        "name": "Alert",
        "stat_t": state_topic,
        "val_tpl": "{{ 'ON' if value_json.alerts else 'OFF' }}",
        "dev_cla": "problem",
    }
    return {**sensors, "alert": alert}


def _connection(availability_topic: str) -> _Component:
    return {
        "p": "binary_sensor",
        "name": "Connection",
        "stat_t": availability_topic,
        "pl_on": "online",
        "pl_off": "offline",
        "dev_cla": "connectivity",
        "ent_cat": "diagnostic",
    }

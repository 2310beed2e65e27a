"""The examples for Home Assistant name what bandmate really tells it."""

import json
import re
from dataclasses import fields
from typing import Any

from bandmate.domain.alerts import Urgency
from bandmate.domain.events import AlertRaised
from bandmate.sinks.discovery import discovery
from bandmate.sinks.mqtt_messages import base_topic
from deploy.composed import DEPLOY, read_yaml

FOLDER = DEPLOY / "home-assistant"


def entities(band: str) -> set[str]:
    """The entity ids that Home Assistant makes: of the device's name and the component's."""
    told: dict[str, Any] = json.loads(discovery("home", band, "0").payload)
    return {
        f"{part['p']}." + re.sub("[^a-z0-9]+", "_", f"{told['dev']['name']} {part['name']}".lower())
        for part in told["cmps"].values()
    }


def test_every_entity_of_the_view_is_made_by_discovery_and_the_reverse():
    text = (FOLDER / "dashboard.yaml").read_text()
    named = set(re.findall(r"\b(?:binary_)?sensor\.\w+", text))
    assert named == entities("left")


def test_the_view_has_cards():
    view = read_yaml(FOLDER / "dashboard.yaml")
    assert [card["type"] for card in view["cards"]] == [
        "gauge",
        "entities",
        "history-graph",
        "entities",
    ]


def test_the_automation_hears_the_events_and_uses_their_fields():
    automation = read_yaml(FOLDER / "automation.yaml")
    text = (FOLDER / "automation.yaml").read_text()
    (trigger,) = automation["triggers"]
    assert re.fullmatch(
        trigger["topic"].replace("+", "[^/]+"), f"{base_topic('home')}/band/left/event"
    )
    used = set(re.findall(r"payload_json\.(\w+)", text))
    assert used - {field.name for field in fields(AlertRaised)} == {"event", "ts"}
    assert AlertRaised.name in text
    assert set(re.findall(r"'(\w+)'", text)) - {AlertRaised.name} <= {str(one) for one in Urgency}

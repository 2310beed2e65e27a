"""`deploy/compose.yaml` by the schema of compose files, and by the rules it promises to keep."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bandmate.app.runner import LINKS_STOP_S
from bandmate.app.ways_out import DELIVER_S
from deploy.composed import COMPOSE, DEPLOY, ROOT, SERVICES

PINNED = re.compile(r"[a-z/-]+:\d+\.\d+\.\d+")


@pytest.mark.parametrize(
    ("said", "instead", "status"),
    [("", "", 0), ("cap_drop:", "cap_drops:", 1), ("pids_limit: 200", "pids_limit: [200]", 1)],
)
def test_it_is_a_compose_file(tmp_path: Path, said: str, instead: str, status: int):
    file = tmp_path / "compose.yaml"
    file.write_text((DEPLOY / "compose.yaml").read_text().replace(said, instead))
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", file],
        capture_output=True,
        check=False,
    )
    assert checked.returncode == status, checked.stdout


def test_what_is_queued_is_delivered_before_it_is_killed():
    grace_s = int(SERVICES["bandmate"]["stop_grace_period"].removesuffix("s"))
    assert grace_s > 2 * LINKS_STOP_S + 3 * DELIVER_S


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_hardened(name: str):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert int(service["user"].split(":")[0]) > 0
    assert service["restart"] == "unless-stopped"
    assert service["mem_limit"]
    assert service["pids_limit"]
    forbidden = {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices", "userns_mode"}
    assert forbidden & service.keys() == set()


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_tells_how_it_is(name: str):
    where = (DEPLOY / "Dockerfile").read_text() if "build" in SERVICES[name] else SERVICES[name]
    assert "HEALTHCHECK" in where or "healthcheck" in where


def test_every_image_is_pinned():
    images = {
        name: service["image"] for name, service in SERVICES.items() if "build" not in service
    }
    assert {name: tag for name, tag in images.items() if not PINNED.fullmatch(tag)} == {}
    bases = re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert all(PINNED.match(base) for base in bases)
    assert images["grafana"].startswith("grafana/grafana:11.6.")


def test_no_secret_stands_in_it():
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|KEY|SECRET", key):
                assert str(value).startswith("/run/secrets/"), key


def test_secrets_configurations_volumes_and_networks_are_declared_and_used():
    def used(kind: str) -> set[str]:
        return {
            entry if isinstance(entry, str) else entry["source"]
            for service in SERVICES.values()
            for entry in service.get(kind, ())
        }

    assert used("secrets") == COMPOSE["secrets"].keys()
    assert used("configs") == COMPOSE["configs"].keys()
    assert used("networks") == COMPOSE["networks"].keys()
    assert {name for name, _ in mounts() if "/" not in name} == COMPOSE["volumes"].keys()
    named = {secret for _, secret in re.findall(r"(/run/secrets/)(\w+)", everything())}
    assert named == COMPOSE["secrets"].keys()


def mounts() -> list[tuple[str, str]]:
    """Source and target of every volume."""
    found: list[tuple[str, str]] = []
    for service in SERVICES.values():
        entries: list[Any] = service.get("volumes", [])
        for entry in entries:
            if isinstance(entry, str):
                source, target = entry.split(":")[:2]
                found.append((source, target))
            else:
                found.append((entry["source"], entry["target"]))
    return found


def everything() -> str:
    """All configurations that compose mounts, or its image brings."""
    names = ["bandmate.toml", "compose.yaml", "mosquitto/mosquitto.conf", "influxdb/10-grafana.sh"]
    return "".join((DEPLOY / name).read_text() for name in names)


def test_what_is_mounted_from_the_repository_is_there():
    own = [source for source, _ in mounts() if source.startswith("./")]
    files = [entry["file"] for entry in COMPOSE["configs"].values()]
    places = {*own, *(file for file in files if not file.startswith("./secrets/"))}
    assert "./influxdb" in places
    assert {place for place in places if not (DEPLOY / place).exists()} == set()


def test_the_database_cannot_be_reached_from_outside():
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["influxdb"]["networks"] == ["inside"]
    assert "ports" not in SERVICES["influxdb"]


def test_nothing_that_is_made_here_can_be_committed_or_built_in():
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"deploy/secrets/", "deploy/.env"} <= set(ignored)
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"

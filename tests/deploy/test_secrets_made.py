"""`deploy/make-secrets`: complete, for one reader each, and never overwritten."""

import re
import stat
import subprocess
from pathlib import Path

import pytest

from deploy.composed import COMPOSE, SERVICES, Made
from deploy.conftest import make_secrets
from parts.programs import part

FOLDERS = ["bandmate", "mosquitto", "influxdb", "grafana"]


def contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_a_second_run_overwrites_nothing(tmp_path: Path):
    first = contents(make_secrets(tmp_path / "deploy").folder)
    assert contents(make_secrets(tmp_path / "deploy").folder) == first
    lost = tmp_path / "deploy/secrets/grafana/admin-password"
    lost.unlink()
    again = contents(make_secrets(tmp_path / "deploy").folder)
    assert again.pop(lost) != first.pop(lost)
    assert again == first


def test_two_deployments_share_no_secret(made: Made, tmp_path: Path):
    other = make_secrets(tmp_path / "deploy")
    shared = set(contents(other.secrets).values()) & set(contents(made.secrets).values())
    assert shared == set()


def test_every_file_that_compose_names_is_made(made: Made):
    files = [
        entry["file"] for entry in (*COMPOSE["secrets"].values(), *COMPOSE["configs"].values())
    ]
    named = {(made.folder / file).resolve() for file in files if "secrets" in Path(file).parts}
    assert {file for file in named if not file.is_file()} == set()


def test_each_file_is_for_the_user_of_its_container_alone(made: Made):
    for folder in FOLDERS:
        user = SERVICES[folder]["user"].split(":")[0]
        assert made.owners[folder] == f"{user}:{user}"
        for file in (made.secrets / folder).iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    for secret, entry in COMPOSE["secrets"].items():
        (reader,) = [name for name, service in SERVICES.items() if secret in service["secrets"]]
        assert Path(entry["file"]).parent.name == reader
    assert stat.S_IMODE((made.secrets / "ca.key").stat().st_mode) == 0o600


def test_the_host_comes_to_know_who_uses_its_bus(made: Made):
    assert made.users == [SERVICES["bandmate"]["user"].split(":")[0]]


def test_secrets_are_long_and_need_no_quoting(made: Made):
    for file in made.secrets.rglob("*-password"):
        assert re.fullmatch("[0-9a-f]{64}", file.read_text()), file
    assert (
        made.secret("influx_token").read_text() == made.secret("influxdb_admin_token").read_text()
    )
    password = made.secret("influxdb_grafana_password").read_text()
    assert made.secret("grafana_influx_token").read_text() == f"grafana:{password}"


def test_no_secret_is_printed_or_in_the_environment_file(made: Made):
    told = made.said + (made.folder / ".env").read_text()
    secrets = [file.read_text() for file in made.secrets.rglob("*") if file.is_file()]
    assert len(secrets) > 10
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.parametrize(
    ("service", "name"),
    [("mosquitto", "mosquitto"), ("mosquitto", "localhost"), ("grafana", "grafana")],
)
def test_certificates_hold_for_the_names_that_are_asked_for(made: Made, service: str, name: str):
    arguments = ["-x509_strict", "-purpose", "sslserver", "-verify_hostname", name]
    subprocess.run(
        [
            *(part("openssl"), "verify", *arguments),
            *("-CAfile", made.secrets / "ca.pem", made.secrets / service / "server.pem"),
        ],
        check=True,
        capture_output=True,
    )

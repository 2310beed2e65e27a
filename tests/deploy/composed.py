"""What `deploy/compose.yaml` says, and its files as they lie on this machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"

Table = dict[str, Any]


def read_yaml(file: Path) -> Table:
    return cast("Table", yaml.safe_load(file.read_text()))


COMPOSE = read_yaml(DEPLOY / "compose.yaml")
SERVICES: dict[str, Table] = COMPOSE["services"]


@dataclass(frozen=True)
class Made:
    """What one run of `make-secrets` left.

    Attributes:
        folder: In place of `deploy`.
        said: What it printed.
        owners: Whom each folder was given to, as it asked `chown`.
        users: The users that it asked the host to know.
    """

    folder: Path
    said: str
    owners: dict[str, str]
    users: list[str]

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    def secret(self, name: str) -> Path:
        """The file that compose mounts as a secret."""
        return self.folder / COMPOSE["secrets"][name]["file"]

    def with_paths(self, text: str, service: str) -> str:
        """A service's configuration with the paths of this machine in place of its container's."""
        for name in SERVICES[service]["secrets"]:
            text = text.replace(f"/run/secrets/{name}", str(self.secret(name)))
        for config in SERVICES[service]["configs"]:
            file = Path(COMPOSE["configs"][config["source"]]["file"])
            folder = self.folder if file.parts[0] == "secrets" else DEPLOY
            text = text.replace(config["target"], str(folder / file))
        return text

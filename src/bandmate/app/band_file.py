"""Writes a band into the configuration, and leaves everything else there as it is."""

import tempfile
import tomllib
from collections.abc import MutableMapping, MutableSequence
from pathlib import Path
from typing import Final, cast

import msgspec
import tomlkit
from tomlkit.items import AoT

from bandmate.app.config import Config
from bandmate.app.pairing import Paired
from bandmate.errors import ConfigError

_Table = MutableMapping[str, object]

_MODE: Final = 0o644
"""It holds no secret, and the service may run as another user."""


def keep_band(path: Path, paired: Paired) -> None:
    """Add a band to a configuration file, or give the one of its name another sensor.

    The file is replaced whole or not at all; comments and order stay.

    Args:
        path: The file; it need not exist yet.
        paired: The band.

    Raises:
        ConfigError: It cannot be read or written, or would not be valid.
    """
    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        whole = _with_band(path, text, paired)
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, whole)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error


def _with_band(path: Path, text: str, paired: Paired) -> str:
    document = cast("_Table", tomlkit.parse(text))
    bands = document.setdefault("band", tomlkit.aot())
    if not isinstance(bands, AoT):
        raise ConfigError(
            f"{path}: band: no band can be added to a list in brackets",
            hint="Write each band as a table of its own, below [[band]].",
        )
    tables = cast("MutableSequence[_Table]", bands)
    table = next((one for one in tables if one.get("name") == paired.name), None)
    if table is None:
        table = cast("_Table", tomlkit.table())
        table["name"] = paired.name
        tables.append(table)
        table = tables[-1]
    _fill(table, paired)
    whole = tomlkit.dumps(document).lstrip("\n")
    try:
        msgspec.convert(tomllib.loads(whole), Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: band {paired.name}: {error}") from error
    return whole


def _fill(table: _Table, paired: Paired) -> None:
    table.pop("link", None)
    table["profile"] = paired.profile
    table["address"] = paired.address
    table.pop("params", None)
    if paired.params:
        params = cast("_Table", tomlkit.inline_table())
        for name, value in paired.params.items():
            params[name] = value
        table["params"] = params


def _replace(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=path.name, delete=False
    ) as file:
        file.write(text)
    written = Path(file.name)
    written.chmod(path.stat().st_mode if path.exists() else _MODE)
    written.replace(path)

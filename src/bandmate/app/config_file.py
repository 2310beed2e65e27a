"""Reads the configuration: a TOML file, overridden by the environment. Faults name their place."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from bandmate.app.config import Config
from bandmate.app.config_environment import FILE_VARIABLE, override
from bandmate.app.config_keys import keys_at, secrets_at, suggestion
from bandmate.errors import ConfigError

_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<key>[^`]*)`")
_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`$")


def user_folder() -> Path:
    """The user's configuration folder."""
    return Path(click.get_app_dir("bandmate"))


def profiles_folder() -> Path:
    """Where the user's own device profiles are."""
    return user_folder() / "profiles"


def data_folder() -> Path:
    """The user's folder for what bandmate keeps (`XDG_DATA_HOME`)."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "bandmate"


STORE_NAME = "bandmate.db"
"""The local store, in the folder of what the service keeps."""


PAGE_FOLDER = "page"
"""What belongs to the page's way in, in that folder too: certificate, devices, keys."""


def store_folder(config: Config) -> Path:
    """Where the service keeps what it keeps: as configured, or the user's own."""
    return Path(config.store.path).expanduser() if config.store.path else data_folder()


def config_path(given: Path | None) -> Path:
    """Where the configuration is: as given, by `$BANDMATE_CONFIG`, or the user's own."""
    if given is not None:
        return given
    return Path(os.environ.get(FILE_VARIABLE) or user_folder() / "config.toml")


def read_config(path: Path, environment: Mapping[str, str], *, may_lack: bool = False) -> Config:
    """Read a configuration file, with what the environment overrides.

    Args:
        path: The file.
        environment: What overrides it.
        may_lack: Where there is no file yet, all is as it is by default.

    Raises:
        ConfigError: It is missing or wrong; the message names file and key.
    """
    raw = {} if may_lack and not path.exists() else _read_toml(path)
    _refuse_secrets(path, raw)
    override(raw, environment)
    try:
        return msgspec.convert(raw, Config)
    except msgspec.ValidationError as error:
        raise _explained(path, str(error)) from error


def find_file(name: str, config: Path) -> Path:
    """A file that the configuration names: beside the configuration, or in the working folder."""
    beside = config.parent / name
    return beside if beside.exists() else Path(name)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path}: there is no configuration here",
            hint="`bandmate pair` makes one, README.md shows one; "
            f"or name it by --config or ${FILE_VARIABLE}.",
        ) from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: this is not a text file (UTF-8)") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def _refuse_secrets(path: Path, raw: Mapping[str, Any]) -> None:
    for section, table in raw.items():
        for key in secrets_at((section,)):
            if isinstance(table, dict) and key in table:
                raise ConfigError(
                    f"{path}: {section}.{key}: a secret does not belong in this file",
                    hint=f"Use {section}.{key}_file, or BANDMATE_{section.upper()}__{key.upper()}.",
                )


def _explained(path: Path, text: str) -> ConfigError:
    """What msgspec says, with the place first and the nearest key beside an unknown one."""
    place = _PLACE.search(text)
    where = place["path"].lstrip(".") if place else ""
    what = _PLACE.sub("", text).replace("`object | null`", "`table`").replace("`object`", "`table`")
    if unknown := _UNKNOWN.fullmatch(what):
        section = tuple(re.sub(r"\[\d+\]", "", where).split(".")) if where else ()
        what, hint = "there is no such key", suggestion(unknown["key"], keys_at(section))
        where = f"{where}.{unknown['key']}".lstrip(".")
    elif missing := _MISSING.fullmatch(what):
        what, hint = "this key is missing", ""
        where = f"{where}.{missing['key']}".lstrip(".")
    else:
        hint = ""
    return ConfigError(": ".join(filter(None, (str(path), where, what))), hint=hint)

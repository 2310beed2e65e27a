"""Reads the configuration: a TOML file, overridden by the environment. Faults name their place."""

import os
import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import click
import msgspec

from bandmate.app.config import Config
from bandmate.errors import ConfigError

FILE_VARIABLE = "BANDMATE_CONFIG"
_VARIABLE = re.compile(r"BANDMATE_([A-Z0-9]+)__([A-Z0-9_]+)")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]*)`")
_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`")


def user_folder() -> Path:
    """The user's configuration folder; its `profiles` folder holds own sensors."""
    return Path(click.get_app_dir("bandmate"))


def data_folder() -> Path:
    """The user's folder for what bandmate keeps (`XDG_DATA_HOME`)."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "bandmate"


def config_path(given: Path | None) -> Path:
    """Where the configuration is: as given, by `$BANDMATE_CONFIG`, or the user's own."""
    if given is not None:
        return given
    return Path(os.environ.get(FILE_VARIABLE) or user_folder() / "config.toml")


def read_config(path: Path, environment: Mapping[str, str]) -> Config:
    """Read a configuration file, with what the environment overrides.

    Raises:
        ConfigError: It is missing or wrong; the message names file and key.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path}: there is no configuration here",
            hint=f"Make one (see README.md), or name it by --config or ${FILE_VARIABLE}.",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    for key in ("password", "token"):
        for section in ("mqtt", "influx"):
            if isinstance(raw.get(section), dict) and key in raw[section]:
                raise ConfigError(
                    f"{path}: {section}.{key}: a secret does not belong in this file",
                    hint=f"Use {section}.{key}_file, or BANDMATE_{section.upper()}__{key.upper()}.",
                )
    _override(raw, environment)
    try:
        return msgspec.convert(raw, Config)
    except msgspec.ValidationError as error:
        raise _explained(path, error) from error


def find_file(name: str, config: Path) -> Path:
    """A file that the configuration names: beside the configuration, or in the working folder."""
    beside = config.parent / name
    return beside if beside.exists() else Path(name)


def _override(raw: dict[str, Any], environment: Mapping[str, str]) -> None:
    for variable, text in environment.items():
        found = _VARIABLE.fullmatch(variable)
        if found is None:
            continue
        section, key = (part.lower() for part in found.groups())
        model = _model_at((section,))
        types = {} if model is None or section == "band" else _types(model)
        if key not in types:
            known = [f"BANDMATE_{section.upper()}__{name.upper()}" for name in types]
            near = get_close_matches(variable, known, n=1)
            raise ConfigError(
                f"${variable}: there is no such setting",
                hint=f"Did you mean {near[0]}?" if near else "",
            )
        try:
            value = msgspec.convert(text, types[key], strict=False)
        except msgspec.ValidationError as error:
            raise ConfigError(f"${variable}: {error}") from error
        raw.setdefault(section, {})[key] = value


def _explained(path: Path, error: msgspec.ValidationError) -> ConfigError:
    text = str(error)
    place = _PLACE.search(text)
    where = place["path"].lstrip(".") if place else ""
    what = _PLACE.sub("", text)
    unknown = _UNKNOWN.search(text)
    if unknown is None:
        return ConfigError(f"{path}: {where}: {what}" if where else f"{path}: {what}")
    key = unknown["key"]
    sections = tuple(re.sub(r"\[\d+\]", "", where).split(".")) if where else ()
    model = _model_at(sections)
    near = get_close_matches(key, _types(model) if model else (), n=1, cutoff=0.4)
    dotted = f"{where}.{key}" if where else key
    return ConfigError(
        f"{path}: {dotted}: there is no such key",
        hint=f"Did you mean {near[0]}?" if near else "",
    )


def _model_at(sections: tuple[str, ...]) -> type[msgspec.Struct] | None:
    """The struct that describes a section of the configuration."""
    model: Any = Config
    for section in sections:
        model = _struct_in(_types(model).get(section))
        if model is None:
            return None
    return model


def _types(model: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(model)}


def _struct_in(annotation: object) -> type[msgspec.Struct] | None:
    """The struct in a type such as `X`, `X | None` or `tuple[X, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    return next(filter(None, map(_struct_in, get_args(annotation))), None)

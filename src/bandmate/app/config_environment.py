"""What the environment overrides: `BANDMATE_<SECTION>__<KEY>`."""

from collections.abc import Mapping
from typing import Any

import msgspec

from bandmate.app.config_keys import keys_at, suggestion
from bandmate.errors import ConfigError

FILE_VARIABLE = "BANDMATE_CONFIG"
"""Names the configuration file; it is no setting."""

_PREFIX = "BANDMATE_"
_BANDS = "band"
"""The one section that is a list, so that a variable could not say which."""


def override(raw: dict[str, Any], environment: Mapping[str, str]) -> None:
    """Put what the environment says into a configuration as TOML gave it.

    Variables of other programs that begin alike (`BANDMATE_PORT`, which an orchestrator may set
    for a service of that name) are left alone; one that is a setting but for its underscores or
    its case is not.

    Raises:
        ConfigError: A variable is no setting, or its text is no value of it.
    """
    settings = _settings()
    squeezed = {_squeezed(variable) for variable in settings}
    for variable, text in environment.items():
        if variable in settings:
            _put(raw, variable, text, settings[variable])
        elif variable.startswith(_PREFIX) and ("__" in variable or _squeezed(variable) in squeezed):
            raise ConfigError(
                f"${variable}: there is no such setting",
                hint=suggestion(variable.upper(), settings),
            )


def _settings() -> dict[str, tuple[str, str]]:
    """Section and key of every setting, by its variable."""
    return {
        f"{_PREFIX}{section.upper()}__{key.upper()}": (section, key)
        for section in keys_at(())
        if section != _BANDS
        for key in keys_at((section,))
    }


def _put(raw: dict[str, Any], variable: str, text: str, place: tuple[str, str]) -> None:
    section, key = place
    table = raw.setdefault(section, {})
    if not isinstance(table, dict):
        return  # the file is wrong there, and is told so
    try:
        table[key] = msgspec.convert(text, keys_at((section,))[key], strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"${variable}: {error}") from error


def _squeezed(variable: str) -> str:
    return variable.replace("_", "").upper()

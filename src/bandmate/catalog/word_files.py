"""The files of words: the shipped ones, and those of further languages in a folder of one's own."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import TypeVar

import msgspec

from bandmate.errors import ConfigError

_Words = TypeVar("_Words")


def word_file(name: str, folder: Path | None, kind: type[_Words]) -> _Words | None:
    """What `NAME.toml` holds; `None`: there is none.

    Args:
        name: Its name, such as `de_exercises`.
        folder: Where it is looked for first; `None`: only among the shipped ones.
        kind: What it is to hold.

    Raises:
        ConfigError: It cannot be read, or is malformed.
    """
    own = None if folder is None else folder / f"{name}.toml"
    shipped = files("bandmate.catalog").joinpath("texts", f"{name}.toml")
    file = own if own is not None and own.exists() else shipped
    try:
        return msgspec.toml.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{file}: {error}") from error


def languages() -> tuple[str, ...]:
    """Those that are shipped."""
    names = (file.name for file in files("bandmate.catalog").joinpath("texts").iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if "_" not in n))


def refuse_unknown(name: str, own: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a file that has what nothing asks for.

    Raises:
        ConfigError: It does; the first one is named.
    """
    unknown = sorted(set(own) - set(known))
    if unknown:
        raise ConfigError(f"{name}.toml: unknown line {unknown[0]!r}")


def put_in(line: str) -> set[str]:
    """The names of what is put into a line.

    Raises:
        ValueError: A brace in it stands alone.
    """
    return {name for _, name, _, _ in Formatter().parse(line) if name is not None}

"""Settings that hold secrets: never printed, read from their file when they are needed."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import msgspec

from bandmate.errors import SinkUnavailableError


class SecretSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings whose fields named in `secret` do not show in `repr`, and so in no log."""

    secret: ClassVar[frozenset[str]] = frozenset()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._shown())})"

    def _shown(self) -> Iterator[str]:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            yield f"{name}={'***' if name in self.secret and value else repr(value)}"


def read_secret(value: str, file: str, *, key: str) -> str:
    """The secret itself: `value`, or else the first line of `file`; empty where neither is given.

    It is read at each connection, so that it can be changed without a restart.

    Args:
        value: The secret, as the environment gave it.
        file: The path of a file that holds it.
        key: How the configuration calls `file`, for the message.

    Raises:
        SinkUnavailableError: The file cannot be read.
    """
    if value or not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SinkUnavailableError(f"{key}: {file} cannot be read: {error}") from error

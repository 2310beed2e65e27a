"""Files that this user alone may read."""

import os
from pathlib import Path
from typing import Final

from bandmate.errors import StoreError

_FOR_OWNER: Final = 0o600


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; its folder is made.

    Raises:
        StoreError: It cannot be written.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new.unlink(missing_ok=True)  # one that is left over may be open to others
        with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FOR_OWNER), "wb") as to:
            to.write(content)
            to.flush()
            os.fsync(to.fileno())
        new.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written: {error.strerror}",
            hint="Make room, or name another folder at [store] path.",
        ) from error


def read_private(path: Path) -> bytes | None:
    """What a file holds; `None` where there is none.

    Raises:
        StoreError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be read: {error.strerror}",
            hint="It belongs to the user that the service runs as.",
        ) from error

"""Opens a recording, compressed or not."""

import gzip
import zlib
from collections.abc import Generator
from pathlib import Path

from bandmate.errors import InputError


def read_lines(path: Path) -> Generator[str]:
    """The lines of a UTF-8 text file, decompressed where it is gzip.

    Close the generator if it is not read to its end: the file is open until then.

    Raises:
        InputError: It is missing, unreadable, not text, or cut off inside its compression.
    """
    try:
        with path.open("rb") as probe:
            packed = probe.read(2) == b"\x1f\x8b"
        if packed:
            with gzip.open(path, "rt", encoding="utf-8-sig") as file:
                yield from file
        else:
            with path.open(encoding="utf-8-sig") as file:
                yield from file
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not a text file") from error
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"{path}: cannot be read: {reason}") from error

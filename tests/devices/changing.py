"""Shipped profiles with one change in their text."""

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Final

from bandmate.devices.registry import shipped_files

SHIPPED: Final[Mapping[str, Traversable]] = {
    file.name.removesuffix(".toml"): file for file in shipped_files()
}
"""The files by the profiles' ids."""


def changed(profile_id: str, old: str, new: str) -> bytes:
    """A profile's text with the first `old`, which is there, replaced by `new`."""
    text = SHIPPED[profile_id].read_text()
    assert old in text
    return text.replace(old, new, 1).encode()

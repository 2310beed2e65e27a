"""The devices that were let in. Pure: days and tokens come in.

Of a token only its hash is kept: who reads the list is not let in by that.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Annotated, Final

import msgspec

KEPT_DAYS: Final = 365
"""How long a device is let in for."""
ALL: Final = "all"
"""In place of a label: every device."""

_TOKEN_BYTES: Final = 32
_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]

_KINDS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
"""How a browser names what it runs on, and what a person calls that."""
_ELSE: Final = "Device"


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One that was let in.

    Attributes:
        label: What it is called; no two have the same.
        token_sha256: The hash of what it shows.
        added: The day it was let in.
        seen: The last day it came.
    """

    label: str
    token_sha256: _Hash
    added: date
    seen: date

    def is_over(self, today: date) -> bool:
        """It was let in too long ago."""
        return (today - self.added).days >= KEPT_DAYS


def new_token() -> str:
    """What a device shows to be let in."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode(errors="surrogateescape")).hexdigest()


def kind_of(user_agent: str) -> str:
    """What to call a device, by how its browser names itself."""
    return next((kind for sign, kind in _KINDS if sign in user_agent), _ELSE)


class Devices:
    """Those that are let in.

    Args:
        devices: Those that were let in before.
    """

    def __init__(self, devices: Iterable[Device] = ()) -> None:
        self._by_hash = {device.token_sha256: device for device in devices}

    def __iter__(self) -> Iterator[Device]:
        return iter(self._by_hash.values())

    def add(self, kind: str, today: date) -> tuple[Device, str]:
        """Let one more in; the device, and the token that it must show from now on."""
        token = new_token()
        device = Device(self._free(kind), hash_of(token), today, today)
        self._by_hash[device.token_sha256] = device
        return device, token

    def find(self, token: str, today: date) -> Device | None:
        """The device that shows a token; `None`: it is not let in."""
        device = self._by_hash.get(hash_of(token))
        return None if device is None or device.is_over(today) else device

    def notice(self, device: Device, today: date) -> bool:
        """A device came; whether that is news."""
        if device.seen == today:
            return False
        self._by_hash[device.token_sha256] = msgspec.structs.replace(device, seen=today)
        return True

    def forget(self, label: str) -> Sequence[Device]:
        """Let a device (`all`: every one) in no longer; those that were forgotten."""
        gone = [device for device in self._by_hash.values() if label in {device.label, ALL}]
        for device in gone:
            del self._by_hash[device.token_sha256]
        return gone

    def put_back(self, devices: Iterable[Device]) -> None:
        """Let those in again that were forgotten a moment ago."""
        self._by_hash.update({device.token_sha256: device for device in devices})

    def _free(self, kind: str) -> str:
        taken = {device.label for device in self._by_hash.values()}
        names = (f"{kind} {number}" if number > 1 else kind for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

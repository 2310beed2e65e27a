"""Who comes in to a page that other machines may reach: devices that showed a code once."""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from bandmate.errors import StoreError
from bandmate.web.devices import Device, Devices, hash_of, new_token
from bandmate.web.pairing_code import PairingCode, Verdict
from bandmate.web.private_files import read_private, write_private
from bandmate.web.settings import PageSettings
from bandmate.web.tls import server_context

_log = logging.getLogger(__name__)

DEVICES_FILE: Final = "devices.json"
LOCAL_TOKEN_FILE: Final = "local-token"  # noqa: S105 - a file's name
"""What this machine's own commands show; only this user can read it."""
LOCAL: Final = ""
"""The label of those commands."""


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept in the page's folder."""

    tls: ssl.SSLContext
    authority: x509.Certificate | None
    devices: Sequence[Device]
    local_token: str


class Entrance:
    """Lets devices in, and knows them again.

    Args:
        folder: Where what must outlast a restart is kept.
        kept: What is in it.
        now_s: A clock that never goes back.
        today: The day, in UTC.
    """

    def __init__(
        self,
        folder: Path,
        kept: _Kept,
        now_s: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = _today,
    ) -> None:
        self.tls = kept.tls
        self.authority = kept.authority
        self._file = folder / DEVICES_FILE
        self._devices = Devices(one for one in kept.devices if not one.is_over(today()))
        self._local_hash = hash_of(kept.local_token)
        self._code = PairingCode()
        self._now_s = now_s
        self._today = today
        self._writing = asyncio.Lock()
        self._noting: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        settings: PageSettings,
        folder: Path,
        now_s: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = _today,
    ) -> "Entrance":
        """The entrance of a page, with what was kept of it.

        Raises:
            ConfigError: The certificate that was given for it cannot be used.
            StoreError: What is kept cannot be read or written.
        """
        return cls(folder, await asyncio.to_thread(_read, settings, folder), now_s, today)

    @property
    def devices(self) -> Sequence[Device]:
        """Those that are let in."""
        return list(self._devices)

    def authority_der(self) -> bytes | None:
        """The authority that is bandmate's own; `None` where a certificate was given."""
        if self.authority is None:
            return None
        return self.authority.public_bytes(serialization.Encoding.DER)

    def fingerprint(self) -> str:
        """Of that authority (SHA-256), as people compare it; empty where there is none."""
        der = self.authority_der()
        return "" if der is None else ":".join(f"{byte:02X}" for byte in sha256(der).digest())

    def new_code(self) -> str:
        """A code for one more device; one that was made before holds no longer."""
        return self._code.renew(self._now_s())

    def label_of(self, token: str) -> str | None:
        """Whose token it is (`LOCAL`: this machine's commands); `None`: nobody's."""
        if compare_digest(hash_of(token), self._local_hash):
            return LOCAL
        today = self._today()
        device = self._devices.find(token, today)
        if device is None:
            return None
        if self._devices.notice(device, today):
            self._noting = asyncio.create_task(self._note(), name="page devices")
        return device.label

    async def enter(self, typed: str, kind: str) -> tuple[Verdict, str]:
        """Let a device in that shows the code; what came of it, and the device's token.

        Args:
            typed: What it shows.
            kind: What to call it.

        Raises:
            StoreError: It cannot be kept, so it is not let in.
        """
        verdict = self._code.use(typed, self._now_s())
        if verdict is not Verdict.RIGHT:
            _log.warning("page: a device was not let in: its code was %s", _WHY[verdict])
            return verdict, ""
        device, token = self._devices.add(kind, self._today())
        try:
            await self._save()
        except StoreError:
            self._devices.forget(device.label)
            raise
        _log.info("page: %s was let in", device.label)
        return verdict, token

    async def forget(self, label: str) -> Sequence[Device]:
        """Let a device (`all`: every one) in no longer; those that were forgotten.

        Raises:
            StoreError: That cannot be kept; they are let in as before.
        """
        gone = self._devices.forget(label)
        if gone:
            try:
                await self._save()
            except StoreError:
                self._devices.put_back(gone)
                raise
            _log.info("page: forgotten: %s", ", ".join(device.label for device in gone))
        return gone

    async def _note(self) -> None:
        try:
            await self._save()
        except StoreError as error:
            _log.warning("page: when a device came last is not kept: %s", error)

    async def _save(self) -> None:
        async with self._writing:
            content = msgspec.json.format(msgspec.json.encode(self.devices), indent=2)
            await asyncio.to_thread(write_private, self._file, content)


_WHY: Final = {
    Verdict.WRONG: "wrong",
    Verdict.TOO_MANY: "wrong, and too many were: it holds no longer",
    Verdict.OVER: "none that holds now",
}


def _read(settings: PageSettings, folder: Path) -> _Kept:
    tls, authority = server_context(settings, folder)
    return _Kept(tls, authority, _read_devices(folder / DEVICES_FILE), _local_token(folder))


def _read_devices(path: Path) -> Sequence[Device]:
    content = read_private(path)
    if content is None:
        return ()
    try:
        return msgspec.json.decode(content, type=tuple[Device, ...])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.warning("%s: is left out, devices must be let in anew: %s", path, error)
        return ()


def _local_token(folder: Path) -> str:
    """It outlasts a restart: two services that share a folder do not take it from each other."""
    path = folder / LOCAL_TOKEN_FILE
    if token := (read_private(path) or b"").decode("ascii", "replace").strip():
        return token
    token = new_token()
    write_private(path, token.encode())
    return token

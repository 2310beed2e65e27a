"""How the page's server speaks TLS, and how this machine's own commands know it."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from bandmate.errors import ConfigError
from bandmate.web.certificate import AUTHORITY_FILE, SERVER_FILE, keep_certificate
from bandmate.web.machine import machine_names
from bandmate.web.settings import PageSettings

_SAY_PEM = "A PEM file is expected; leave out `certificate` and `key`, and bandmate makes its own."


def server_context(
    settings: PageSettings, folder: Path
) -> tuple[ssl.SSLContext, x509.Certificate | None]:
    """The server's side of TLS, and the authority to be trusted where it is bandmate's own.

    It reads and writes files, and makes keys: call it in a thread.

    Args:
        settings: Where the page is, and the certificate that is given for it.
        folder: Where bandmate keeps its own.

    Raises:
        ConfigError: A given certificate or key cannot be used; the message names file and key.
        StoreError: The own one cannot be read or written.
    """
    if settings.certificate:
        return given_context(settings), None
    authority = keep_certificate(folder, machine_names(settings.host), datetime.now(UTC))
    context = _context()
    context.load_cert_chain(folder / SERVER_FILE)
    return context, authority.certificate


def given_context(settings: PageSettings) -> ssl.SSLContext:
    """The server's side of TLS with the certificate that the configuration names.

    Raises:
        ConfigError: It cannot be used; the message names file and key.
    """
    certificate = _read_certificate(settings)
    path, pem = _read(settings.key, "key")
    try:
        key = serialization.load_pem_private_key(pem, None)
    except TypeError as error:
        raise _unusable("key", path, "it needs a password", "Take it off: openssl pkey") from error
    except ValueError as error:
        raise _unusable("key", path, "there is no private key in it") from error
    if key.public_key() != certificate.public_key():
        raise _unusable("key", path, f"it is not the key of {settings.certificate}")
    context = _context()
    try:
        context.load_cert_chain(Path(settings.certificate).expanduser(), path)
    except ssl.SSLError as error:
        where = Path(settings.certificate).expanduser()
        raise _unusable("certificate", where, f"TLS refuses it: {error.reason}") from error
    return context


def client_context(settings: PageSettings, folder: Path) -> ssl.SSLContext:
    """The side of this machine's own commands.

    bandmate's own certificate is verified. A given one need not hold for the address that they
    call: they let it be, and compare it (`expected_leaf`).

    Raises:
        OSError: The service has made none yet, or this user may not read it.
    """
    if settings.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    return ssl.create_default_context(cafile=folder / AUTHORITY_FILE)


def expected_leaf(settings: PageSettings) -> bytes | None:
    """The one certificate (DER) that the service may show; `None`: any that is verified.

    Raises:
        ConfigError: The given one cannot be read.
    """
    if not settings.certificate:
        return None
    return _read_certificate(settings).public_bytes(serialization.Encoding.DER)


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _read_certificate(settings: PageSettings) -> x509.Certificate:
    path, pem = _read(settings.certificate, "certificate")
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise _unusable("certificate", path, "there is no certificate in it") from error


def _read(name: str, key: str) -> tuple[Path, bytes]:
    path = Path(name).expanduser()
    try:
        return path, path.read_bytes()
    except OSError as error:
        raise _unusable(key, path, f"cannot be read: {error.strerror}") from error


def _unusable(key: str, path: Path, why: str, hint: str = _SAY_PEM) -> ConfigError:
    return ConfigError(f"[page] {key}: {path}: {why}", hint=hint)

"""bandmate's own certificate: an authority of this installation, and a leaf that it signs.

Files of the page's folder: `authority.pem` and `server.pem`, each a key with its certificate.
Devices are told once to trust the authority; the leaf is made anew whenever it must be. The
authority can vouch for this machine's names, for `.local` and for addresses, and for no other site.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bandmate.web.machine import MachineNames
from bandmate.web.private_files import read_private, write_private

_log = logging.getLogger(__name__)

AUTHORITY_FILE: Final = "authority.pem"
SERVER_FILE: Final = "server.pem"

_AUTHORITY_FOR: Final = timedelta(days=3650)
_LEAF_FOR: Final = timedelta(days=800)
"""Phones take no certificate for longer than 825 days."""
_LEAF_LEFT: Final = timedelta(days=400)
"""One with less left is made anew: a service may run for a year without a restart."""
_BEFORE: Final = timedelta(days=1)
"""Clocks differ: what was made now was good a day ago."""
_LONGEST_NAME: Final = 64
_LOCAL: Final = "local"


@dataclass(frozen=True, slots=True)
class Signed:
    """A key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def pem(self) -> bytes:
        """Both, as a file holds them."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ) + self.certificate.public_bytes(serialization.Encoding.PEM)

    def der(self) -> bytes:
        """The certificate alone, as devices take it."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """What `pem` gave.

        Raises:
            ValueError: It holds no key and certificate that belong together.
        """
        key = serialization.load_pem_private_key(pem, None)
        certificate = x509.load_pem_x509_certificate(pem)
        is_ours = isinstance(key, ec.EllipticCurvePrivateKey)
        if not is_ours or key.public_key() != certificate.public_key():
            raise ValueError("key and certificate do not belong together")
        return cls(key, certificate)


def keep_certificate(folder: Path, names: MachineNames, now: datetime) -> Signed:
    """Have a leaf that holds for a year and for all names; gives the authority.

    Args:
        folder: Where both are kept.
        names: What the machine is called now.
        now: With its time zone.

    Raises:
        StoreError: They cannot be read or written.
    """
    authority = _read(folder / AUTHORITY_FILE)
    if authority is None or not vouches(authority.certificate, names, now):
        authority = new_authority(names, now)
        write_private(folder / AUTHORITY_FILE, authority.pem())
        _log.info("a new certificate authority was made: devices are to trust it anew")
    leaf = _read(folder / SERVER_FILE)
    if leaf is None or not holds(leaf.certificate, authority.certificate, names, now):
        write_private(folder / SERVER_FILE, new_leaf(authority, names, now).pem())
    return authority


def vouches(authority: x509.Certificate, names: MachineNames, now: datetime) -> bool:
    """Whether an authority may sign a leaf for these names now.

    One that seems to be of the future is kept: a machine's clock may be behind when it starts.
    """
    if now >= authority.not_valid_after_utc - _LEAF_FOR:
        return False
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = tuple(str(name.value) for name in constraints.permitted_subtrees or ())
    return all(_is_in(name, permitted) for name in names.names)


def holds(
    leaf: x509.Certificate, authority: x509.Certificate, names: MachineNames, now: datetime
) -> bool:
    """Whether a leaf is for exactly these names, of this authority, and lasts for a year yet."""
    try:
        leaf.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    if now >= leaf.not_valid_after_utc - _LEAF_LEFT:
        return False
    held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = frozenset(map(str, held.get_values_for_type(x509.IPAddress)))
    return names == MachineNames(frozenset(held.get_values_for_type(x509.DNSName)), addresses)


def new_authority(names: MachineNames, now: datetime) -> Signed:
    """An authority for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject("bandmate authority", names)
    permitted = [x509.DNSName(name) for name in sorted({_LOCAL, *names.names})]
    certificate = (
        _builder(key, subject, subject, now, now + _AUTHORITY_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Signed(key, certificate)


def new_leaf(authority: Signed, names: MachineNames, now: datetime) -> Signed:
    """A certificate for the page's server."""
    key = ec.generate_private_key(ec.SECP256R1())
    dns = [x509.DNSName(name) for name in sorted(names.names)]
    ips = [x509.IPAddress(ip_address(text)) for text in sorted(names.addresses)]
    issuer = authority.certificate
    of_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    subject = _subject("bandmate", names)
    certificate = (
        _builder(key, subject, issuer.subject, now, now + _LEAF_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([*dns, *ips]), critical=False)
        .add_extension(of_issuer, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Signed(key, certificate)


def _builder(
    key: ec.EllipticCurvePrivateKey,
    subject: x509.Name,
    issuer: x509.Name,
    now: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    of_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(until)
        .add_extension(of_key, critical=False)
    )


def _subject(role: str, names: MachineNames) -> x509.Name:
    """A name that people find again in a list of hundreds."""
    machine = min(names.names - {"localhost"}, key=len, default="localhost")
    text = f"{role}, {machine}"[:_LONGEST_NAME]
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _is_in(name: str, permitted: tuple[str, ...]) -> bool:
    return any(name == tree or name.endswith(f".{tree}") for tree in permitted)


def _read(path: Path) -> Signed | None:
    pem = read_private(path)
    try:
        return None if pem is None else Signed.from_pem(pem)
    except (ValueError, TypeError) as error:
        _log.warning("%s: is made anew: %s", path, error)
        return None

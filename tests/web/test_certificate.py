"""bandmate's own certificate, and one that is given."""

import ssl
import stat
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from bandmate.errors import ConfigError
from bandmate.web.certificate import (
    AUTHORITY_FILE,
    SERVER_FILE,
    Signed,
    keep_certificate,
    new_authority,
    new_leaf,
    vouches,
)
from bandmate.web.machine import MachineNames, machine_names, names_of
from bandmate.web.settings import PageSettings
from bandmate.web.tls import given_context
from parts.certificates import make_certificate

NOW = datetime(2026, 5, 1, tzinfo=UTC)
NAMES = names_of("0.0.0.0", "Pi", ["192.168.1.5", "fe80::1", "fd00::5"])


def leaf_in(folder: Path) -> x509.Certificate:
    return Signed.from_pem((folder / SERVER_FILE).read_bytes()).certificate


def names_in(leaf: x509.Certificate) -> set[str]:
    held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in held}


def test_it_names_all_that_the_machine_is_called(tmp_path: Path):
    keep_certificate(tmp_path, NAMES, NOW)
    assert names_in(leaf_in(tmp_path)) == {
        *("pi", "pi.local", "localhost"),
        *("127.0.0.1", "::1", "192.168.1.5", "fd00::5"),
    }


def test_this_machine_has_names_and_the_address_it_listens_on():
    names = machine_names("127.0.0.2")
    assert {"127.0.0.1", "127.0.0.2", "::1"} <= names.addresses
    assert "localhost" in names.names


def test_what_no_certificate_can_hold_is_left_out():
    names = names_of("::", "Mein Rechner", [])
    assert names == MachineNames(frozenset({"localhost"}), frozenset({"127.0.0.1", "::1"}))
    assert "band.example" in names_of("band.example", "pi.local", []).names
    assert "pi.local.local" not in names_of("", "pi.local", []).names


def test_keys_are_for_this_user_alone(tmp_path: Path):
    keep_certificate(tmp_path / "page", NAMES, NOW)
    for name in (AUTHORITY_FILE, SERVER_FILE):
        assert stat.S_IMODE((tmp_path / "page" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "page").stat().st_mode) == 0o700


@pytest.mark.parametrize("days", [300, -3000])  # a clock without a battery begins long ago
def test_it_is_kept_while_it_holds(tmp_path: Path, days: int):
    first = keep_certificate(tmp_path, NAMES, NOW)
    leaf = leaf_in(tmp_path)
    again = keep_certificate(tmp_path, NAMES, NOW + timedelta(days=days))
    assert again.certificate == first.certificate
    assert leaf_in(tmp_path) == leaf


@pytest.mark.parametrize(
    ("names", "days"),
    [
        (NAMES, 401),
        (replace(NAMES, addresses=NAMES.addresses | {"192.168.1.6"}), 1),
        (replace(NAMES, addresses=NAMES.addresses - {"192.168.1.5"}), 1),
    ],
)
def test_the_leaf_is_made_anew_and_the_authority_stays(
    tmp_path: Path, names: MachineNames, days: int
):
    first = keep_certificate(tmp_path, NAMES, NOW - timedelta(days=100))
    keep_certificate(tmp_path, NAMES, NOW)
    leaf = leaf_in(tmp_path)
    again = keep_certificate(tmp_path, names, NOW + timedelta(days=days))
    assert again.certificate == first.certificate
    assert leaf_in(tmp_path) != leaf
    assert names_in(leaf_in(tmp_path)) == names.names | names.addresses


@pytest.mark.parametrize("file", [AUTHORITY_FILE, SERVER_FILE])
@pytest.mark.parametrize("content", [b"", b"\xff nonsense", b"swapped"])
def test_what_is_damaged_is_made_anew(tmp_path: Path, file: str, content: bytes):
    keep_certificate(tmp_path, NAMES, NOW)
    if content == b"swapped":  # a key of one, a certificate of another
        key, certificate = new_authority(NAMES, NOW), new_authority(NAMES, NOW)
        content = replace(key, certificate=certificate.certificate).pem()
    (tmp_path / file).write_bytes(content)
    authority = keep_certificate(tmp_path, NAMES, NOW)
    leaf_in(tmp_path).verify_directly_issued_by(authority.certificate)


def test_an_authority_vouches_for_this_machine_alone_and_not_for_ever():
    authority = new_authority(NAMES, NOW).certificate
    assert vouches(authority, NAMES, NOW)
    assert vouches(authority, replace(NAMES, names=frozenset({"other.local"})), NOW)
    assert not vouches(authority, replace(NAMES, names=frozenset({"bank.example"})), NOW)
    assert not vouches(authority, NAMES, NOW + timedelta(days=3000))


def handshake(folder: Path, names: MachineNames, called: str) -> None:
    """A client that trusts the authority in `folder` calls a server by a name."""
    now = datetime.now(UTC)
    authority = new_authority(NAMES, now)
    (folder / "authority.pem").write_bytes(authority.pem())
    (folder / "server.pem").write_bytes(new_leaf(authority, names, now).pem())
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / "server.pem")
    client = ssl.create_default_context(cafile=folder / "authority.pem")
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = client.wrap_bio(to_client, to_server, server_hostname=called)
    other = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (one, other, one, other):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    assert one.cipher() is not None


@pytest.mark.parametrize("called", ["pi.local", "localhost", "192.168.1.5", "::1"])
def test_who_trusts_the_authority_trusts_the_page(tmp_path: Path, called: str):
    handshake(tmp_path, NAMES, called)


def test_a_stolen_authority_is_of_no_use_for_another_site(tmp_path: Path):
    names = replace(NAMES, names=frozenset({"bank.example"}))
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        handshake(tmp_path, names, "bank.example")


def given(certificate: object, key: object) -> PageSettings:
    return PageSettings(host="0.0.0.0", certificate=str(certificate), key=str(key))


def test_a_given_one_is_used(tmp_path: Path):
    stem = make_certificate(tmp_path, "given")
    context = given_context(given(f"{stem}.pem", f"{stem}.key"))
    assert context.cert_store_stats()["x509"] == 0  # it asks nobody for a certificate


def test_a_bad_given_one_is_told_with_file_and_key(tmp_path: Path):
    one, other = make_certificate(tmp_path, "one"), make_certificate(tmp_path, "other")
    text = tmp_path / "text"
    text.write_text("hello")
    locked = tmp_path / "locked.key"
    subprocess.run(
        ["openssl", "pkey", "-in", f"{one}.key", "-aes256", "-passout", "pass:x", "-out", locked],
        check=True,
    )
    for settings, key, file, why in (
        (given("none.pem", f"{one}.key"), "certificate", "none.pem", "cannot be read: No such"),
        (given(f"{one}.pem", "none.key"), "key", "none.key", "cannot be read: No such"),
        (given(text, f"{one}.key"), "certificate", text, "there is no certificate in it"),
        (given(f"{one}.pem", text), "key", text, "there is no private key in it"),
        (given(f"{one}.pem", f"{other}.key"), "key", f"{other}.key", "it is not the key of"),
        (given(f"{one}.pem", locked), "key", locked, "it needs a password"),
    ):
        with pytest.raises(ConfigError) as told:
            given_context(settings)
        assert str(told.value).startswith(f"[page] {key}: {file}: {why}")

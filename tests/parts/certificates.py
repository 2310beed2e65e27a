"""Certificates for servers that speak TLS."""

import subprocess
from pathlib import Path

from parts.programs import part


def make_certificate(folder: Path, name: str, authority: Path | None = None) -> Path:
    """A certificate `NAME.pem` and its key `NAME.key`, signed by an authority or by itself."""
    stem = folder / name
    signed = [] if authority is None else ["-CA", f"{authority}.pem", "-CAkey", f"{authority}.key"]
    subprocess.run(
        [
            *(part("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", f"{stem}.key", "-out", f"{stem}.pem", *signed),
            *("-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return stem

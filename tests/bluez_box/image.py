"""Where the box's kernel and file system are; they are built once, outside the repository."""

import hashlib
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
PARTS = ("build.sh", "vmlinux.py", "vhci_relay.c", "init", "order", "dbus.conf")
"""What the box is made of, beside Debian's packages."""


def image() -> Path:
    """The folder with `vmlinux` and `initrd.img`, built if need be.

    Raises:
        RuntimeError: It cannot be built; the message is the builder's own.
    """
    folder = _cache() / _key()
    if not folder.is_dir():
        built = subprocess.run(
            ["sh", HERE / "build.sh", folder], capture_output=True, text=True, check=False
        )
        if built.returncode:
            raise RuntimeError(
                f"the box cannot be built: {built.stderr.strip()}\n"
                "tests/parts/install.sh --box installs what it needs."
            )
    return folder


def _cache() -> Path:
    given = os.environ.get("BANDMATE_BOX_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "bandmate" / "box"


def _key() -> str:
    """Another one for every other kernel, BlueZ or way to build it."""
    packages = ("linux-image-amd64", "bluez", "dbus", "busybox-static", "socat")
    try:
        said = subprocess.run(
            ["apt-cache", "policy", *packages], capture_output=True, check=False
        ).stdout
    except FileNotFoundError as error:
        raise RuntimeError("the box is built from Debian's packages: apt is missing") from error
    digest = hashlib.sha256(said)
    for part in PARTS:
        digest.update((HERE / part).read_bytes())
    return digest.hexdigest()[:16]

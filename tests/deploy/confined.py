"""Runs a program under the system calls and addresses that a systemd unit leaves it.

    python confined.py UNIT PROGRAM …

The groups of calls are those of the systemd that is installed; the kernel enforces them as it does
for the service. Mounts and devices are not made here.
"""

import ctypes
import ctypes.util
import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_MDWE, _REFUSE_EXEC_GAIN = 65, 1
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM
_EQUAL = 4


class _Argument(ctypes.Structure):
    """`struct scmp_arg_cmp`."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


def settings(unit: Path) -> dict[str, list[str]]:
    """The words of every setting of `[Service]`; what is set twice goes on."""
    found: dict[str, list[str]] = {}
    service = unit.read_text().split("[Service]")[1].split("\n[")[0]
    for line in service.splitlines():
        name, is_set, words = line.partition("=")
        if is_set and not line.startswith("#"):
            found.setdefault(name, []).extend(words.split())
    return found


def calls(words: list[str]) -> set[str]:
    """What `SystemCallFilter=` leaves: of a first list all, of one that begins with `~` none."""
    left: set[str] = set()
    is_taken_away = False
    for word in words:
        is_taken_away = is_taken_away or word.startswith("~")
        group = set(_expanded(word.removeprefix("~")))
        left = left - group if is_taken_away else left | group
    return left


def _expanded(name: str) -> Iterator[str]:
    if not name.startswith("@"):
        yield name
        return
    listed = subprocess.run(
        ["systemd-analyze", "syscall-filter", "--no-pager", name],
        check=True,
        capture_output=True,
        text=True,
    )
    for line in listed.stdout.splitlines()[1:]:
        if (word := line.strip()) and not word.startswith("#"):
            yield from _expanded(word)


def confine(unit: Path) -> None:
    """Confine this process, and all that it starts, as a unit says."""
    told = settings(unit)
    allowed = calls(told["SystemCallFilter"]) | set(_expanded("@default"))
    families = {int(getattr(socket, name)) for name in told["RestrictAddressFamilies"]}
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if told["MemoryDenyWriteExecute"] == ["yes"]:  # Linux 6.3; an older one goes without
        libc.prctl(_PR_SET_MDWE, _REFUSE_EXEC_GAIN, 0, 0, 0)
    lib = ctypes.CDLL(ctypes.util.find_library("seccomp") or "libseccomp.so.2")
    lib.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(lib.seccomp_init(_REFUSE))
    for name in sorted(allowed - {"socket"}):
        number = lib.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            _checked(lib.seccomp_rule_add(context, _ALLOW, number, 0))
    number = lib.seccomp_syscall_resolve_name(b"socket")
    for family in families:
        argument = (_Argument * 1)(_Argument(0, _EQUAL, family, 0))
        _checked(lib.seccomp_rule_add_array(context, _ALLOW, number, 1, argument))
    _checked(lib.seccomp_load(context))


def _checked(status: int) -> None:
    if status:
        raise OSError(-status, os.strerror(-status))


if __name__ == "__main__":
    confine(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])

"""Looks at this computer's Bluetooth, from its switch to its adapter."""

import sys
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Final

from bandmate.domain.findings import Finding
from bandmate.errors import LinkError, RadioDeniedError
from bandmate.link.radio import Radio
from bandmate.link.scan import scan

RFKILL: Final = Path("/sys/class/rfkill")
"""Linux' radio switches (Documentation/driver-api/rfkill.rst of the kernel)."""

_SCAN_S: Final = 1.0


async def examine_bluetooth(radio: Radio, rfkill: Path = RFKILL) -> AsyncGenerator[Finding]:
    """What is found, in the order in which one thing needs the other.

    Args:
        radio: The host's Bluetooth.
        rfkill: Where the system keeps its radio switches.
    """
    for blocked in blocked_switches(rfkill):
        yield blocked
    if sys.platform == "linux":
        adapter = await _ask_bluez()
        yield adapter
        if not adapter.is_well:
            return
    try:
        await scan(radio, _SCAN_S, lambda _: None)
    except LinkError as fault:
        yield _told("scan", fault)
    else:
        yield Finding("scan", "sensors can be looked for")


def blocked_switches(rfkill: Path) -> Iterator[Finding]:
    """The switches that keep Bluetooth off."""
    for switch in sorted(rfkill.glob("rfkill*")):
        try:
            if _read(switch / "type") != "bluetooth":
                continue
            is_hard, is_soft = (_read(switch / kind) == "1" for kind in ("hard", "soft"))
        except OSError:  # unplugged meanwhile
            continue
        name = f"{_read(switch / 'name')} ({switch.name})"
        if is_hard:
            fix = "Use the computer's own switch or key for wireless, or allow it in its firmware."
            yield Finding(
                "radio switch", f"Bluetooth of {name} is blocked by a hardware switch", fix
            )
        elif is_soft:
            fix = "Allow it: rfkill unblock bluetooth"
            yield Finding("radio switch", f"Bluetooth of {name} is blocked", fix)


async def _ask_bluez() -> Finding:
    # Linux alone has it, and what it needs.
    from bandmate.link.bluez import Bluez  # noqa: PLC0415

    try:
        watch = await Bluez.open(lambda _before, _now: None)
    except LinkError as fault:
        return _told("adapter", fault)
    try:
        state = watch.state
    finally:
        await watch.close()
    if (trouble := state.trouble()) is not None:
        return _told("adapter", trouble)
    names = ", ".join(sorted(path.rpartition("/")[2] for path in state.usable))
    return Finding("adapter", f"{names} is switched on")


def _told(check: str, fault: LinkError) -> Finding:
    if isinstance(fault, RadioDeniedError):
        check = "permission"
    text, _, fix = str(fault).partition("\n")
    return Finding(check, text, fix or "Look at: journalctl -u bluetooth")


def _read(file: Path) -> str:
    return file.read_text(encoding="ascii").strip()

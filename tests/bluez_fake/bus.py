"""A message bus of the test's own, on which anybody may own any name."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from parts.programs import part

_CONFIG: Final = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    {rules}
  </policy>
</busconfig>
"""


@asynccontextmanager
async def private_bus(folder: Path, *, rules: str = "") -> AsyncGenerator[str]:
    """A `dbus-daemon`; gives its address.

    Args:
        folder: Where its socket is.
        rules: Further lines of its policy.
    """
    socket, config = folder / "bus", folder / "bus.conf"
    config.write_text(_CONFIG.format(socket=socket, rules=rules), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        part("dbus-daemon"),
        f"--config-file={config}",
        "--nofork",
        "--print-address",
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        await process.stdout.readline()  # once it listens
        yield f"unix:path={socket}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()

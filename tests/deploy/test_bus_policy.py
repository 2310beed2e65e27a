"""`deploy/dbus/bandmate.conf` on a real message bus that lets nobody do anything else."""

import getpass
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from deploy.composed import DEPLOY
from parts.programs import part

CLOSED = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={socket}</listen>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <deny send_type="method_call"/>
    <allow send_destination="org.freedesktop.DBus"/>
    <allow receive_type="method_call"/>
    <allow send_type="method_return"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
  </policy>
  <include>{policy}</include>
</busconfig>
"""


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    policy, config = tmp_path / "policy.conf", tmp_path / "bus.conf"
    ours = (DEPLOY / "dbus/bandmate.conf").read_text()
    policy.write_text(ours.replace('user="bandmate"', f'user="{getpass.getuser()}"'))
    config.write_text(CLOSED.format(socket=tmp_path / "socket", policy=policy))
    daemon = subprocess.Popen(
        [part("dbus-daemon"), f"--config-file={config}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert daemon.stdout is not None
    with daemon:
        yield daemon.stdout.readline().strip()
        daemon.terminate()


@pytest.mark.parametrize(("name", "passes"), [("org.bluez", True), ("org.other", False)])
async def test_the_user_may_call_bluez_and_nothing_else(bus: str, name: str, passes: bool):
    def answer(message: Message) -> Message | None:
        is_call = message.message_type is MessageType.METHOD_CALL
        return Message.new_method_return(message) if is_call else None

    server, client = await MessageBus(bus).connect(), await MessageBus(bus).connect()
    server.add_message_handler(answer)
    await server.request_name(name)
    reply = await client.call(Message(destination=name, path="/", interface="a.b", member="C"))
    client.disconnect()
    server.disconnect()
    assert reply is not None
    assert reply.error_name == (None if passes else "org.freedesktop.DBus.Error.AccessDenied")

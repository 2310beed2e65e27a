"""`bandmate simulate`: a virtual band for any Bluetooth central."""

import asyncio
import random
import re
from collections.abc import Mapping, Sequence
from typing import Final

import click
import msgspec

from bandmate.app.clock import SessionClock
from bandmate.app.simulate import Happened, Offer, Offered, Say, simulate
from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli.known import known_profiles
from bandmate.cli.log import log_to_terminal
from bandmate.cli.params import param_option
from bandmate.cli.run import stop_event
from bandmate.cli.terminal import Terminal
from bandmate.errors import UsageError
from bandmate.sim.faults import Faults

_STATIC_ADDRESS = re.compile(r"[C-F][0-9A-F](:[0-9A-F]{2}){5}")

_FAULTS: Final[Mapping[str, tuple[str, object]]] = {
    "loss": ("loss", 0.1),
    "duplicate": ("duplicate", 0.1),
    "garbage": ("garbage", 0.1),
    "frozen": ("frozen_s", 10.0),
    "held": ("held_s", 10.0),
    "drop": ("drop_s", 10.0),
    "silence": ("silence_s", 10.0),
    "vanish": ("vanish_s", 10.0),
    "low-battery": ("low_battery", True),
}
"""The field of `Faults` by the name on the command line, and its value where none is given."""


def parse_faults(_context: click.Context, _option: click.Parameter, texts: Sequence[str]) -> Faults:
    """What goes wrong, of `NAME` and `NAME=VALUE`.

    Raises:
        UsageError: An unknown name, or a value that it cannot have.
    """
    fields: dict[str, object] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if name not in _FAULTS:
            raise UsageError(f"no fault {text!r} is known", hint=f"One of: {', '.join(_FAULTS)}.")
        field, usual = _FAULTS[name]
        fields[field] = value if separator else usual
    try:
        return msgspec.convert(fields, Faults, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"--fault: {error}", hint="A share is 0 to 1; else it is seconds of streaming."
        ) from error


@click.command("simulate")
@click.argument("profile_id", metavar="PROFILE")
@click.option(
    "--transport",
    default="hci-socket:0",
    show_default=True,
    metavar="SPEC",
    help="The Bluetooth controller: also usb:0, serial:PORT,SPEED, tcp-client:HOST:PORT.",
)
@click.option(
    "--exercise",
    default="free_reps",
    show_default=True,
    metavar="ID",
    help="What the virtual person does.",
)
@click.option(
    "--rate",
    "rate_hz",
    type=click.FloatRange(0.1, 2000),
    metavar="HZ",
    help="Readings a second, as the sensor is set at first.",
)
@click.option(
    "--samples",
    "samples_n",
    type=click.IntRange(min=1),
    metavar="N",
    help="Readings a packet.",
)
@param_option
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[=VALUE]",
    callback=parse_faults,
    help=f"What goes wrong: {', '.join(_FAULTS)}. VALUE is a share, or seconds of streaming.",
)
@click.option("--address", metavar="A", help="A random static address; else made of the profile.")
@click.option(
    "--for",
    "for_s",
    type=click.FloatRange(min=0, min_open=True),
    metavar="S",
    help="End S seconds after it is offered.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, metavar="N", help="Which noise and mishaps."
)
@click.option("--json", "as_ndjson", is_flag=True, help="Print what happens as JSON, one a line.")
def command(
    profile_id: str,
    transport: str,
    exercise: str,
    rate_hz: float | None,
    samples_n: int | None,
    params: Mapping[str, str],
    faults: Faults,
    address: str | None,
    for_s: float | None,
    seed: int,
    as_ndjson: bool,
) -> None:
    """Offer a virtual band to any Bluetooth central.

    It is what the sensor of PROFILE is on the air, with a scripted person pulling, until Ctrl-C. It
    needs a Bluetooth controller of its own: one that is not used by this computer meanwhile.
    """
    offer = Offer(
        profile=known_profiles().get(profile_id),
        address=_address(address, profile_id),
        exercise=load_catalogue().find(exercise),
        params=params,
        rate_hz=rate_hz,
        samples_n=samples_n,
        faults=faults,
        seed=seed,
    )
    with Terminal() as terminal:
        log_to_terminal(terminal.err)
        say = _printer(terminal, as_ndjson=as_ndjson)
        asyncio.run(_simulate(offer, transport, for_s, say))


async def _simulate(offer: Offer, transport: str, for_s: float | None, say: Say) -> None:
    stop = stop_event()

    def on_event(event: Offered | Happened) -> None:
        say(event)
        if for_s is not None and isinstance(event, Offered):
            asyncio.get_running_loop().call_later(for_s, stop.set)

    await simulate(offer, transport, SessionClock(), stop, on_event)


def _address(given: str | None, profile_id: str) -> str:
    """A random static address: its first two bits are set."""
    if given is None:
        draw = random.Random(profile_id)  # noqa: S311 - the same each time, no secret
        parts = [draw.randrange(0xC0, 0x100), *(draw.randrange(0x100) for _ in range(5))]
        return ":".join(f"{part:02X}" for part in parts)
    if not _STATIC_ADDRESS.fullmatch(given.upper()):
        raise UsageError(
            f"--address {given!r} is no random static address",
            hint="Its first digit is C, D, E or F: such as F0:F1:F2:F3:F4:01.",
        )
    return given.upper()


def _printer(terminal: Terminal, *, as_ndjson: bool) -> Say:
    """What prints events: each as JSON, or for a person."""

    def say(event: Offered | Happened) -> None:
        if as_ndjson:
            terminal.out(msgspec.json.encode(event).decode())
        elif isinstance(event, Offered):
            terminal.out(f"Offered   {event.name} at {event.address}")
            for service in event.services:
                terminal.out(f"Service   {service}")
            terminal.out("Ctrl-C ends it.")
        else:
            terminal.out(f"{event.t_s:9.2f} s  {event.event:<12} {event.about}".rstrip())

    return say

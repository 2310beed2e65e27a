"""What a sensor can be asked to do: the `commands` tables of a profile."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from msgspec import Meta, field

from bandmate.devices.layout import Field, Hex, Name, ParamName, Strict
from bandmate.devices.params import Parameters


class Step(Strict, frozen=True, kw_only=True):
    """One write of a command.

    Attributes:
        to: GATT role written to.
        hex: What is written.
        response: Whether the write is acknowledged.
        wait_ms: A pause after it.
        if_there: It is passed over where the sensor lacks the role.
    """

    to: Name
    hex: Annotated[Hex, Meta(min_length=2)]
    response: bool = True
    wait_ms: Annotated[int, Meta(ge=0, le=5000)] = 0
    if_there: bool = False


class Reply(Strict, frozen=True, kw_only=True):
    """What a command is answered with.

    Attributes:
        on: GATT role the answer arrives on.
        tag: How the answering frame begins; by default it is the stream's frame of `reply = true`.
        field: The payload of a frame of `reply = true`: one fact.
        timeout_ms: How long to wait for it.
    """

    on: Name
    tag: Hex | None = None
    field: Field | None = None
    timeout_ms: Annotated[int, Meta(gt=0)] = 1000


class Command(Strict, frozen=True, kw_only=True):
    """Something the sensor is asked to do.

    Attributes:
        steps: What is written, in this order.
        by: The parameters that choose among `choices` instead.
        choices: What is written for each of their values, joined by commas.
        reply: What it is answered with.
    """

    steps: tuple[Step, ...] = ()
    by: tuple[ParamName, ...] = ()
    choices: dict[str, Annotated[tuple[Step, ...], Meta(min_length=1)]] = field(
        default_factory=dict[str, Annotated[tuple[Step, ...], Meta(min_length=1)]]
    )
    reply: Reply | None = None

    def chosen(self, params: Parameters) -> tuple[Step, ...]:
        """What is written to a sensor with these parameters; empty where they choose nothing."""
        return self.choices.get(params.choose(self.by) or "", ()) if self.by else self.steps

    def all_steps(self) -> Iterator[tuple[str, Step]]:
        """Every write it may lead to, each with its place in the command's table."""
        for i, step in enumerate(self.steps):
            yield f"steps[{i}]", step
        for choice, steps in self.choices.items():
            for i, step in enumerate(steps):
                yield f"choices.{choice}[{i}]", step


class Commands(Strict, frozen=True, kw_only=True):
    """The slots for commands. What calibrates, re-programs or reboots has none, on purpose.

    Attributes:
        start: Begins the stream.
        stop: Ends it.
        tare: Takes the present load as zero.
        zero: Sets the zero of the scale itself, until it is switched off.
        battery: Asks for the battery.
        rate: Sets the samples a second.
        unit: Sets the unit that is sent.
        relative: Has the load since the last tare sent.
        absolute: Has the absolute load sent.
        clear_peak: Forgets the peak shown on the sensor.
        sleep: Puts the sensor away: it switches itself off.
        auto_off: Sets how soon it switches itself off.
        unlock: Lets the next command through.
        handshake: Begins the conversation.
        firmware: Asks for the firmware's version.
        device_id: Asks which one it is.
        calibration: Asks for the stored calibration; nothing here writes one.
        temperature: Asks how warm it is.
        orientation: Asks for its orientation.
        magnetic_field: Asks for the magnetic field.
        settings: Asks what it can be set to.
        status: Asks how it is, or what went wrong in it.
        clear_error: Forgets what went wrong.
        peak_rfd: Measures one pull's peak rate of force development; never used here.
        rfd_series: Measures a series of them; never used here.
    """

    start: Command | None = None
    stop: Command | None = None
    tare: Command | None = None
    zero: Command | None = None
    battery: Command | None = None
    rate: Command | None = None
    unit: Command | None = None
    relative: Command | None = None
    absolute: Command | None = None
    clear_peak: Command | None = None
    sleep: Command | None = None
    auto_off: Command | None = None
    unlock: Command | None = None
    handshake: Command | None = None
    firmware: Command | None = None
    device_id: Command | None = None
    calibration: Command | None = None
    temperature: Command | None = None
    orientation: Command | None = None
    magnetic_field: Command | None = None
    settings: Command | None = None
    status: Command | None = None
    clear_error: Command | None = None
    peak_rfd: Command | None = None
    rfd_series: Command | None = None

    def given(self) -> Mapping[str, Command]:
        """The commands the sensor knows, by name."""
        slots: dict[str, Command | None] = {
            name: getattr(self, name) for name in self.__struct_fields__
        }
        return {name: command for name, command in slots.items() if command is not None}

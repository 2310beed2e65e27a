"""What the commands of a profile must fulfil beyond their schema."""

from collections.abc import Iterator

from bandmate.devices.command import Command
from bandmate.devices.field_rules import field_faults
from bandmate.devices.problem import Problem
from bandmate.devices.profile import Profile


def command_faults(profile: Profile) -> Iterator[Problem]:
    """What in `[commands]`, and in what asks for them, does not agree."""
    commands = profile.commands.given()
    for name, command in commands.items():
        place = f"commands.{name}"
        for where, step in command.all_steps():
            if step.to not in profile.gatt:
                known = ", ".join(profile.gatt) or "none"
                text = f"{step.to!r} is no role of [gatt] (known: {known})"
                yield Problem(f"{place}.{where}.to", text, "add it there")
        yield from _choice_faults(place, command, profile)
        yield from _reply_faults(f"{place}.reply", command, profile)
    alive = profile.link.keep_alive
    if alive and alive.command not in commands:
        yield Problem("link.keep_alive", "there is no such command", "name one of [commands]")
    quirks = profile.quirks
    needs = (
        ("resend_start_when_silent", quirks.resend_start_when_silent, {"start"}),
        ("settings_after_start", quirks.settings_after_start, {"rate", "unit"}),
        ("stop_before_battery", quirks.stop_before_battery, {"stop"}),
        ("stop_before_disconnect", quirks.stop_before_disconnect, {"stop"}),
        ("read_back", quirks.read_back, {"rate"}),
    )
    for quirk, is_set, wanted in needs:
        if is_set and wanted.isdisjoint(commands):
            text = f"it needs a command {' or '.join(sorted(wanted))}"
            yield Problem(f"quirks.{quirk}", text, "add it, or remove the quirk")


def _choice_faults(place: str, command: Command, profile: Profile) -> Iterator[Problem]:
    if bool(command.steps) == bool(command.choices) or bool(command.choices) != bool(command.by):
        yield Problem(place, "it has steps, or choices by a parameter", "keep one of them")
    for name in command.by:
        if name not in profile.params:
            yield Problem(f"{place}.by", f"there is no {name!r} in [params]", "declare it there")
    for key in command.choices:
        values = key.split(",")
        fits = len(values) == len(command.by) and all(
            not param.choices or value in {_plain(choice) for choice in param.choices}
            for value, name in zip(values, command.by, strict=False)
            if (param := profile.params.get(name))
        )
        if not fits:
            text = "its parameters can never have these values"
            yield Problem(f"{place}.choices.{key}", text, "correct the key or the parameter")


def _plain(value: float | str) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _reply_faults(place: str, command: Command, profile: Profile) -> Iterator[Problem]:
    reply = command.reply
    if reply is None:
        return
    stream = profile.stream.get(reply.on)
    if stream is None:
        yield Problem(f"{place}.on", f"there is no stream {reply.on!r}", "name one of [stream]")
        return
    if (reply.tag is None) == (reply.field is None):
        yield Problem(place, "how the answer is known is not clear", "give either tag or field")
    if reply.field is not None:
        yield from field_faults(f"{place}.field", reply.field, profile.params)
        if reply.field.is_sample:
            yield Problem(f"{place}.field", "an answer is a fact", "rename it")
        if not any(frame.reply for frame in stream.frames):
            yield Problem(
                f"{place}.on",
                f"stream {reply.on!r} has no frame that is a reply",
                "add a frame with `reply = true` there",
            )
    elif not stream.codec and not any(f.tag.startswith(reply.tag or "") for f in stream.frames):
        yield Problem(f"{place}.tag", "no frame of the stream begins so", "add it there")

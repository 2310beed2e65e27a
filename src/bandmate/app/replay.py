"""Replays a recording through the same code as the live service, as fast as it can."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from bandmate.app.config_file import profiles_folder
from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.registry import Registry, load_profiles
from bandmate.domain.events import Event, Summary
from bandmate.domain.exercises import Exercise
from bandmate.domain.samples import Block, Frame, MotionBlock, SensorTraits
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.commands import changed, parse_command
from bandmate.engine.intake import Intake, feed, quantity_of
from bandmate.engine.together import Together
from bandmate.errors import InputError, UsageError
from bandmate.link.recording import QUANTITY, Entry, RecordedBand
from bandmate.link.recording_csv import CsvRecording, CsvRow, as_block, read_csv
from bandmate.link.recording_raw import RawRecording, is_raw, read_raw
from bandmate.signal.course import Course

_log = logging.getLogger(__name__)

SESSION = "replay"
"""Session id of replayed plain recordings; a raw one carries its own."""


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """How to replay.

    Attributes:
        exercise: What is done from the first to the last sample, unless the recording's own
            commands start something; `None`: only what they start.
        packet: Readings a packet of a plain recording; it arrives at the time of its last one.
        traits: What is known of the sensor of a plain recording; a raw one names its profile.
        courses: The movement as it was calibrated, by band, of motion sensors in a plain recording.
            Where only one was, it is every band's.
    """

    exercise: Exercise | None
    packet: int = 10
    traits: SensorTraits = field(default_factory=SensorTraits)
    courses: Mapping[str, Course] = field(default_factory=lambda: MappingProxyType({}))

    def course(self, band: str) -> Course | None:
        """The movement as it was calibrated for a band; `None`: it is learnt."""
        if len(self.courses) == 1:
            return next(iter(self.courses.values()))
        return self.courses.get(band)


def replay(path: Path, options: ReplayOptions) -> Iterator[Event]:
    """The events of a recording, each band's `summary` last.

    Raises:
        InputError: The recording cannot be read or is malformed.
        UsageError: It holds no command that starts an exercise, and none was given; or no sensor
            in it can watch the one given; or facts of the sensor were given for a raw recording.
    """
    if is_raw(path):
        if options.traits != SensorTraits():
            raise UsageError(
                f"{path}: --set is for plain recordings; a raw one names its sensor",
                hint="Leave it out.",
            )
        return _replay_raw(read_raw(path), options.exercise)
    return _replay_csv(read_csv(path), options)


def _replay_csv(recording: CsvRecording, options: ReplayOptions) -> Iterator[Event]:
    starts_itself = any(row.command.startswith("start:") for row in recording.rows)
    if options.exercise is None and not starts_itself:
        raise UsageError("which exercise?", hint="Add --exercise ID, for example free_reps.")
    _check_commands(recording.path, ((row.command, row.t_s) for row in recording.rows))
    pipelines = {
        band: BandPipeline(
            BandSettings(
                name=band,
                session=SESSION,
                traits=options.traits,
                course=options.course(band) if quantity == "angle" else None,
                quantity=quantity,
                silence="samples",
            ),
            load_catalogue().find,
        )
        for band, quantity in sorted(recording.quantities.items())  # whichever came first
    }
    together = Together(pipelines)
    if options.exercise is not None and not starts_itself:
        for band, events in _begun(pipelines, options.exercise, recording.rows[0].t_s).items():
            yield from together.take(band, events, ())
    for band, payload in _packets(recording, options.packet):
        if isinstance(payload, CsvRow):
            for name, pipeline in pipelines.items():
                events = _commanded(name, pipeline, payload.command, payload.t_s)
                yield from together.take(name, events, ())
        else:
            pipeline = pipelines[band]
            yield from together.take(band, pipeline.push(payload), pipeline.take_readings())
    end_s = recording.rows[-1].t_s
    closing = [
        event
        for band, pipeline in pipelines.items()
        for event in together.take(band, [*pipeline.tick(end_s), *pipeline.finish(end_s)], ())
    ]
    yield from sorted(closing, key=lambda event: isinstance(event, Summary))


def _check_commands(path: Path, commands: Iterable[tuple[str, float]]) -> None:
    """Refuse a recording whose commands are none, before anything of it is replayed.

    Args:
        path: The recording.
        commands: Each text, empty where there is none, and its time in seconds.
    """
    for text, at_s in commands:
        if not text:
            continue
        try:
            command = parse_command(text)
            if command.verb == "start":
                changed(load_catalogue().find(command.subject), command.changes)
        except UsageError as error:
            raise InputError(f"{path}: at {at_s:g} s: {error}") from error


def _begun(
    pipelines: Mapping[str, BandPipeline], exercise: Exercise, at_s: float
) -> Mapping[str, Sequence[Event]]:
    """Begin the exercise on every band; one that cannot watch it is told and left without a set.

    Returns:
        The events by band.

    Raises:
        UsageError: No band can watch it.
    """
    events: dict[str, Sequence[Event]] = {}
    refused: dict[str, UsageError] = {}
    for band, pipeline in pipelines.items():
        try:
            events[band] = pipeline.start(exercise, at_s)
        except UsageError as error:
            refused[band] = error
    if refused and len(refused) == len(pipelines):
        raise next(iter(refused.values()))
    for band, error in refused.items():
        _log.warning("%s: %s was not begun: %s", band, exercise.slug, error)
    return events


def _packets(
    recording: CsvRecording, size: int
) -> Iterator[tuple[str, Block | MotionBlock | CsvRow]]:
    """Rows as packets and commands, in the order they reach the service.

    A command takes effect at its time, whatever the packet size: what was measured before it is
    handed on first.
    """
    shown = recording.quantities
    waiting: dict[str, list[CsvRow]] = {}
    for row in recording.rows:
        if row.command:
            for band in [*waiting]:
                yield band, as_block(waiting.pop(band), shown[band])
            yield row.band, row
            if not row.is_reading:
                continue
        packet = waiting.setdefault(row.band, [])
        packet.append(row)
        if len(packet) == size:
            yield row.band, as_block(waiting.pop(row.band), shown[row.band])
    for band, packet in waiting.items():
        yield band, as_block(packet, shown[band])


def _commanded(band: str, pipeline: BandPipeline, text: str, at_s: float) -> list[Event]:
    """Do a recorded command; one that cannot be done then is told and passed over, as live."""
    try:
        return pipeline.command(text, at_s)
    except UsageError as refused:
        _log.warning(
            "%s: at %g s the recorded command %s was not done: %s", band, at_s, text, refused
        )
        return []


def _replay_raw(recording: RawRecording, exercise: Exercise | None) -> Iterator[Event]:
    starts_itself = any(entry.command.startswith("start:") for entry in recording.entries)
    _check_commands(recording.path, ((entry.command, entry.t) for entry in recording.entries))
    profiles = load_profiles(profiles_folder())
    bands = recording.header.bands
    opened = {band.band: _opened(recording, band, profiles) for band in bands}
    pipelines = {name: pipeline for name, (pipeline, _) in opened.items()}
    together = Together(pipelines)
    # With the first data: while a sensor is being connected, its silence means nothing.
    begin_s = next((entry.t for entry in recording.entries if entry.frame or entry.t_s), None)
    if exercise is not None and not starts_itself and begin_s is not None:
        moved = {n: p for n, p in pipelines.items() if p.settings.quantity != "none"}
        for name, events in _begun(moved, exercise, begin_s).items():
            yield from together.take(name, events, ())
    last_s = 0.0
    for entry in recording.entries:
        last_s = max(last_s, entry.t)
        for name, pipeline in pipelines.items():
            if entry.band in {"", name}:
                events = _entry(name, entry, pipeline, opened[name][1])
                yield from together.take(name, events, pipeline.take_readings())
        if entry.end:
            pipelines.pop(entry.band, None)
    for name, pipeline in pipelines.items():  # the recording was cut off
        yield from together.take(name, pipeline.finish(last_s), ())


def _opened(
    recording: RawRecording, band: RecordedBand, profiles: Registry
) -> tuple[BandPipeline, Intake | None]:
    """The pipeline of a recorded band, and what decodes its frames."""
    traits, quantity, intake = SensorTraits(), QUANTITY[band.unit], None
    if band.profile:
        try:
            profile = profiles.get(band.profile)
            params = profile.parameters(band.params)
            quantity = quantity_of(profile)
        except UsageError as error:
            raise InputError(f"{recording.path}:1: {error}") from error
        traits, intake = profile.traits(params), Intake(profile, params)
    settings = BandSettings(
        name=band.band,
        session=recording.header.session,
        traits=traits,
        strands=band.strands,
        quantity=quantity,
    )
    return BandPipeline(settings, load_catalogue().find), intake


def _entry(band: str, entry: Entry, pipeline: BandPipeline, intake: Intake | None) -> list[Event]:
    if entry.command:
        return _commanded(band, pipeline, entry.command, entry.t)
    if entry.zeroed:
        return pipeline.zeroed(entry.t)
    if entry.t_s:
        readings = [None if x is None else float(x) for x in entry.force_n]
        return pipeline.push(Block(entry.t, entry.t_s, readings))
    if entry.end and entry.band:
        return pipeline.finish(entry.t)
    if entry.stream and intake is not None:
        intake.restart()
    if entry.stream or entry.due or entry.end or intake is None:
        return pipeline.tick(entry.t)
    frame = Frame(entry.t, entry.role, bytes.fromhex(entry.frame), entry.company)
    return feed(pipeline, intake, frame)

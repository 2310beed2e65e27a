"""What the tables of a stream must fulfil beyond their schema."""

from collections.abc import Iterator

from bandmate.devices.layout import Field, FrameLayout, Stream
from bandmate.devices.problem import Problem
from bandmate.devices.wire import FIXED


def stream_faults(place: str, stream: Stream) -> Iterator[Problem]:
    """What in a stream's table does not agree; `place` is its name in the file."""
    tag_sizes = {len(frame.tag) for frame in stream.frames}
    if len(tag_sizes) > 1 or len({frame.tag for frame in stream.frames}) < len(stream.frames):
        yield Problem(f"{place}.frames", "tags must differ and be equally long", "change them")
    if stream.header and stream.header.length_at >= stream.header.size:
        yield Problem(f"{place}.header", "length_at is outside the header", "enlarge `size`")
    for i, frame in enumerate(stream.frames):
        yield from _frame_faults(f"{place}.frames[{i}]", stream, frame)


def _frame_faults(place: str, stream: Stream, frame: FrameLayout) -> Iterator[Problem]:
    if stream.header:
        if frame.least_size or frame.guards:
            yield Problem(place, "the header declares its size", "remove size and guards")
        room = stream.header.size
    else:
        if (frame.size is None) == (frame.min_size is None):
            yield Problem(place, "its size is not clear", "give either size or min_size")
        if frame.repeat:
            yield Problem(place, "rows repeat only behind a header", "remove repeat")
        room = frame.least_size
    if [bool(frame.fields), bool(frame.facts), frame.reply].count(True) > 1:
        yield Problem(place, "it holds several things", "keep fields, facts or reply alone")
    if len(frame.tag) // 2 > room:
        yield Problem(f"{place}.tag", "it is longer than its room", "shorten it")
    for guard in frame.guards:
        if guard.at >= frame.least_size:
            yield Problem(f"{place}.guards", "a guard lies outside the frame", "move it")
    if frame.fields:
        yield from _field_faults(f"{place}.fields", stream, frame)


def _field_faults(place: str, stream: Stream, frame: FrameLayout) -> Iterator[Problem]:
    names = [field.name for field in frame.fields]
    if len(set(names)) < len(names):
        yield Problem(place, "two fields have one name", "rename one")
    if frame.holds_readings and not set(names) <= {"force", "tick"}:
        yield Problem(place, "readings and facts in one frame", "keep `force` and `tick` alone")
    if not frame.holds_readings and (frame.repeat or "tick" in names):
        yield Problem(place, "only readings repeat and are stamped", "remove repeat and `tick`")
    for field in frame.fields:
        yield from field_faults(f"{place}[{field.name}]", field)
        if field.type not in FIXED:
            yield Problem(place, f"{field.type} stands in replies only", "give a fixed type")
            return
    orders = {FIXED[field.type].order for field in frame.fields} - {""}
    if len(orders) > 1:
        yield Problem(place, "fields of both byte orders", "use one in a frame")
    end, taken = 0, 0 if stream.header else len(frame.tag) // 2
    for field in frame.fields:
        at = end if field.at is None else field.at
        if at < max(end, taken):
            yield Problem(f"{place}[{field.name}].at", "it overlaps what is before it", "move it")
            return
        end = at + FIXED[field.type].size
    if stream.header is None and end > frame.least_size:
        yield Problem(place, f"they need {end} bytes", "enlarge size or min_size")


def field_faults(place: str, field: Field) -> Iterator[Problem]:
    """What in a field does not agree."""
    if (field.name == "force") != (field.unit is not None):
        yield Problem(f"{place}.unit", "`force` has a unit, all else has it in its name", "mend it")
    if field.name == "tick" and not field.type.startswith("u"):
        yield Problem(f"{place}.type", "a counter is unsigned", "give an unsigned type")
    if field.min is not None and field.max is not None and field.min >= field.max:
        yield Problem(f"{place}.min", "min must be less than max", "mend one of them")

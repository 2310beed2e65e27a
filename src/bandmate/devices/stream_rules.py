"""What the tables of a stream must fulfil beyond their schema."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from bandmate.devices.codecs import CODECS
from bandmate.devices.csv_lines import CsvLines
from bandmate.devices.decoder import is_row
from bandmate.devices.field_rules import field_faults
from bandmate.devices.gauge import RowFormat
from bandmate.devices.layout import EndFraming, Field, FrameLayout, Stream, SyncFraming
from bandmate.devices.param_rules import numeric_fault
from bandmate.devices.params import Param
from bandmate.devices.problem import Problem
from bandmate.devices.walk import FLAGS
from bandmate.devices.wire import FIXED
from bandmate.errors import UsageError


def stream_faults(place: str, stream: Stream, params: Mapping[str, Param]) -> Iterator[Problem]:
    """What in a stream's table does not agree; `place` is its name in the file."""
    if [bool(stream.frames), bool(stream.csv), bool(stream.codec)].count(True) != 1:
        yield Problem(place, "how it is read is not clear", "give frames, csv or codec alone")
        return
    yield from _framing_faults(place, stream, params)
    yield from _codec_faults(place, stream)
    if stream.csv is not None:
        yield from _csv_faults(place, stream, params)
    if any(_are_alike(one, other) for one, other in combinations(stream.frames, 2)):
        text = "tell them apart by their tags, or by fixed sizes"
        yield Problem(f"{place}.frames", "two frames begin alike", text)
    for i, frame in enumerate(stream.frames):
        yield from _frame_faults(f"{place}.frames[{i}]", stream, frame, params)


def _are_alike(one: FrameLayout, other: FrameLayout) -> bool:
    """Whether a frame of one kind could be taken for one of the other."""
    differ = one.size is not None and other.size is not None and one.size != other.size
    both_count = one.mode == other.mode or None in {one.mode, other.mode}
    return one.tag == other.tag and both_count and not differ


def _codec_faults(place: str, stream: Stream) -> Iterator[Problem]:
    if stream.codec is None:
        if stream.facts or not stream.samples:
            text = "the frames themselves say so"
            yield Problem(f"{place}.facts", text, "remove facts and samples")
    elif stream.codec not in CODECS:
        known = ", ".join(sorted(CODECS))
        yield Problem(f"{place}.codec", f"there is no codec {stream.codec!r}", f"one of: {known}")
    elif stream.framing:
        yield Problem(f"{place}.framing", "a codec frames for itself", "remove it")


def _framing_faults(place: str, stream: Stream, params: Mapping[str, Param]) -> Iterator[Problem]:
    header, framing = stream.header, stream.framing
    if header:
        width = 1 if header.length_type == "u8" else 2
        if header.length_at + width > header.size:
            yield Problem(f"{place}.header", "length_at is outside the header", "enlarge `size`")
        if framing or stream.checksum:
            yield Problem(f"{place}.header", "it belongs to whole notifications", "remove framing")
    if stream.checksum and not framing:
        yield Problem(f"{place}.checksum", "it needs framing", "add it, or remove the checksum")
    if isinstance(framing, EndFraming) and isinstance(framing.max, str):
        yield from numeric_fault(f"{place}.framing.max", framing.max, params, may_be_learnt=False)
    if isinstance(framing, EndFraming) and framing.size and framing.strip:
        yield Problem(f"{place}.framing.strip", "a frame of one size is not stripped", "remove it")
    least = 2 if isinstance(framing, SyncFraming) else 1
    sizes = [framing.size] if framing and framing.size else []
    sizes += framing.size_by.values() if isinstance(framing, SyncFraming) else []
    if any(size < least for size in sizes):
        yield Problem(f"{place}.framing.size", "it is too small for its own signs", "enlarge it")
    if stream.checksum and stream.checksum.at and any(stream.checksum.at >= s for s in sizes):
        yield Problem(f"{place}.checksum.at", "it lies outside the frame", "move it")


def _csv_faults(place: str, stream: Stream, params: Mapping[str, Param]) -> Iterator[Problem]:
    if not isinstance(stream.framing, EndFraming) or stream.framing.size is not None:
        yield Problem(f"{place}.framing", "lines have an end and no size", "correct it")
    param = params.get(stream.csv.columns) if stream.csv else None
    if param is None or param.type != "text" or not isinstance(param.default, str):
        text = "the parameter of the columns is a text with a default"
        yield Problem(f"{place}.csv.columns", text, "declare it in [params]")
        return
    try:
        CsvLines(param.default)
    except UsageError as error:
        yield Problem(f"{place}.csv.columns", str(error).splitlines()[0], "correct the default")


def _frame_faults(
    place: str, stream: Stream, frame: FrameLayout, params: Mapping[str, Param]
) -> Iterator[Problem]:
    yield from _size_faults(place, stream, frame)
    if [bool(frame.fields), bool(frame.facts), frame.reply].count(True) > 1:
        yield Problem(place, "it holds several things", "keep fields, facts or reply alone")
    if frame.mode is not None and "mode" not in params:
        yield Problem(f"{place}.mode", "there is no `mode` in [params]", "declare it there")
    if frame.fields:
        yield from _fields_faults(f"{place}.fields", stream, frame, params)
    elif frame.repeat:
        yield Problem(f"{place}.repeat", "there is nothing to repeat", "remove it")


def _size_faults(place: str, stream: Stream, frame: FrameLayout) -> Iterator[Problem]:
    least = frame.least_size - len(frame.end) // 2
    if stream.header:
        if frame.least_size or frame.guards or frame.end or frame.template:
            yield Problem(place, "the header declares its size", "remove size, end and guards")
        least = stream.header.size
    elif (frame.size is None) == (frame.min_size is None):
        yield Problem(place, "its size is not clear", "give either size or min_size")
    if len(frame.tag) // 2 > least:
        yield Problem(f"{place}.tag", "it is longer than its room", "shorten it")
    if frame.template and len(frame.template) // 2 != least:
        yield Problem(f"{place}.template", "it is not of the frame's size", "correct it")
    for guard in frame.guards:
        if guard.at >= frame.least_size:
            yield Problem(f"{place}.guards", "a guard lies outside the frame", "move it")


def _fields_faults(
    place: str, stream: Stream, frame: FrameLayout, params: Mapping[str, Param]
) -> Iterator[Problem]:
    names = [field.name for field in frame.fields]
    if len(set(names)) < len(names):
        yield Problem(place, "two fields have one name", "rename one")
    if "tick" in names and not frame.holds_samples:
        yield Problem(place, "only samples are stamped", "remove `tick`")
    for field in frame.fields:
        yield from field_faults(f"{place}[{field.name}]", field, params)
    orders = {FIXED[field.type].order for field in frame.fields if field.type in FIXED} - {""}
    if len(orders) > 1:
        yield Problem(place, "fields of both byte orders", "use one in a frame")
    yield from _kind_faults(place, frame, params)
    yield from _place_faults(place, stream, frame)


def _kind_faults(place: str, frame: FrameLayout, params: Mapping[str, Param]) -> Iterator[Problem]:
    plain = is_row(frame)
    if frame.repeat and not plain:
        yield Problem(place, "only plain samples are repeated", "keep them alone")
    if {"force", "acc"} <= {field.name for field in frame.fields}:
        yield Problem(place, "force and motion in one frame", "choose one")
    for field in frame.fields:
        learnt = isinstance(field.zero, str) and (p := params.get(field.zero)) and p.mean_of
        if learnt and not (plain and field.name == "force"):
            yield Problem(f"{place}[{field.name}].zero", "only plain force learns it", "mend it")
        if field.if_flag and not _has_flags_before(frame.fields, field):
            yield Problem(f"{place}[{field.name}].if_flag", "no `flags` before it", "add them")


def _has_flags_before(fields: tuple[Field, ...], field: Field) -> bool:
    before = fields[: fields.index(field)]
    return any(f.name == FLAGS and f.type in FIXED and f.count == 1 for f in before)


def _place_faults(place: str, stream: Stream, frame: FrameLayout) -> Iterator[Problem]:
    """Fields that overlap, or lie outside the frame."""
    end = taken = 0 if stream.header else len(frame.tag) // 2
    before: Field | None = None
    for field in frame.fields:
        at = end if field.at is None else field.at
        shares = before is not None and field.mask and field.at == before.at
        if at < max(end, taken) and not shares:
            yield Problem(f"{place}[{field.name}].at", "it overlaps what is before it", "move it")
            return
        size = field.size
        if size is None and field is not frame.fields[-1]:
            yield Problem(f"{place}[{field.name}]", "it fills the frame", "put it last")
            return
        end = at + (size or 0)
        before = field
        if not stream.header and not field.if_flag:
            least = frame.least_size - len(frame.end) // 2
            if end > least or (field.unit_from and field.unit_from.at >= least):
                yield Problem(place, f"they need {end} bytes", "enlarge size or min_size")
                return
    if frame.repeat and frame.size and is_row(frame):
        row = RowFormat.of(frame.fields, taken)
        if (frame.size - len(frame.end) // 2 - row.start) % row.size:
            yield Problem(f"{place[: -len('.fields')]}.size", "no whole rows fit", "correct it")

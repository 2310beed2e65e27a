"""Reads a table of a plan's file, and tells all that does not fit its form, not the first alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin

import msgspec

from bandmate.catalog.plan_schema import Table

T = TypeVar("T", bound=Table)

_SLUG = re.compile(r"[a-z0-9_]{1,64}")
_KIND = re.compile(r"`(\w+)(?: \| null)?`")
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "int": "a whole number",
        "float": "a number",
        "str": "text",
        "bool": "true or false",
        "object": "a table",
        "array": "a list",
    }
)


def read_table(model: type[T], raw: Mapping[str, Any], prefix: str = "") -> tuple[T, list[str]]:
    """A table as TOML gave it, in its form.

    Args:
        model: The form.
        raw: The table.
        prefix: What a key of it is called by, such as `limits.`.

    Returns:
        What fits of it, the rest left at its default or stand-in; and each fault, as
        `key: what is wrong`.
    """
    fields = {field.name: field for field in msgspec.structs.fields(model)}
    faults = [
        f"{prefix}{key}: there is no such key{nearest(key, fields)}"
        for key in raw
        if key not in fields
    ]
    values: dict[str, object] = {}
    for key, field in fields.items():
        found: list[str] = []
        value: object = msgspec.UNSET
        if key in raw:
            value, found = _read_value(field.type, raw[key], f"{prefix}{key}")
        elif field.required:
            found = [f"{prefix}{key}: this key is missing; add it"]
        faults += found
        if value is not msgspec.UNSET:
            values[key] = value
    return model(**{**model.stand_in, **values}), faults


def place_of(number: int, slug: object) -> str:
    """What the exercise of that number, from 1 on, is called by."""
    named = isinstance(slug, str) and _SLUG.fullmatch(slug)
    return f"exercise {number} ({slug})" if named else f"exercise {number}"


def nearest(wrong: str, known: Iterable[str]) -> str:
    """The end of a sentence about a name that is none of `known`: the nearest of them, or all."""
    names = list(known)
    near = [name for name in names if wrong and wrong in name]
    near += get_close_matches(wrong, names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(names)}"


def _read_value(annotation: object, raw: object, place: str) -> tuple[object, list[str]]:
    """The value of one key, `UNSET` where it has none that can be used; and its faults."""
    table = _table_in(annotation)
    if table is not None and get_origin(annotation) is tuple:
        if isinstance(raw, list):
            return _read_entries(table, cast("list[object]", raw))
    elif table is not None and isinstance(raw, dict):
        return read_table(table, cast("dict[str, Any]", raw), f"{place}.")
    try:
        return msgspec.convert(raw, cast("type[object]", annotation)), []
    except msgspec.ValidationError as error:
        return msgspec.UNSET, [f"{place}: {_in_words(str(error), annotation, raw)}"]


def _read_entries(model: type[Table], raw: Sequence[object]) -> tuple[object, list[str]]:
    entries: list[Table] = []
    faults: list[str] = []
    for number, item in enumerate(raw, start=1):
        if isinstance(item, dict):
            content = cast("dict[str, Any]", item)
            prefix = f"{place_of(number, content.get('id'))}: "
            entry, found = read_table(model, content, prefix)
        else:
            _, found = _read_value(model, item, place_of(number, None))
            entry = model(**model.stand_in)
        entries.append(entry)
        faults += found
    return tuple(entries), faults


def _table_in(annotation: object) -> type[Table] | None:
    """The table in a type such as `X`, `X | None` or `tuple[X, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    return next(filter(None, map(_table_in, get_args(annotation))), None)


def _choices_in(annotation: object) -> list[str]:
    """The words that a key may be set to; none where it is free."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [choice for inner in get_args(annotation) for choice in _choices_in(inner)]


def _in_words(told: str, annotation: object, raw: object) -> str:
    """What msgspec says, for a person."""
    choices = _choices_in(annotation)
    if choices and isinstance(raw, str):
        near = get_close_matches(raw, choices, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"{raw!r} is none of {', '.join(choices)}{hint}"
    words = _KIND.sub(lambda kind: _KINDS.get(kind[1], kind[1]), told)
    return f"{words[0].lower()}{words[1:]}"

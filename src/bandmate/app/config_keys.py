"""Which keys the configuration knows, looked up in its model."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

import msgspec

from bandmate.app.config import Config
from bandmate.sinks.secrets import SecretSettings


def keys_at(section: Sequence[str]) -> Mapping[str, Any]:
    """The type of each key of a section (`()`: of the whole file); empty for no section."""
    model = _model_at(section)
    if model is None:
        return {}
    return {field.name: field.type for field in msgspec.structs.fields(model)}


def secrets_at(section: Sequence[str]) -> frozenset[str]:
    """The keys of a section that hold secrets."""
    model = _model_at(section)
    if model is None or not issubclass(model, SecretSettings):
        return frozenset()
    return model.secret


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """A hint for a name that is not one of `known`: the nearest of them, or all."""
    names = list(known)
    near = get_close_matches(wrong, names, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Known are: {', '.join(names)}." if names else ""


def _model_at(section: Sequence[str]) -> type[msgspec.Struct] | None:
    model: type[msgspec.Struct] | None = Config
    for key in section:
        if model is None:
            return None
        types = {field.name: field.type for field in msgspec.structs.fields(model)}
        model = _struct_in(types.get(key))
    return model


def _struct_in(annotation: object) -> type[msgspec.Struct] | None:
    """The struct in a type such as `X`, `X | None` or `tuple[X, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    return next(filter(None, map(_struct_in, get_args(annotation))), None)

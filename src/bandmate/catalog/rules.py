"""The rules of the articles, and where the articles disagree: strict form, and loaders."""

from functools import cache
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from bandmate.catalog.schema import Text

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z_]*$")]


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """One rule.

    Attributes:
        id: Its name.
        reference: Where it comes from, article and lines.
        text: One plain sentence.
        kept_by: The module, class or function that keeps it; `text` where it is only told.
    """

    id: Name
    reference: Text
    text: Text
    kept_by: Annotated[str, Meta(pattern=r"^(text|bandmate(\.\w+)+)$")]


class Conflict(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that the articles disagree about.

    Attributes:
        id: Its name.
        reference: The articles.
        setting: The key of a plan's file that settles it, as `choices.twist`; empty: none.
        default: What holds unless a plan says otherwise.
        text: One plain sentence.
    """

    id: Name
    reference: Text
    setting: Annotated[str, Meta(pattern=r"^([a-z_]+(\.[a-z_]+)*)?$")]
    default: Text
    text: Text


class _Rules(Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[Rule, ...]


class _Conflicts(Struct, frozen=True, forbid_unknown_fields=True):
    conflict: tuple[Conflict, ...]


@cache
def load_rules() -> tuple[Rule, ...]:
    """The shipped rules."""
    file = files("bandmate.catalog").joinpath("rules.toml")
    return msgspec.toml.decode(file.read_bytes(), type=_Rules).rule


@cache
def load_conflicts() -> tuple[Conflict, ...]:
    """The shipped conflicts."""
    file = files("bandmate.catalog").joinpath("conflicts.toml")
    return msgspec.toml.decode(file.read_bytes(), type=_Conflicts).conflict

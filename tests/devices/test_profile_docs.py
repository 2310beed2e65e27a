"""What a profile may hold is what its documentation says."""

import re
from pathlib import Path
from typing import get_args

import msgspec

from bandmate.devices.profile import Profile
from bandmate.devices.taxonomy import ErrorName

DOCUMENTED = set(
    re.findall(r"`([a-z0-9_]+)`", (Path(__file__).parents[2] / "docs/profiles.md").read_text())
)


def keys(of: msgspec.inspect.Type) -> set[str]:
    """Every key of the schema, found by walking its types."""
    if isinstance(of, msgspec.inspect.StructType):
        own = {field.encode_name for field in of.fields}
        kind = {of.tag_field} if of.tag_field else set[str]()
        return own.union(kind, *(keys(field.type) for field in of.fields))
    if isinstance(of, msgspec.inspect.UnionType):
        return set[str]().union(*map(keys, of.types))
    if isinstance(of, msgspec.inspect.VarTupleType):
        return keys(of.item_type)
    if isinstance(of, msgspec.inspect.DictType):
        return keys(of.value_type)
    return set()


def test_every_key_of_the_schema_is_documented():
    found = keys(msgspec.inspect.type_info(Profile))
    assert {"max_n", "mfr_prefix", "length_at", "lost_within_s", "kind"} <= found
    assert found - DOCUMENTED == set()


def test_every_error_is_documented():
    assert set(get_args(ErrorName)) - DOCUMENTED == set()

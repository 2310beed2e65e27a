"""Whatever stands in the file or the environment: a configuration, or a fault that is told."""

import json
import string
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.app.config import Config
from bandmate.app.config_file import read_config
from bandmate.app.config_keys import keys_at
from bandmate.errors import ConfigError

SECTIONS = list(keys_at(()))
KEYS = sorted({key for section in SECTIONS for key in keys_at((section,))})

words = st.text(string.printable, max_size=8)
scalars = (
    st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words.map(json.dumps)
    | st.sampled_from(['"left"', '"v1"', '"http://db"', '"off"', "1979-05-27", "[]", "{}", "inf"])
).map(lambda value: str(value).lower() if isinstance(value, bool) else str(value))
keys = st.sampled_from(KEYS) | words.map(json.dumps)
tables = st.dictionaries(keys, scalars, max_size=5)
headings = st.sampled_from(
    [f"[{name}]" for name in SECTIONS] + ["[[band]]", "[page.host]", "[[mqtt]]", '["x`y"]']
)
documents = st.lists(st.tuples(headings, tables), max_size=4)
variables = st.dictionaries(
    st.sampled_from(
        [
            f"BANDMATE_{section}__{key}".upper()
            for section in SECTIONS
            for key in keys_at((section,))
        ]
    ),
    words,
    max_size=2,
)


@pytest.fixture(scope="module")
def file() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "bandmate.toml"


@given(top=tables, sections=documents, environment=variables)
def test_any_file_is_a_configuration_or_a_told_fault(
    file: Path,
    top: dict[str, str],
    sections: list[tuple[str, dict[str, str]]],
    environment: dict[str, str],
):
    lines = [f"{key} = {value}" for key, value in top.items()]
    for heading, table in sections:
        lines += [heading, *(f"{key} = {value}" for key, value in table.items())]
    file.write_text("\n".join(lines), encoding="utf-8")

    fault = told(file, environment)

    assert fault is None or str(file) in fault or "$BANDMATE_" in fault


@given(content=st.binary(max_size=50) | st.text(max_size=100).map(str.encode))
def test_any_content_is_a_configuration_or_a_told_fault(file: Path, content: bytes):
    file.write_bytes(content)

    fault = told(file, {})

    assert fault is None or fault.startswith(f"{file}: ")


def told(file: Path, environment: Mapping[str, str]) -> str | None:
    """What is told of a faulty configuration; `None` where it is good."""
    try:
        config = read_config(file, environment)
    except ConfigError as fault:
        return str(fault)
    assert isinstance(config, Config)
    return None

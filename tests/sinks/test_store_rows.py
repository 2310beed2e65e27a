"""Rows of the store give back the records they were made from."""

import string

from hypothesis import given
from hypothesis import strategies as st

from bandmate.domain.records import EventRecord, SampleQuantity, SampleRecord
from bandmate.sinks.store_rows import SAMPLES, from_row, to_row
from sinks.records import samples

TIMES_NS = st.integers(0, 2**62)
NAMES = st.text(string.ascii_lowercase + string.digits + "_-", min_size=1, max_size=20)
EVENT_NAMES = NAMES.filter(lambda name: name not in SAMPLES)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(NAMES, TIMES_NS, st.dictionaries(st.text(), JSON, max_size=8), EVENT_NAMES)
def test_an_event_comes_back(session: str, ts_ns: int, fields: dict[str, object], name: str):
    record = EventRecord(session, ts_ns, fields | {"event": name, "band": "left"})

    assert from_row(to_row(record)) == record


@given(
    NAMES,
    NAMES,
    st.lists(
        st.tuples(TIMES_NS, st.floats(allow_nan=False, allow_infinity=False)),
        max_size=50,
        unique_by=lambda pair: pair[0],
    ),
    st.sampled_from(["force", "angle"]),
)
def test_samples_come_back_to_the_last_bit(
    session: str, band: str, pairs: list[tuple[int, float]], quantity: SampleQuantity
):
    pairs.sort()
    ts_ns, values = tuple(t for t, _ in pairs), tuple(x for _, x in pairs)
    record = SampleRecord(session, band, "", ts_ns, values, quantity)

    assert from_row(to_row(record)) == record


def test_a_second_of_samples_is_small():
    assert len(to_row(samples(1)).body) < 100 * 8

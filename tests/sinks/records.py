"""Records for the tests of the sinks."""

from bandmate.domain.records import EventRecord, SampleRecord

T0_NS = 1_790_000_000_000_000_000
"""A moment in September 2026, UTC."""


def event(n: int, name: str = "rep", **fields: object) -> EventRecord:
    """The `n`th event of a session: a second after the one before."""
    body: dict[str, object] = {
        "event": name,
        "id": f"e{n}",
        "band": "left",
        "exercise": "free_reps",
        "set": 1,
        "t_s": float(n),
        "emitted_s": float(n),
    }
    return EventRecord("s1", T0_NS + n * 1_000_000_000, body | fields)


def samples(n: int, count: int = 100, band: str = "left") -> SampleRecord:
    """The `n`th second of a band's samples, `count` of them evenly spaced, from 20 N upward."""
    step_ns = 1_000_000_000 // count
    first_ns = T0_NS + n * 1_000_000_000
    return SampleRecord(
        session="s1",
        band=band,
        exercise="free_reps",
        ts_ns=tuple(first_ns + i * step_ns for i in range(count)),
        values=tuple(20.0 + i * 0.1 for i in range(count)),
    )

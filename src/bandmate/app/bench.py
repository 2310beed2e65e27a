"""The bench: how quick bandmate is on this machine, each figure beside a reference."""

from collections.abc import Callable, Iterator

from bandmate.app.bench_decision import decision_rows
from bandmate.app.bench_decode import decode_rows
from bandmate.app.bench_detector import detector_rows
from bandmate.app.bench_kernels import kernel_rows
from bandmate.app.bench_match import match_rows
from bandmate.app.bench_motion import motion_rows
from bandmate.app.bench_mqtt import mqtt_rows
from bandmate.app.bench_rows import Row

ROUNDS_N = 31
"""Each figure is the median of so many rounds."""

_PARTS: tuple[Callable[[int], list[Row]], ...] = (
    decode_rows,
    match_rows,
    kernel_rows,
    motion_rows,
    detector_rows,
    decision_rows,
    mqtt_rows,
)


def bench() -> Iterator[Row]:
    """The rows of the table, as they are measured.

    Raises:
        SinkUnavailableError: The broker does not start or take the sink.
    """
    for part in _PARTS:
        yield from part(ROUNDS_N)

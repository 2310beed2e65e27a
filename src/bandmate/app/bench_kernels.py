"""What a reading costs in the detectors alone, beside a loop that does nothing and one in numba."""

from collections.abc import Sequence

from bandmate.app.bench_numba import zig_zag_by_numba
from bandmate.app.bench_rows import Row, cost_rows, missing
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.holds import HoldMachine, HoldSettings
from bandmate.signal.reps import RepMachine, RepSettings
from bandmate.sim.person import Movement, hold, noisy, reps

Packet = tuple[Sequence[float], Sequence[float]]
"""Times and readings, as many of one as of the other."""

RISE_N = 14.0
PULLS = reps(10, 4.0, RISE_N, 5.0)
HOLD = hold(45.0, 40.0)
_RATE_HZ = 80.0
PACKET_N = 10


def kernel_rows(rounds_n: int) -> list[Row]:
    """Microseconds a reading: filters, noise, and repetitions or holds."""
    pulls, held = packets_of(PULLS), packets_of(HOLD)
    by_numba = zig_zag_by_numba(pulls, RISE_N)
    return [
        *cost_rows(
            f"repetitions alone, packets of {PACKET_N}",
            lambda: count_reps(pulls),
            {
                "an empty loop over the readings": lambda: _pass(pulls),
                missing("numba") if by_numba is None else "filters and zig-zag in numba": by_numba,
            },
            readings_n=sum(len(t_s) for t_s, _ in pulls),
            rounds_n=rounds_n,
        ),
        *cost_rows(
            f"holds alone, packets of {PACKET_N}",
            lambda: seconds_held(held),
            {"an empty loop over the readings": lambda: _pass(held)},
            readings_n=sum(len(t_s) for t_s, _ in held),
            rounds_n=rounds_n,
        ),
    ]


def packets_of(movement: Movement) -> Sequence[Packet]:
    """What a person does, with a sensor's noise, as the sensor sends it."""
    force_n = noisy(movement.force_n)
    times_s = [n / _RATE_HZ for n in range(round(movement.duration_s * _RATE_HZ))]
    readings = [force_n(t_s) for t_s in times_s]
    return [
        (times_s[at : at + PACKET_N], readings[at : at + PACKET_N])
        for at in range(0, len(times_s), PACKET_N)
    ]


def count_reps(packets: Sequence[Packet]) -> int:
    """How many repetitions our detector finds."""
    signal, machine = Conditioner(), RepMachine(RepSettings(RISE_N, 1.5, 30.0))
    for times_s, readings in packets:
        for t_s, x in zip(times_s, readings, strict=True):
            signal.step(t_s, x)
            machine.step(signal)
    return machine.index


def seconds_held(packets: Sequence[Packet]) -> float:
    """How long our detector finds a pull held in its zone."""
    signal, machine = Conditioner(), HoldMachine(HoldSettings(3.0, 30.0, 65.0))
    for times_s, readings in packets:
        for t_s, x in zip(times_s, readings, strict=True):
            signal.step(t_s, x)
            machine.step(signal)
    return machine.in_zone_s


def _pass(packets: Sequence[Packet]) -> None:
    for times_s, readings in packets:
        for _ in zip(times_s, readings, strict=True):
            pass

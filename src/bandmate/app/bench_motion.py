"""What a reading of a motion sensor costs, from its six axes to repetitions of the limb."""

import math
from collections.abc import Callable, Sequence
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from bandmate.app.bench_kernels import PACKET_N
from bandmate.app.bench_rows import Row, cost_rows, missing
from bandmate.domain.samples import MotionBlock
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.motion_reps import MotionRepMachine
from bandmate.signal.reps import RepSettings
from bandmate.signal.tilt import Tilt
from bandmate.sim.limb import shaky, worn

Numbers = NDArray[np.float64]

RATES_HZ = (50.0, 100.0)
"""A limb is looked at some 25 times a second, so a quicker sensor costs less a reading."""
_COUNT = 20
_PERIOD_S = 4.0
_HEIGHT_DEG = 60.0
_PULL_S = 1.5


def motion_rows(rounds_n: int) -> list[Row]:
    """Microseconds a reading of six axes: direction of gravity, course and repetitions."""
    return [row for rate_hz in RATES_HZ for row in _rows_at(rate_hz, rounds_n)]


def _rows_at(rate_hz: float, rounds_n: int) -> list[Row]:
    blocks = lifts(rate_hz)
    by_numba = turned_by_numba(blocks)
    return cost_rows(
        f"repetitions of a limb, six axes at {rate_hz:.0f} Hz, packets of {PACKET_N}",
        lambda: count_lifts(blocks),
        {
            "an empty loop over the readings": lambda: _pass(blocks),
            missing("numba") if by_numba is None else "gravity and zig-zag in numba": by_numba,
        },
        readings_n=sum(len(block.t_s) for block in blocks),
        rounds_n=rounds_n,
    )


def lifts(rate_hz: float) -> Sequence[MotionBlock]:
    """A limb that is lifted again and again, with a sensor's noise, as the sensor sends it."""
    motion = shaky(worn(lambda t_s: _HEIGHT_DEG * math.sin(math.pi * t_s / _PERIOD_S) ** 2))
    times_s = [n / rate_hz for n in range(round(_COUNT * _PERIOD_S * rate_hz))]
    shown = [motion(t_s) for t_s in times_s]
    return [
        MotionBlock(
            times_s[at : at + PACKET_N][-1],
            times_s[at : at + PACKET_N],
            [one["acc_ms2"] for one in shown[at : at + PACKET_N]],
            [one["gyro_rads"] for one in shown[at : at + PACKET_N]],
        )
        for at in range(0, len(times_s), PACKET_N)
    ]


def count_lifts(blocks: Sequence[MotionBlock]) -> int:
    """How many repetitions our detector finds."""
    tilt, signal, machine = Tilt(), Conditioner(), MotionRepMachine(RepSettings(None))
    for block in blocks:
        for t_s, _ in tilt.readings(block):
            signal.t_s, signal.pose = t_s, tilt.pose
            machine.step(signal)
    return machine.index


def _pass(blocks: Sequence[MotionBlock]) -> None:
    for block in blocks:
        for _ in zip(block.t_s, block.acc_ms2, block.gyro_rads, strict=True):
            pass


def turned_by_numba(blocks: Sequence[MotionBlock]) -> Callable[[], int] | None:
    """What counts turns about a known axis, packet by packet; `None` where numba is missing."""
    try:
        numba = import_module("numba")
    except ModuleNotFoundError:
        return None
    step: Callable[[Numbers, Numbers, Numbers, Numbers], None] = numba.njit(turns)
    arrays = [
        (np.array(block.t_s), np.array(block.acc_ms2), np.array(block.gyro_rads, dtype=float))
        for block in blocks
    ]

    def count() -> int:
        state = np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
        for t_s, acc_ms2, gyro_rads in arrays:
            step(t_s, acc_ms2, gyro_rads, state)
        return int(state[7])

    count()  # it is compiled at its first call
    return count


def turns(t_s: Numbers, acc_ms2: Numbers, gyro_rads: Numbers, state: Numbers) -> None:
    """Follow gravity over one packet and count turns about the x axis by a zig-zag.

    Args:
        t_s: Times.
        acc_ms2: Accelerations, one row a reading.
        gyro_rads: Turn rates alike.
        state: What the packet before left, changed in place: the direction against gravity, the
            time of the last reading, the lowest and highest angle since the last turn, whether it
            rises, and how many turns there were.
    """
    for i in range(len(t_s)):
        step_s = t_s[i] - state[3]
        state[3] = t_s[i]
        x, y, z = state[0], state[1], state[2]
        turn_x, turn_y, turn_z = gyro_rads[i] * -step_s
        x, y, z = (
            x + turn_y * z - turn_z * y,
            y + turn_z * x - turn_x * z,
            z + turn_x * y - turn_y * x,
        )
        size = math.sqrt((acc_ms2[i] ** 2).sum())
        share = step_s / (_PULL_S + step_s) / size
        x, y, z = (
            x + share * (acc_ms2[i, 0] - size * x),
            y + share * (acc_ms2[i, 1] - size * y),
            z + share * (acc_ms2[i, 2] - size * z),
        )
        size = math.sqrt(x * x + y * y + z * z)
        state[0], state[1], state[2] = x / size, y / size, z / size
        angle = math.degrees(math.atan2(state[1], state[2]))
        state[4], state[5] = min(state[4], angle), max(state[5], angle)
        if state[6] and angle <= state[5] - 0.65 * (state[5] - state[4]):
            state[6], state[4], state[7] = 0.0, angle, state[7] + 1.0
        elif not state[6] and angle >= state[4] + 0.25 * _HEIGHT_DEG:
            state[6], state[5] = 1.0, angle

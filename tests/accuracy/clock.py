"""When a reading was taken: our time base beside others on a simulated Bluetooth link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from accuracy.course import Numbers
from bandmate.signal.timebase import DeviceTimebase

INTERVALS_S = (0.0075, 0.030, 0.050, 0.100)
"""Connection intervals."""
RUNS = 8
Waits = Literal["one clock", "two clocks", "chance"]
"""What a packet's wait for the radio follows: the phase of the radio's events to the device's own
clock; the same with events by the host's clock, so that the least wait itself comes and goes
slowly; or chance, up to one interval."""
_PACKETS = 6000
_READINGS = 8
_HZ = 80.0
_TICK_S = 1e-6
_BITS = 32
_SETTLED_S = 10.0
_HALF_TIME_S = 90.0


@dataclass(frozen=True, slots=True)
class Link:
    """Packets that arrived, in order.

    Attributes:
        device_s: What the device stamped on each packet's newest reading.
        true_s: When it was taken.
        arrival_s: When the packet arrived.
    """

    device_s: Numbers
    true_s: Numbers
    arrival_s: Numbers


def link(seed: int, interval_s: float, waits: Waits = "one clock") -> Link:
    """Ten minutes: 8 readings a packet, retransmissions, stalls, losses and a drifting clock."""
    rng = np.random.default_rng([seed, round(interval_s * 1e4)])
    device_s = (np.arange(_PACKETS) + 1) * _READINGS / _HZ
    true_s = device_s * (1 + rng.uniform(-60e-6, 60e-6)) + 5.0
    phase_s = rng.uniform(0.0, interval_s)
    retries = rng.geometric(0.95, _PACKETS) - 1
    wait_s = {
        "one clock": (phase_s - device_s) % interval_s,
        "two clocks": (phase_s - true_s) % interval_s,
        "chance": rng.uniform(0.0, interval_s, _PACKETS),
    }[waits]
    sent_s = true_s + wait_s + retries * interval_s
    stall_s = np.where(rng.random(_PACKETS) < 0.003, rng.uniform(0.05, 0.3, _PACKETS), 0.0)
    arrival_s = sent_s + stall_s + rng.exponential(0.001, _PACKETS) + 0.002
    arrived = rng.random(_PACKETS) >= 0.01
    return Link(device_s[arrived], true_s[arrived], np.maximum.accumulate(arrival_s[arrived]))


def ours(of: Link) -> Numbers:
    """The time base of the service."""
    base = DeviceTimebase(_TICK_S, _BITS)
    ticks = np.round(of.device_s / _TICK_S).tolist()
    times = [
        base.step(arrival_s, [tick])[0]
        for arrival_s, tick in zip(of.arrival_s.tolist(), ticks, strict=True)
    ]
    return np.array(times, dtype=float)


def arrival(of: Link) -> Numbers:
    """When it arrived is when it was taken."""
    return of.arrival_s


def least_squares(of: Link) -> Numbers:
    """A line through all arrivals so far, on the device's clock."""
    return _line(of, 1.0)


def forgetting(of: Link) -> Numbers:
    """Recursive least squares that halves the weight of what is 90 s old."""
    return _line(of, 0.5 ** (_READINGS / _HZ / _HALF_TIME_S))


def _line(of: Link, keep: float) -> Numbers:
    times: list[float] = []
    n = sx = sy = sxx = sxy = 0.0
    x0, y0 = of.device_s[0], of.arrival_s[0]
    for x, y in zip((of.device_s - x0).tolist(), (of.arrival_s - y0).tolist(), strict=True):
        n, sx, sy = keep * n + 1, keep * sx + x, keep * sy + y
        sxx, sxy = keep * sxx + x * x, keep * sxy + x * y
        spread = n * sxx - sx * sx
        slope = (n * sxy - sx * sy) / spread if spread > 0 else 1.0
        times.append(float(y0) + (sy - slope * sx) / n + slope * x)
    return np.array(times)


ESTIMATORS: dict[str, Callable[[Link], Numbers]] = {
    "bandmate": ours,
    "arrival time itself": arrival,
    "recursive least squares, 90 s": forgetting,
    "growing least squares": least_squares,
}


@dataclass(frozen=True, slots=True)
class Jitter:
    """Half the width from the 5th to the 95th percentile of the error, milliseconds.

    Attributes:
        settled_ms: After the first 10 s, middle of the runs.
        worst_ms: The same, worst of the runs.
        first_ms: In the first 10 s, middle of the runs.
        step_ms: Largest change of the error from one packet to the next after that.
    """

    settled_ms: float
    worst_ms: float
    first_ms: float
    step_ms: float


def jitter(name: str, interval_s: float, seed: int, waits: Waits = "one clock") -> Jitter:
    """How an estimator does on the link's runs."""
    settled: list[float] = []
    first: list[float] = []
    steps: list[float] = []
    for run in range(RUNS):
        of = link(seed + run, interval_s, waits)
        error_ms = 1e3 * (ESTIMATORS[name](of) - of.true_s)
        late = of.device_s >= _SETTLED_S
        settled.append(_half_width(error_ms[late]))
        first.append(_half_width(error_ms[~late]))
        steps.append(float(np.abs(np.diff(error_ms[late])).max()))
    return Jitter(float(np.median(settled)), max(settled), float(np.median(first)), max(steps))


def _half_width(error_ms: Numbers) -> float:
    low, high = np.percentile(error_ms, [5, 95])
    return float(high - low) / 2

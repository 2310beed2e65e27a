"""The part of the sheet about time: the device's clock, and how late an alert is told."""

from multiprocessing.pool import Pool

import numpy as np

from accuracy import latency
from accuracy.clock import ESTIMATORS, INTERVALS_S, RUNS, Jitter, Waits, jitter
from accuracy.latency import Alerts
from accuracy.markdown import Gate, shown, table
from accuracy.sampled import Sampling

SESSIONS = 20
_OURS = "bandmate"
_HARDER: tuple[Waits, ...] = ("two clocks", "chance")
_RATES_HZ = (80.0, 20.0)
_PACKETS = (1, 10)
_SPIKES = (0.0, 0.01)

_CLOCK = """## When a reading was taken

A simulated Bluetooth link: 8 readings a packet at 80 a second, 5 % of packets sent again, 0.3 %
stalled for 50 to 300 ms, 1 % lost, the device's clock off by up to 60 ppm, the host late by 1 ms on
average; {runs} runs of ten minutes each, seeds {seed} and up. Jitter: half the width from the 5th
to the 95th percentile of the error (a constant delay cannot be seen by anybody). After the first
10 s, middle of the runs:
"""

_HARDER_TEXT = """Two harder links, the same way. *Two clocks*: the radio's events follow the host's
clock, so the least delay itself comes and goes over minutes. *Chance*: each packet waits for up to
one interval, however it falls.
"""

_LATE = """## How late too much pull is told

Sessions of ten gentle pulls on a light band, three of them too hard and two near the limit;
{sessions} sessions each, seeds {seed} and up. From the true crossing to the arrival of the packet
that decided it. Ours waits for 100 ms over the limit (35 N); the rival tells each reading
that comes over 3 kg. *False*: told without a crossing, or again.
"""


def section(pool: Pool, seed: int) -> tuple[str, list[Gate]]:
    """The tables of clocks and alerts, and the gate."""
    waits: tuple[Waits, ...] = ("one clock", *_HARDER)
    tasks: list[tuple[str, float, Waits, int]] = [
        (name, s, w, seed) for w in waits for name in ESTIMATORS for s in INTERVALS_S
    ]
    found: dict[tuple[str, float, Waits], Jitter] = {
        (name, interval_s, w): one
        for (name, interval_s, w, _), one in zip(tasks, pool.map(_jitter, tasks), strict=True)
    }
    worst = max(found[_OURS, interval_s, "one clock"].worst_ms for interval_s in INTERVALS_S)
    gate = Gate("clock", "jitter <= 0.5 ms after 10 s (worst run)", worst / 1e3, 5e-4, "ms.", False)
    plain = {key[:2]: one for key, one in found.items() if key[2] == "one clock"}
    text = [_CLOCK.format(runs=RUNS, seed=seed), _plain(plain), _HARDER_TEXT, _harder(found)]
    text += [_LATE.format(sessions=SESSIONS, seed=seed), _late(pool, seed)]
    return "\n".join(text), [gate]


def _jitter(task: tuple[str, float, Waits, int]) -> Jitter:
    name, interval_s, waits, seed = task
    return jitter(name, interval_s, seed, waits)


def _intervals() -> list[str]:
    return [f"{1000 * interval_s:g} ms" for interval_s in INTERVALS_S]


def _plain(found: dict[tuple[str, float], Jitter]) -> str:
    rows = [
        [
            name,
            *(f"{found[name, interval_s].settled_ms:.2f} ms" for interval_s in INTERVALS_S),
            f"{found[name, 0.03].first_ms:.2f} ms",
            f"{max(found[name, interval_s].step_ms for interval_s in INTERVALS_S):.1f} ms",
        ]
        for name in ESTIMATORS
    ]
    return table(["way", *_intervals(), "first 10 s (30 ms)", "largest step"], rows)


def _harder(found: dict[tuple[str, float, Waits], Jitter]) -> str:
    rows = [
        [f"{waits}: {name}", *(f"{found[name, s, waits].settled_ms:.2f} ms" for s in INTERVALS_S)]
        for waits in _HARDER
        for name in ESTIMATORS
    ]
    return table(["way", *_intervals()], rows)


def _late(pool: Pool, seed: int) -> str:
    cases = [(hz, spikes, packet) for hz in _RATES_HZ for packet in _PACKETS for spikes in _SPIKES]
    groups = [(way, *case) for case in cases for way in _WAYS]
    seeds = range(seed, seed + SESSIONS)
    done = pool.map(_alerts, [(s, *group) for group in groups for s in seeds])
    rows = [
        [_case(hz, spikes, packet), way, *_row(done[i * SESSIONS : (i + 1) * SESSIONS])]
        for i, (way, hz, spikes, packet) in enumerate(groups)
    ]
    return table(["", "way", "told", "false", "mean", "95th percentile", "worst"], rows)


_WAYS = {_OURS: latency.ours, "3 kg threshold": latency.threshold}


def _alerts(task: tuple[int, str, float, float, int]) -> Alerts:
    seed, way, hz, spikes, packet = task
    return _WAYS[way](seed, Sampling(hz=hz, spike_share=spikes), packet)


def _case(hz: float, spikes: float, packet: int) -> str:
    packets = "one by one" if packet == 1 else f"packets of {packet}"
    return f"{hz:.0f} Hz, {packets}{', 1 % spikes' if spikes else ''}"


def _row(of: list[Alerts]) -> list[str]:
    late_s = np.array([s for one in of for s in one.late_s])
    figures = (late_s.mean(), np.quantile(late_s, 0.95), late_s.max())
    return [
        f"{late_s.size} of {sum(one.due for one in of)}",
        str(sum(one.false for one in of)),
        *(shown(float(s), "ms") for s in figures),
    ]

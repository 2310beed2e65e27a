"""One clock for every sensor: device stamps and arrivals to the session clock.

Arrival = device time + offset + delay, and the delay is one-sided: never under a minimum, now and
then far over it. So the offset is read from the *lower envelope* of (arrival - device time), not
from an average. The smallest delay itself cannot be seen: times are late by up to one connection
interval, alike for all sensors of a host.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_LATE_S = 2.0
"""A small step back is a packet that comes late or twice; a larger one is a restarted clock."""
_STALL_S = 30.0
"""A radio keeps no packet longer than this: what seems older has another clock."""
_RECENT = 512
"""Stamps remembered to tell a repeated reading from a late one."""
_BLOCK_S = 2.0
_BLOCKS = 60
_SKEW_BLOCKS = 6
_MOST_SKEW = 300e-6
_BASE_QUANTILE = 0.1
_MOST_SLEW = 0.002
"""Seconds the mapping may move in a second, once it has settled."""


class CounterUnwrapper:
    """Turns a wrapping device counter into one that only rises, and finds restarts.

    Args:
        bits: Width of the counter.
        late_ticks: A step back of up to this much is late or repeated data, not a restart.
    """

    def __init__(self, bits: int, late_ticks: int) -> None:
        self._range = 1 << bits
        self._late_ticks = late_ticks
        self._raw: float | None = None
        self._ticks: float = 0
        self.epoch = 0
        """Counts the restarts of the device's clock."""

    def step(self, raw: float) -> float | None:
        """The unwrapped counter; `None` for a reading that was already passed (late, repeated).

        A step across the end of the range is a wrap only from the top quarter to the bottom one;
        any other jump back beyond the late window begins a new epoch.
        """
        before, self._raw = self._raw, raw
        if before is None:
            self._ticks = raw
            return raw
        forward = (raw - before) % self._range
        backward = (before - raw) % self._range
        if backward <= self._late_ticks:
            self._raw = before
            return None
        quarter = self._range // 4
        wrapped = before >= 3 * quarter and raw < quarter
        if raw < before and not wrapped:
            self.epoch += 1
            self._ticks = raw
        else:
            self._ticks += forward
        return self._ticks


class EnvelopeClock:
    """Maps device seconds to the session clock by the lower envelope of the delay.

    Minima of blocks of 2 s; once there are six, their skew by Theil-Sen within ±300 ppm; the base
    is the 10 % quantile of the de-skewed minima; the result moves by at most 2 ms a second.
    """

    def __init__(self) -> None:
        self._blocks: deque[tuple[float, float]] = deque(maxlen=_BLOCKS)
        self._block_start_s: float | None = None
        self._block_min: tuple[float, float] = (0.0, 0.0)
        self._skew = 0.0
        self._base: float | None = None
        self._offset_s: float | None = None
        self._moved_s = 0.0

    def arrived(self, device_s: float, arrival_s: float) -> None:
        """A packet whose newest reading was stamped `device_s` arrived at `arrival_s`."""
        delay = arrival_s - device_s
        if self._block_start_s is None:
            self._block_start_s, self._block_min = device_s, (device_s, delay)
        elif delay < self._block_min[1]:
            self._block_min = (device_s, delay)
        if device_s - self._block_start_s >= _BLOCK_S:
            self._blocks.append(self._block_min)
            self._block_start_s, self._block_min = device_s, (device_s, delay)
            self._estimate()
        self._follow(device_s)

    def session_s(self, device_s: float) -> float:
        """A device time on the session clock.

        Raises:
            RuntimeError: No packet has `arrived` yet.
        """
        if self._offset_s is None:
            raise RuntimeError("session_s before the first arrived")
        return device_s + self._offset_s

    def delay_s(self, device_s: float, arrival_s: float) -> float:
        """How late a packet stamped `device_s` arrived, beyond the smallest delay; 0 at first."""
        return 0.0 if self._offset_s is None else arrival_s - self.session_s(device_s)

    def _estimate(self) -> None:
        blocks = self._blocks
        if len(blocks) >= _SKEW_BLOCKS:
            half = len(blocks) // 2
            slopes = [
                (blocks[i + half][1] - blocks[i][1]) / (blocks[i + half][0] - blocks[i][0])
                for i in range(len(blocks) - half)
            ]
            self._skew = min(max(median(slopes), -_MOST_SKEW), _MOST_SKEW)
        level = sorted(delay - self._skew * t for t, delay in blocks)
        self._base = level[int(_BASE_QUANTILE * len(level))]

    def _follow(self, device_s: float) -> None:
        if self._base is None or self._offset_s is None:
            # The first block: nothing to compare with, so the best packet so far counts at once.
            self._offset_s = self._block_min[1]
        else:
            most = _MOST_SLEW * max(device_s - self._moved_s, 0.0)
            step = self._base + self._skew * device_s - self._offset_s
            self._offset_s += min(max(step, -most), most)
        self._moved_s = device_s


@dataclass(slots=True)
class TimeCounts:
    """What the time base had to drop or noticed, since the start."""

    duplicate: int = 0
    late: int = 0
    restarts: int = 0


class DeviceTimebase:
    """Session times from stamps of a wrapping device clock.

    Args:
        tick_s: Seconds per tick.
        bits: Width of the counter.
    """

    def __init__(self, tick_s: float, bits: int) -> None:
        self._tick_s = tick_s
        self._bits = bits
        self.counts = TimeCounts()
        self._last_s = float("-inf")
        self.restart()

    def restart(self) -> None:
        """The stream (re)started: the device's clock begins anew. Session times still only rise."""
        late_ticks = min(int(_LATE_S / self._tick_s), (1 << self._bits) // 4)
        self._counter = CounterUnwrapper(self._bits, late_ticks)
        self._clock = EnvelopeClock()
        self._recent: deque[float] = deque(maxlen=_RECENT)

    def step(self, arrival_s: float, ticks: Sequence[float]) -> list[float | None]:
        """Session times of one packet's readings; `None` for readings to drop.

        They never decrease, and none is later than the packet's arrival.

        Args:
            arrival_s: When the packet arrived, session clock.
            ticks: The stamps, oldest first, as the wire has them.
        """
        device_s = [self._device_s(raw) for raw in ticks]
        newest_s = next((t for t in reversed(device_s) if t is not None), None)
        if newest_s is None:
            return device_s
        if not -_LATE_S <= self._clock.delay_s(newest_s, arrival_s) <= _STALL_S:
            self._new_clock()
        self._clock.arrived(newest_s, arrival_s)
        return [
            None if t is None else self._in_order(min(self._clock.session_s(t), arrival_s))
            for t in device_s
        ]

    def _device_s(self, raw: float) -> float | None:
        epoch = self._counter.epoch
        value = self._counter.step(raw)
        if self._counter.epoch != epoch:
            self._new_clock()
        if value is None:
            if raw in self._recent:
                self.counts.duplicate += 1
            else:
                self.counts.late += 1
            return None
        self._recent.append(raw)
        return value * self._tick_s

    def _new_clock(self) -> None:
        """The device's clock was set or began anew: what is known of it is void."""
        self.counts.restarts += 1
        self._clock = EnvelopeClock()

    def _in_order(self, t_s: float) -> float:
        self._last_s = max(t_s, self._last_s)
        return self._last_s


class ArrivalTimebase:
    """Session times for sensors that stamp nothing: approximate, from arrivals alone.

    The readings of a packet are spread over the time since the packet before, never later than
    the arrival, and no wider than the nominal rate allows.
    """

    def __init__(self, nominal_hz: float | None) -> None:
        self._most_step_s = None if nominal_hz is None else 1 / nominal_hz
        self.counts = TimeCounts()
        self._arrival_s: float | None = None

    def restart(self) -> None:
        """The stream (re)started."""
        self._arrival_s = None

    def step(self, arrival_s: float, count: int) -> list[float]:
        """Session times of the `count` readings of one packet."""
        before, self._arrival_s = self._arrival_s, arrival_s
        step_s = self._most_step_s or 0.0
        if before is not None and count:
            spread_s = (arrival_s - before) / count
            step_s = spread_s if self._most_step_s is None else min(spread_s, self._most_step_s)
        return [arrival_s - step_s * (count - 1 - i) for i in range(count)]

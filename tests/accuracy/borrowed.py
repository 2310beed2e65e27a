"""What is used of scipy, with types."""

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accuracy.course import Numbers

Places = NDArray[np.intp]
"""Indices into a signal."""

_signal: Any = import_module("scipy.signal")
_ndimage: Any = import_module("scipy.ndimage")


def low_passed(y: Numbers, hz: float, rate_hz: float) -> Numbers:
    """A Butterworth filter of second order, there and back: no delay. Columns are signals."""
    return _signal.sosfiltfilt(_signal.butter(2, hz, fs=rate_hz, output="sos"), y, axis=0)


def peaks(
    y: Numbers,
    *,
    prominence: float | None = None,
    height: float | None = None,
    distance: float | None = None,
) -> Places:
    """`scipy.signal.find_peaks`."""
    found: Places = _signal.find_peaks(y, prominence=prominence, height=height, distance=distance)[
        0
    ]
    return found


def edges(y: Numbers, at: Places, down: float) -> tuple[Numbers, Numbers]:
    """Where a signal falls by a share of its peaks' prominence, before and after each."""
    _, _, left, right = _signal.peak_widths(y, at, rel_height=down)
    return left, right


def own_correlation(y: Numbers) -> Numbers:
    """How like a signal is to itself, so many places later."""
    return _signal.correlate(y, y, mode="full", method="fft")[y.size - 1 :]


def running_median(y: Numbers, places: int) -> Numbers:
    """The median about each place."""
    return _ndimage.median_filter(y, places, mode="nearest")


def running_minimum(y: Numbers, places: int) -> Numbers:
    """The least about each place."""
    return _ndimage.minimum_filter1d(y, places, mode="nearest")

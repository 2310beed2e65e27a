"""Other ways to count with a motion sensor, as they are commonly done; all look ahead."""

from collections.abc import Callable, Sequence

import numpy as np

from accuracy import borrowed
from accuracy.course import Numbers
from accuracy.rivals import Bump, bumps, spaced_peaks
from bandmate.domain.samples import Vector

_EVEN_HZ = 25.0
_MAGNITUDE_HZ = 1.0
_SMOOTH_HZ = 2.0
_PROMINENCE = 0.5
_REST_S = 1.0

Way = Callable[[Sequence[float], Sequence[Vector]], list[Bump]]
"""Times and accelerations of a whole set."""


def magnitude(t_s: Sequence[float], acc: Sequence[Vector]) -> list[Bump]:
    """Maxima over the mean of the low-passed size of the acceleration."""
    t, xyz = _even(t_s, acc)
    y = borrowed.low_passed(np.linalg.norm(xyz, axis=1), _MAGNITUDE_HZ, _EVEN_HZ)
    return bumps(t, y, borrowed.peaks(y, height=float(y.mean())))


def autocorrelation(t_s: Sequence[float], acc: Sequence[Vector]) -> list[Bump]:
    """The period of the acceleration's main direction, then the peaks that are spaced so."""
    t, xyz = _even(t_s, acc)
    xyz = borrowed.low_passed(xyz, _SMOOTH_HZ, _EVEN_HZ)
    centred = xyz - xyz.mean(axis=0)
    main = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    y = centred @ main
    y = y if np.median(y) <= 0 else -y  # at rest for longer than at the top
    return bumps(t, y, spaced_peaks(y))


def tilt_peaks(t_s: Sequence[float], acc: Sequence[Vector]) -> list[Bump]:
    """`find_peaks` by prominence on the angle between the low-passed acceleration and its first."""
    t, xyz = _even(t_s, acc)
    xyz = borrowed.low_passed(xyz, _SMOOTH_HZ, _EVEN_HZ)
    xyz /= np.linalg.norm(xyz, axis=1, keepdims=True)
    rest = xyz[t <= t[0] + _REST_S].mean(axis=0)
    y = np.degrees(np.arccos(np.clip(xyz @ rest / np.linalg.norm(rest), -1.0, 1.0)))
    low, high = np.percentile(y, [5, 95])
    return bumps(t, y, borrowed.peaks(y, prominence=_PROMINENCE * float(high - low)))


def _even(t_s: Sequence[float], acc: Sequence[Vector]) -> tuple[Numbers, Numbers]:
    t = np.arange(t_s[0], t_s[-1], 1 / _EVEN_HZ)
    xyz = np.array(acc, dtype=float)
    return t, np.stack([np.interp(t, t_s, xyz[:, i]) for i in range(3)], axis=1)


MOTION: dict[str, Way] = {
    "size of acceleration, maxima": magnitude,
    "autocorrelation": autocorrelation,
    "find_peaks on tilt": tilt_peaks,
}
"""The rivals on a motion sensor."""

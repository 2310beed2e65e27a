"""SPARC: how smooth a movement is, by the arc length of its speed's spectrum.

After Balasubramanian, Melendez-Calderon, Roby-Brami and Burdet (2015), doi
10.1186/s12984-015-0090-9. Of a turn rate it is an established measure; of the rate of a force its
authors call it an intuition that is to be verified.
"""

import numpy as np
from numpy.typing import NDArray

CUTOFF_HZ = 10.0
"""What is faster is no movement of a limb."""
AMPLITUDE_SHARE = 0.05
"""Of the spectrum's largest part: smaller ones at its upper end do not count."""
_FINER = 4
"""The record is padded with zeros to at least 2 to this power times its length."""


def sparc(speed: NDArray[np.float64], rate_hz: float) -> float | None:
    """Spectral arc length of one movement's speed; `None` where nothing moves.

    Args:
        speed: At even times, of one movement alone.
        rate_hz: How often.

    Returns:
        Without a unit, below -1; nearer to zero is smoother. Neither height nor length of the
        movement change it.
    """
    length = 1 << (int(np.ceil(np.log2(max(speed.size, 1)))) + _FINER)
    spectrum = np.abs(np.fft.rfft(speed, length))
    largest = spectrum.max()
    if not largest > 0:
        return None
    hz = np.fft.rfftfreq(length, 1 / rate_hz)
    share = spectrum[hz <= CUTOFF_HZ] / largest
    counted = np.flatnonzero(share >= AMPLITUDE_SHARE)
    share = share[counted[0] : counted[-1] + 1]
    if share.size < 2:
        return None
    return -float(np.hypot(1 / (share.size - 1), np.diff(share)).sum())

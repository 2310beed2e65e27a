"""A sensor worn on a limb that turns about a joint: what its accelerometer and gyroscope show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bandmate.domain.samples import Vector
from bandmate.units import STANDARD_GRAVITY_MS2

Numbers = NDArray[np.float64]
Pose = Callable[[Numbers], Numbers]
"""The limb's angle in degrees at times in seconds."""

_SMALL_S = 1e-4


def lifts(count: int, height_deg: float, period_s: float, lead_s: float = 3.0) -> Pose:
    """Lifts from rest and back, one after the other."""

    def pose(t: Numbers) -> Numbers:
        u = (t - lead_s) / period_s
        inside = (u >= 0) & (u < count)
        return np.where(inside, height_deg * 0.5 * (1 - np.cos(2 * np.pi * u)), 0.0)

    return pose


def still(t: Numbers) -> Numbers:
    """Nothing moves."""
    return np.zeros_like(t)


def mounting(seed: int) -> Numbers:
    """The sensor's axes in the limb's, by chance: a rotation matrix."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return q * np.sign(np.linalg.det(q))


@dataclass(frozen=True)
class Sensor:
    """How the sensor is worn and how good it is.

    Attributes:
        hz: Readings a second.
        axes: Its axes in the limb's.
        lever_m: How far from the joint it is worn.
        acc_noise_ms2: Noise of the accelerometer, standard deviation.
        gyro_noise_rads: Noise of the gyroscope.
        gyro_bias_rads: What the gyroscope shows at rest, on each axis.
        has_gyro: Whether there is one.
        seed: Of the noise.
    """

    hz: float
    axes: Numbers
    lever_m: float = 0.3
    acc_noise_ms2: float = 0.05
    gyro_noise_rads: float = 0.005
    gyro_bias_rads: float = 0.0
    has_gyro: bool = True
    seed: int = 1

    def readings(
        self, pose: Pose, length_s: float
    ) -> tuple[list[float], list[Vector], Sequence[Vector | None]]:
        """Times, accelerations and turn rates of a limb that turns about a level axis."""
        t = np.arange(round(length_s * self.hz) + 1) / self.hz
        angle, rate = np.radians(pose(t)), _slope(lambda at: np.radians(pose(at)), t)
        sideways, upward = _slope(lambda at: _slope(self._place(pose), at), t)
        upward = upward + STANDARD_GRAVITY_MS2
        cos, sin = np.cos(angle), np.sin(angle)
        # The limb's x points along it, its y along the joint's axis; at rest it lies level.
        acc = np.stack(
            [cos * sideways + sin * upward, np.zeros_like(t), cos * upward - sin * sideways]
        )
        gyro = np.stack([np.zeros_like(t), -rate, np.zeros_like(t)])
        noise = np.random.default_rng(self.seed)
        acc = self.axes.T @ acc + noise.normal(0, self.acc_noise_ms2, acc.shape)
        gyro = self.axes.T @ gyro + noise.normal(0, self.gyro_noise_rads, gyro.shape)
        gyro = gyro + self.gyro_bias_rads
        turns = _vectors(gyro) if self.has_gyro else [None] * t.size
        return t.tolist(), _vectors(acc), turns

    def _place(self, pose: Pose) -> Callable[[Numbers], Numbers]:
        """Where it is: sideways and upward of the joint, metres."""

        def place(t: Numbers) -> Numbers:
            angle = np.radians(pose(t))
            return self.lever_m * np.stack([np.cos(angle), np.sin(angle)])

        return place


def _slope(of: Callable[[Numbers], Numbers], t: Numbers) -> Numbers:
    return (of(t + _SMALL_S) - of(t - _SMALL_S)) / (2 * _SMALL_S)


def _vectors(columns: Numbers) -> list[Vector]:
    return [(x, y, z) for x, y, z in columns.T.tolist()]

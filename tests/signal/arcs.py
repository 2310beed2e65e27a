"""Poses of a limb for the tests of the motion kernels: arcs in any direction, at any time."""

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from bandmate.signal.conditioner import Conditioner
from bandmate.signal.motion_reps import MotionRepMachine
from bandmate.signal.movement import Movement, RepFinding
from bandmate.signal.pose import Pose
from engine.limb import mounting

Angle = Callable[[float], float]
"""Degrees along an arc, by time in seconds."""


def arc(angle_deg: float, seed: int = 0, beside_deg: float = 0.0) -> Pose:
    """The pose so far along an arc of the sphere; which arc is drawn by `seed`."""
    a, b = math.radians(angle_deg), math.radians(beside_deg)
    x, y, z = mounting(seed) @ (
        math.cos(b) * math.cos(a),
        math.cos(b) * math.sin(a),
        math.sin(b),
    )
    return float(x), float(y), float(z)


def poses(
    angle: Angle, length_s: float, hz: float = 25.0, seed: int = 0
) -> list[tuple[float, Pose]]:
    """Times and poses of a movement along one arc, with a degree of noise."""
    draw = np.random.default_rng(seed)
    times = np.arange(round(length_s * hz)) / hz
    return [
        (float(t), arc(angle(t) + draw.normal(0, 0.3), seed, draw.normal(0, 0.3))) for t in times
    ]


def raised(count: int, height_deg: float, period_s: float, lead_s: float = 2.0) -> Angle:
    """Raised cosines, one after the other, then rest."""

    def angle(t_s: float) -> float:
        u = (t_s - lead_s) / period_s
        return height_deg * 0.5 * (1 - math.cos(2 * math.pi * u)) if 0 <= u < count else 0.0

    return angle


def stepped(machine: MotionRepMachine, readings: Iterable[tuple[float, Pose]]) -> list[RepFinding]:
    """All that a machine finds in poses."""
    signal = Conditioner()
    found: list[RepFinding] = []
    t_s = 0.0
    for t_s, pose in readings:
        signal.step(t_s, 0.0)
        signal.pose = pose
        found.extend(machine.step(signal))
    return [*found, *machine.abort(t_s)]


def counted(found: Sequence[RepFinding]) -> list[Movement]:
    """The movements among them."""
    return [finding for finding in found if isinstance(finding, Movement)]

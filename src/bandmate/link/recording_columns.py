"""The header of a plain recording: which column holds what, and in which unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from bandmate.domain.samples import Vector
from bandmate.errors import InputError
from bandmate.units import MOTION_PER, NEWTON_PER

ARBITRARY: Final = "force_au"
"""The column whose unit says nothing: only the shape of the readings does."""
_NEWTON_PER: Final = {
    "force_n": NEWTON_PER["N"],
    "force_kg": NEWTON_PER["kg"],
    "force_lb": NEWTON_PER["lb"],
    ARBITRARY: 1.0,
}
_ACC_UNITS, _GYRO_UNITS = ("ms2", "g"), ("rads", "dps")
_MOTION = tuple(
    f"{kind}_{axis}_{unit}"
    for kind, units in (("acc", _ACC_UNITS), ("gyro", _GYRO_UNITS))
    for unit in units
    for axis in "xyz"
)
_KNOWN = ("t_s", *_NEWTON_PER, *_MOTION, "band", "command")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers.

    Attributes:
        name: Its name in the header.
        place: Which field of a row it is.
        per_unit: What one of its unit is worth in ours.
    """

    name: str
    place: int
    per_unit: float = 1.0

    def number(self, fields: Sequence[str]) -> float | None:
        """What a row holds here, in our unit; `None`: it is missing.

        Raises:
            ValueError: It is no number.
        """
        text = fields[self.place].strip()
        if not text:
            return None
        try:
            # Digit groups with "_" are Python's own: elsewhere they are no number.
            return float(text.replace("_", "?")) * self.per_unit
        except ValueError as error:
            raise ValueError(f"{self.name} is {text!r}, not a number") from error


@dataclass(frozen=True, slots=True)
class Axes:
    """The three columns of a vector."""

    x: Column
    y: Column
    z: Column

    def vector(self, fields: Sequence[str]) -> Vector | None:
        """What a row holds here, in our unit; `None`: an axis is missing.

        Raises:
            ValueError: An axis is no number.
        """
        x, y, z = self.x.number(fields), self.y.number(fields), self.z.number(fields)
        return None if x is None or y is None or z is None else (x, y, z)


@dataclass(frozen=True, slots=True)
class Columns:
    """What a recording holds, and where.

    Attributes:
        count: Fields of a row.
        t_s: The time, seconds.
        force: The pull, newton or arbitrary; `None` where there is none, as for the others.
        acc_ms2: The acceleration.
        gyro_rads: The turn rate; only beside an acceleration.
        band: Which field names the sensor.
        command: Which field holds what a person did.
    """

    count: int
    t_s: Column
    force: Column | None
    acc_ms2: Axes | None
    gyro_rads: Axes | None
    band: int | None
    command: int | None


def read_header(path: Path, header: Sequence[str]) -> Columns:
    """Make sense of a header.

    Args:
        path: The recording.
        header: The fields of its first line.

    Raises:
        InputError: It is no header of a recording; the message names the file and what is wrong.
    """
    names = [name.strip() for name in header]
    _refuse_unknown(path, names)
    forces = [name for name in names if name in _NEWTON_PER]
    acc = _axes(path, names, "acc", "acceleration", _ACC_UNITS)
    gyro = _axes(path, names, "gyro", "turn rate", _GYRO_UNITS)
    if gyro is not None and acc is None:
        raise InputError(
            f"{path}:1: a turn rate without an acceleration shows no movement",
            hint="The columns acc_x_ms2, acc_y_ms2 and acc_z_ms2 are needed too.",
        )
    if len(forces) > 1 or not (forces or acc):
        raise InputError(
            f"{path}:1: exactly one column of {', '.join(_NEWTON_PER)} is needed, "
            f"there {'are ' + ', '.join(forces) if forces else 'is none'}",
            hint="" if forces else "Or, of a motion sensor, acc_x_ms2, acc_y_ms2 and acc_z_ms2.",
        )
    return Columns(
        count=len(names),
        t_s=Column("t_s", names.index("t_s")),
        force=Column(forces[0], names.index(forces[0]), _NEWTON_PER[forces[0]]) if forces else None,
        acc_ms2=acc,
        gyro_rads=gyro,
        band=names.index("band") if "band" in names else None,
        command=names.index("command") if "command" in names else None,
    )


def _refuse_unknown(path: Path, names: Sequence[str]) -> None:
    if not names:
        raise InputError(f"{path}:1: there is no header", hint="Begin with a line t_s,force_n.")
    for name in names:
        if name not in _KNOWN:
            near = get_close_matches(name, _KNOWN, n=1)
            meant = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(_KNOWN)}."
            raise InputError(f"{path}:1: unknown column {name!r}", hint=meant)
        if names.count(name) > 1:
            raise InputError(f"{path}:1: column {name!r} is there twice")
    if "t_s" not in names:
        raise InputError(f"{path}:1: there is no column t_s", hint="Times in seconds are required.")


def _axes(
    path: Path, names: Sequence[str], kind: str, called: str, units: Sequence[str]
) -> Axes | None:
    """The columns of a vector, all three in one unit; `None` where there is none of them."""
    given = [name for name in names if name.startswith(f"{kind}_")]
    if not given:
        return None
    for unit in units:
        axes = [f"{kind}_{axis}_{unit}" for axis in "xyz"]
        if sorted(given) == axes:
            return Axes(*(Column(name, names.index(name), MOTION_PER[unit]) for name in axes))
    raise InputError(
        f"{path}:1: the {called} needs its three axes in one unit, "
        f"there {'is' if len(given) == 1 else 'are'} {', '.join(given)}",
        hint=f"Such as {', '.join(f'{kind}_{axis}_{units[0]}' for axis in 'xyz')}.",
    )

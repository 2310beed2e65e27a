"""Plain recordings of worn sensors and pulls, written row by row."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bandmate.domain.samples import Vector
from engine.limb import Pose, Sensor

ACC = ("acc_x_ms2", "acc_y_ms2", "acc_z_ms2")
GYRO = ("gyro_x_rads", "gyro_y_rads", "gyro_z_rads")

Row = dict[str, object]
"""Fields by column; what is left out is empty."""


def worn(
    sensor: Sensor,
    pose: Pose,
    length_s: float,
    band: str = "left",
    *,
    acc: tuple[Sequence[str], float] = (ACC, 1.0),
    gyro: tuple[Sequence[str], float] = (GYRO, 1.0),
) -> list[Row]:
    """The rows of a worn sensor.

    Args:
        sensor: How it is worn.
        pose: What the limb does.
        length_s: For how long.
        band: What it is called.
        acc: The columns of the acceleration, and the size of their unit in m/s².
        gyro: The same of the turn rate, in rad/s.
    """
    rows: list[Row] = []
    for t_s, acc_ms2, gyro_rads in zip(*sensor.readings(pose, length_s), strict=True):
        row: Row = {"t_s": t_s, "band": band, **_fields(acc, acc_ms2)}
        rows.append(row if gyro_rads is None else {**row, **_fields(gyro, gyro_rads)})
    return rows


def pulled(times: Iterable[float], forces: Iterable[float], band: str) -> list[Row]:
    """The rows of a force sensor."""
    pairs = zip(times, forces, strict=True)
    return [{"t_s": t_s, "band": band, "force_n": force_n} for t_s, force_n in pairs]


def written(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write rows in the order of their times, with the columns that they need."""
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    # Stable: rows of one time stay as they are.
    lines = [
        ",".join(str(row.get(name, "")) for name in columns)
        for row in sorted(rows, key=lambda row: float(str(row["t_s"])))
    ]
    path.write_text("\n".join([",".join(columns), *lines]) + "\n", encoding="utf-8")
    return path


def _fields(columns: tuple[Sequence[str], float], vector: Vector) -> Row:
    names, unit = columns
    return {name: x / unit for name, x in zip(names, vector, strict=True)}

"""Plain CSV recordings: what is read, and what is refused with file and line."""

import codecs
import gzip
import math
from pathlib import Path

import pytest

from bandmate.domain.samples import Vector
from bandmate.errors import InputError
from bandmate.link.recording_csv import CsvRow, read_csv

ACC, GYRO = "acc_x_ms2,acc_y_ms2,acc_z_ms2", "gyro_x_rads,gyro_y_rads,gyro_z_rads"


def recording(tmp_path: Path, content: str | bytes, name: str = "set.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_rows(tmp_path: Path):
    text = (
        "t_s,force_n,band,command\n0,1.5,,\n0.5,,right,stop:tingle\n0.5,nan,left,\n0.5,2,left,ack\n"
    )
    rows = read_csv(recording(tmp_path, text)).rows
    assert rows[:2] == (
        CsvRow(0.0, "left", 1.5, ""),
        CsvRow(0.5, "right", None, "stop:tingle"),
    )
    assert rows[2].force is not None
    assert math.isnan(rows[2].force)
    assert rows[3] == CsvRow(0.5, "left", 2.0, "ack")


def test_bands_in_order_of_appearance(tmp_path: Path):
    text = "t_s,band,force_n\n0,right,1\n0,left,1\n1,right,2\n"
    assert read_csv(recording(tmp_path, text)).bands == ("right", "left")


@pytest.mark.parametrize(
    ("column", "newton"),
    [("force_n", 2.0), ("force_kg", 19.6133), ("force_lb", 8.896443230521), ("force_au", 2.0)],
)
def test_units(tmp_path: Path, column: str, newton: float):
    read = read_csv(recording(tmp_path, f"t_s,{column}\n0,2\n"))
    assert read.rows[0].force == pytest.approx(newton)
    assert read.quantities == {"left": "arbitrary" if column == "force_au" else "force"}


def test_motion_in_its_units(tmp_path: Path):
    text = "acc_z_g,acc_y_g,acc_x_g,t_s,gyro_x_dps,gyro_y_dps,gyro_z_dps\n1,0,-2,0,180,90,0\n"
    (row,) = read_csv(recording(tmp_path, text)).rows
    assert row.acc_ms2 == pytest.approx((-19.6133, 0.0, 9.80665))
    assert row.gyro_rads == pytest.approx((math.pi, math.pi / 2, 0.0))
    assert row.force is None


@pytest.mark.parametrize(
    ("fields", "acc_ms2", "gyro_rads"),
    [
        ("1,2,3,4,5,6", (1, 2, 3), (4, 5, 6)),
        ("1,2,3,,,", (1, 2, 3), None),
        ("1,2,3,4,,6", (1, 2, 3), None),
        ("1,,3,4,5,6", None, (4, 5, 6)),
        (",,,,,", None, None),
    ],
)
def test_a_vector_that_misses_an_axis_is_missing(
    tmp_path: Path, fields: str, acc_ms2: Vector | None, gyro_rads: Vector | None
):
    rows = read_csv(recording(tmp_path, f"t_s,{ACC},{GYRO}\n0,{fields}\n1,1,2,3,4,5,6\n")).rows
    assert rows[0] == CsvRow(0.0, "left", None, "", acc_ms2, gyro_rads)
    assert rows[0].is_reading == (acc_ms2 is not None)


PLAIN = "t_s,force_n\n0,1\n1,2\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        codecs.BOM_UTF8 + PLAIN.encode(),
        gzip.compress(PLAIN.encode()),
        gzip.compress(codecs.BOM_UTF8 + PLAIN.replace("\n", "\r\n").encode()),
        PLAIN.removesuffix("\n"),
        PLAIN + "\n\n",
        't_s , force_n\n"0", 1\n1,"2"\n',
    ],
    ids=["plain", "CRLF", "BOM", "gzip", "all", "no last newline", "blank lines", "quotes"],
)
def test_forms_of_the_same(tmp_path: Path, content: str | bytes):
    rows = read_csv(recording(tmp_path, content)).rows
    assert [(row.t_s, row.force) for row in rows] == [(0.0, 1.0), (1.0, 2.0)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "there is no header"),
        ("\n", 1, "there is no header"),
        ("0,1\n1,2\n", 1, "unknown column '0'"),
        ("t_s,force\n", 1, "Did you mean force_"),
        ("t_s,force_n,force_n\n", 1, "'force_n' is there twice"),
        ("force_n\n1\n", 1, "there is no column t_s"),
        ("t_s,band\n0,left\n", 1, "exactly one column"),
        ("t_s,force_n,force_kg\n", 1, "there are force_n, force_kg"),
        ("t_s,acc_x_g,acc_y_g\n", 1, "acceleration needs its three axes in one unit"),
        ("t_s,force_n,acc_z_ms2\n", 1, "there is acc_z_ms2"),
        ("t_s,acc_x_g,acc_y_g,acc_z_ms2\n", 1, "there are acc_x_g, acc_y_g, acc_z_ms2"),
        (f"t_s,{ACC},acc_x_g,acc_y_g,acc_z_g\n", 1, "acceleration needs its three axes"),
        (f"t_s,{ACC},gyro_x_dps\n", 1, "turn rate needs its three axes in one unit"),
        (f"t_s,{ACC},gyro_x_dps,gyro_y_dps,gyro_z_rads\n", 1, "Such as gyro_x_rads, gyro_y_rads"),
        (f"t_s,{GYRO}\n", 1, "a turn rate without an acceleration shows no movement"),
        (f"t_s,force_n,{GYRO}\n", 1, "a turn rate without an acceleration"),
        (f"t_s,{ACC}\n0,1,2,3\n1,1,2,up\n", 3, "acc_z_ms2 is 'up', not a number"),
        (f"t_s,{ACC},{GYRO}\n0,,,,1,x,2\n", 2, "gyro_y_rads is 'x', not a number"),
        (f"t_s,{ACC}\n0,1,2,3\n1,1,2\n", 3, "3 fields where the header has 4"),
        (f"t_s,{ACC}\n1,1,2,3\n0,1,2,3\n", 3, "t_s goes back from 1 to 0"),
        (f"t_s,force_n,{ACC}\n0,1,,,\n0,,1,2,3\n", 3, "band left holds both force and motion"),
        (f"t_s,force_n,{ACC}\n0,,1,2,3\n0,nan,,,\n", 3, "band left holds both force and motion"),
        (f"t_s,band,force_au,{ACC}\n0,hip,4,1,2,3\n", 2, "band hip holds both force and motion"),
        ("t_s,force_n\n0,1\n1\n", 3, "1 fields where the header has 2"),
        ("t_s,force_n\n0,1\n1,2,3\n", 3, "3 fields where the header has 2"),
        ("t_s,force_n\n0,1\n1,heavy\n", 3, "force_n is 'heavy', not a number"),
        ("t_s,force_n\n0,1_000\n", 2, "not a number"),
        ('t_s,force_n\n0,"1,5"\n', 2, "force_n is '1,5', not a number"),
        ("t_s,force_n\n0,1\n,2\n", 3, "t_s is missing"),
        ("t_s,force_n\n0,1\nnan,2\n", 3, "t_s is nan, not a time"),
        ("t_s,force_n\ninf,2\n", 2, "t_s is inf, not a time"),
        ("t_s,force_n\n0,1\n2,1\n1.5,1\n", 4, "t_s goes back from 2 to 1.5"),
        ("t_s,force_n,band\n0,1,Left Leg\n", 2, "band 'Left Leg'"),
        ('t_s,force_n\n0,1\n1,"' + "9" * 200_000 + '"\n', 3, "field"),
    ],
)
def test_malformed(tmp_path: Path, text: str, line: int, message: str):
    path = recording(tmp_path, text)
    with pytest.raises(InputError) as refused:
        read_csv(path)
    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("t_s,force_n\n", "not one reading"),
        ("t_s,force_n\n0,\n1,\n", "not one reading"),
        (f"t_s,{ACC},{GYRO}\n0,1,2,,4,5,6\n", "not one reading"),
        (PLAIN.encode("utf-16"), "not a text file"),
        (b"\x1f\x8b not gzip at all", "cannot be read"),
        (gzip.compress((PLAIN + "1,2\n" * 9000).encode())[:-40], "cannot be read"),
    ],
    ids=["no rows", "no readings", "no acceleration", "UTF-16", "not gzip", "cut gzip"],
)
def test_unreadable(tmp_path: Path, content: str | bytes, message: str):
    path = recording(tmp_path, content)
    with pytest.raises(InputError, match=message) as refused:
        read_csv(path)
    assert str(path) in str(refused.value)


def test_missing_and_folder(tmp_path: Path):
    with pytest.raises(InputError, match="there is no such file"):
        read_csv(tmp_path / "none.csv")
    with pytest.raises(InputError, match="Is a directory"):
        read_csv(tmp_path)

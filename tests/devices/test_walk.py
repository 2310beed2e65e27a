"""Fields of any kind, one behind the other: what is read, what is kept of a cut frame."""

import math
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bandmate.devices.layout import Field, UnitChoice, UnitFrom
from bandmate.devices.params import Param, Parameters, ParamValue
from bandmate.devices.walk import Walk
from bandmate.devices.wire import WireName
from bandmate.devices.writing import Writer
from bandmate.domain.samples import Decoded, FactValue

UNIT = UnitFrom(
    at=0,
    mask=0x03,
    map={
        "00": UnitChoice(unit="kg", scale=0.5),
        "01": UnitChoice(unit="lb"),
        "02": UnitChoice(unit="kN"),
    },
)
FLAGGED = (
    Field(name="flags", type="u8", hidden=True),
    Field(name="force", type="u16le", unit="N"),
    Field(name="datetime", type="date_time", if_flag=2),
    Field(name="user_id", type="u8", if_flag=4),
)
PARAMS: Mapping[str, Param] = {"zero": Param(text="N"), "per": Param(text="N a step", default=2.0)}


def read(
    fields: Field | Sequence[Field],
    data: bytes | str,
    *,
    exact: bool = False,
    taken: int = 0,
    **given: ParamValue,
) -> Decoded:
    """What the fields hold, in a frame that stands behind a byte of another."""
    data = bytes.fromhex(data) if isinstance(data, str) else data
    fields = [fields] if isinstance(fields, Field) else fields
    walk = Walk(fields, taken, Parameters("it", PARAMS, given), exact=exact)
    return walk.read(b"\xee" + data + b"\xee", 1, len(data))


def fact(kind: WireName, data: bytes | str, width: int | None = None) -> FactValue | None:
    """The one fact, or the error."""
    decoded = read(Field(name="it", type=kind, width=width), data)
    return decoded.facts.get("it", decoded.error)


def test_fields_stand_behind_each_other_or_at_their_place():
    fields = [
        Field(name="one", type="u8"),
        Field(name="two", type="u16be"),
        Field(name="three", type="i8", at=5),
        Field(name="four", type="u8"),
    ]
    assert read(fields, "0100020000ff04").facts == {"one": 1, "two": 2, "three": -1, "four": 4}


def test_the_first_field_stands_behind_the_tag():
    assert read(Field(name="it", type="u8"), "aa05", taken=1).facts == {"it": 5}


def test_a_sample_and_its_stamp_stand_among_facts():
    fields = [
        Field(name="battery_pct", type="u8"),
        Field(name="tick", type="u32le"),
        Field(name="force", type="i16le", unit="N", scale=0.5),
    ]
    decoded = read(fields, "3264000000feff")
    assert decoded == Decoded((-1.0,), (100,), {}, {"battery_pct": 50}, None)


def test_vectors_are_samples_or_facts():
    fields = [
        Field(name="acc", type="i16le", count=3, unit="g", scale=0.5),
        Field(name="calibration", type="f32le", count=2),
    ]
    decoded = read(fields, "020000000100" + "0000803f000000c0")
    assert decoded.motion == {"acc_ms2": ((9.80665, 0.0, 4.903325),)}
    assert decoded.facts == {"calibration": (1.0, -2.0)}


@pytest.mark.parametrize(
    ("data", "facts", "samples", "error"),
    [
        ("00e803", {}, [1000.0], None),
        ("02e803ea070b15010203", {"datetime": "2026-11-21T01:02:03"}, [1000.0], None),
        ("04e80307", {"user_id": 7}, [1000.0], None),
        (
            "06e803ea070b1501020307",
            {"datetime": "2026-11-21T01:02:03", "user_id": 7},
            [1000.0],
            None,
        ),
        ("f8e803", {}, [1000.0], None),
        ("02e803ea070b15", {}, [1000.0], "truncated"),
        ("04e803", {}, [1000.0], "truncated"),
        ("02e803ea070d15010203", {}, [1000.0], "out_of_range"),
        ("06e8030000000000000007", {"user_id": 7}, [1000.0], "out_of_range"),
        ("00e8", {}, [], "truncated"),
        ("", {}, [], "truncated"),
    ],
)
def test_flags_say_what_is_there_and_whole_fields_are_kept(
    data: str, facts: Mapping[str, FactValue], samples: Sequence[float], error: str | None
):
    decoded = read(FLAGGED, data)
    assert (dict(decoded.facts), list(decoded.force_n), decoded.error) == (facts, samples, error)


def test_bytes_behind_the_last_field_spoil_a_frame_that_must_be_exact():
    byte = Field(name="it", type="u8")
    assert read(byte, "01ff") == Decoded(facts={"it": 1})
    assert read(byte, "01ff", exact=True) == Decoded(error="length_mismatch")


@pytest.mark.parametrize(
    ("text", "newton"),
    [
        (b"000.63", 0.63),
        (b"-32.84", -32.84),
        (b"+7", 7.0),
        (b" 505", 505.0),
        (b"12 ", 12.0),
        (b"5.", 5.0),
        (b".5", 0.5),
        (b"007", 7.0),
    ],
)
def test_a_number_is_read_as_instruments_write_it(text: bytes, newton: float):
    assert read(Field(name="force", type="number", unit="N"), text).force_n == (newton,)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"-",
        b".",
        b"1.2.3",
        b"1,5",
        b"0x10",
        b"1e3",
        b"nan",
        b"inf",
        b"1_0",
        b"--1",
        b"\xb2",
    ],
)
def test_what_is_no_number_is_none(text: bytes):
    decoded = read(Field(name="force", type="number", unit="N", width=len(text) or None), text)
    assert decoded == Decoded(error="bad_number" if text else "truncated")


def test_a_number_without_end_is_not_finite():
    assert read(Field(name="force", type="number", unit="N"), b"9" * 400).error == "non_finite"


@pytest.mark.parametrize(
    ("text", "step_n"), [(b"12", 1000.0), (b"12.", 1000.0), (b"12.3", 100.0), (b" 12.30 ", 10.0)]
)
def test_the_last_digit_of_a_load_tells_the_step(text: bytes, step_n: float):
    decoded = read(Field(name="force", type="number", unit="kN"), text)
    assert decoded.facts == {"resolution_n": pytest.approx(step_n)}


@pytest.mark.parametrize(
    ("first", "newton"),
    [("00", 49.03325), ("01", 44.482216), ("02", 10000.0), ("fc", 49.03325)],
)
def test_the_frame_names_the_unit(first: str, newton: float):
    field = Field(name="force", at=1, type="u8", unit_from=UNIT)
    assert read(field, first + "0a").force_n == (pytest.approx(newton),)


def test_a_unit_that_is_not_known_spoils_the_sample_and_not_the_facts():
    fields = [
        Field(name="force", at=1, type="u8", unit_from=UNIT),
        Field(name="battery_pct", at=2, type="u8"),
    ]
    assert read(fields, "030a32") == Decoded(facts={"battery_pct": 50}, error="bad_unit")


def test_what_is_told_in_newton_may_have_the_frames_unit_too():
    field = Field(name="reference_n", at=1, type="u8", unit_from=UNIT)
    assert read(field, "020a").facts == {"reference_n": pytest.approx(10000.0)}


def test_bits_share_a_byte():
    fields = [
        Field(name="hold", at=0, type="u8", mask=0xF0, shift=4),
        Field(name="unit_code", at=0, type="u8", mask=0x0F),
    ]
    assert read(fields, "a1").facts == {"hold": 10, "unit_code": 1}


def test_zero_scale_and_factor_make_the_value():
    field = Field(name="force", type="u8", unit="N", zero="zero", scale=0.5, factor="per")
    assert read(field, "0a", zero=4.0).force_n == (6.0,)
    assert read(field, "0a", zero=4.0, per=3.0).force_n == (9.0,)


@pytest.mark.parametrize(
    ("raw", "force_n", "facts", "error"),
    [
        ("64", [100.0], {}, None),
        ("65", [101.0], {"overload": 1}, None),
        ("c8", [200.0], {"overload": 1}, None),
        ("c9", [], {}, "out_of_range"),
        ("fb", [], {}, "overflow"),
        ("ff", [], {}, "not_known"),
    ],
)
def test_a_load_is_judged(
    raw: str, force_n: Sequence[float], facts: Mapping[str, FactValue], error: str | None
):
    field = Field(
        name="force",
        type="u8",
        unit="N",
        max=200.0,
        overload_above=100.0,
        overflow_above=250,
        not_known=(255,),
    )
    decoded = read([field, Field(name="hidden", type="u8", hidden=True)], raw + "00")
    assert (list(decoded.force_n), dict(decoded.facts), decoded.error) == (force_n, facts, error)


def test_a_stamp_goes_with_its_sample():
    fields = [
        Field(name="force", type="f32le", unit="N"),
        Field(name="tick", type="u8"),
    ]
    assert read(fields, "0000c07f05") == Decoded(error="non_finite")


def test_of_several_faults_the_first_name_is_told():
    fields = [
        Field(name="battery_pct", type="u8", max=100),
        Field(name="force", type="f32le", unit="N"),
    ]
    assert read(fields, "650000c07f").error == "non_finite"


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        ("ascii", b"1.2.3", "1.2.3"),
        ("ascii", b"1\x00", "unknown_type"),
        ("ascii", b"\xc3\xbc", "unknown_type"),
        ("utf8", b"M\xc3\xbcller", "Müller"),
        ("utf8", b"3.1.1\x00\x00", "3.1.1"),
        ("utf8", b"\x00", ""),
        ("utf8", b"a\x00b", "unknown_type"),
        ("utf8", b"\xff", "unknown_type"),
        ("uint_le", b"\x01\x02\x03", 197121),
        ("uint_le", bytes(9), "length_mismatch"),
        ("date_time", "ea070b1501020304", "2026-11-21T01:02:03"),
        ("date_time", "ea070b15010203", "2026-11-21T01:02:03"),
        ("date_time", "ea070b1501", "truncated"),
        ("u24be", "010203", 66051),
    ],
)
def test_texts_and_large_numbers(kind: WireName, data: bytes | str, value: FactValue):
    assert fact(kind, data) == value


@pytest.mark.parametrize(
    ("data", "value"),
    [("00", 0), ("17", 23), ("7f", 127), ("80", 0), ("85", -5), ("ff", -127)],
)
def test_the_top_bit_of_a_signed_magnitude_is_the_sign(data: str, value: int):
    assert fact("sign_magnitude", data, width=1) == value


@given(value=st.integers(-(2**15) + 1, 2**15 - 1))
def test_a_signed_magnitude_is_written_as_it_is_read(value: int):
    field = Field(name="it", type="sign_magnitude", width=2)
    written = Writer([field], 0, Parameters("it", {})).write(Decoded(facts={"it": value}))
    assert read(field, written).facts == {"it": value}


@given(newton=st.floats(-9999.0, 99999.0), decimals=st.integers(0, 4))
def test_a_number_is_written_as_finely_as_its_width_allows(newton: float, decimals: int):
    field = Field(name="force", type="number", unit="N", width=6, decimals=decimals)
    assume(round(newton) < 99999)
    written = Writer([field], 0, Parameters("it", {})).write(Decoded((newton,)))
    assert len(written) == 6
    decoded = read(field, written)
    (step_n,) = decoded.facts.values()
    assert isinstance(step_n, float)
    assert math.isclose(decoded.force_n[0], newton, abs_tol=step_n / 2 * (1 + 1e-9))


every_kind = st.sampled_from(
    [
        [*FLAGGED],
        [Field(name="force", type="number", unit="kg", width=4), Field(name="it", type="ascii")],
        [Field(name="force", at=1, type="u16be", unit_from=UNIT), Field(name="it", type="utf8")],
        [Field(name="acc", type="f32le", count=3, unit="g"), Field(name="tick", type="u32le")],
        [Field(name="it", type="sign_magnitude", width=2), Field(name="id", type="uint_le")],
        [Field(name="when", type="date_time"), Field(name="force", type="f32be", unit="lb")],
    ]
)


@given(fields=every_kind, data=st.binary(max_size=24), exact=st.booleans())
def test_no_bytes_raise_and_what_is_told_is_finite(
    fields: Sequence[Field], data: bytes, *, exact: bool
):
    decoded = read(fields, data, exact=exact)
    vectors = [vector for column in decoded.motion.values() for vector in column]
    numbers = [*decoded.force_n, *(number for vector in vectors for number in vector)]
    assert all(map(math.isfinite, numbers))
    assert len(decoded.ticks) in {0, decoded.count}
    assert decoded.count <= 1


@given(fields=every_kind, data=st.binary(min_size=16, max_size=24), size=st.integers(0, 24))
def test_a_cut_frame_tells_nothing_that_the_whole_one_does_not(
    fields: Sequence[Field], data: bytes, size: int
):
    open_ended = {field.name for field in fields if field.size is None}
    whole, cut = read(fields, data), read(fields, data[:size])
    assert {k: v for k, v in cut.facts.items() if k not in open_ended} == {
        k: v for k, v in whole.facts.items() if k in cut.facts and k not in open_ended
    }
    assert cut.count == 0 or (cut.force_n, cut.motion) == (whole.force_n, whole.motion)

"""Lines of text: which columns make a sample, what a line may not be, and lines in parts."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.devices.conformance import decode_all
from bandmate.devices.csv_lines import MOST_N, CsvLines
from bandmate.devices.decoder import Decoder
from bandmate.devices.encoder import Encoder
from bandmate.devices.params import ParamValue
from bandmate.devices.registry import load_profiles
from bandmate.domain.samples import Decoded, Frame
from bandmate.errors import UsageError
from bandmate.units import MOTION_PER, NEWTON_PER

PROFILE = load_profiles().get("nus-csv")
KG = NEWTON_PER["kg"]
MOVING = (
    "t_us,acc_x_mg,acc_y_mg,acc_z_mg,gyro_x_rads,gyro_y_rads,gyro_z_rads,mag_x_ut,mag_y_ut,mag_z_ut"
)


def line(columns: str, text: str) -> Decoded:
    return CsvLines(columns).read(text.encode(), 0, len(text.encode()))


def fed(*notifications: bytes, **given_params: ParamValue) -> list[Decoded]:
    decoder = Decoder(PROFILE, PROFILE.parameters(given_params))
    return decode_all(decoder, [Frame(0.0, "data", data) for data in notifications])


def readings(parts: Sequence[Decoded]) -> list[tuple[float, float]]:
    return [
        (tick, force_n)
        for part in parts
        for tick, force_n in zip(part.ticks, part.force_n, strict=True)
    ]


@pytest.mark.parametrize("unit", list(NEWTON_PER))
def test_a_force_is_in_the_unit_of_its_column(unit: str):
    assert line(unit, "-12.5").force_n == pytest.approx([-12.5 * NEWTON_PER[unit]])


@pytest.mark.parametrize(("unit", "tick_s"), [("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)])
def test_a_column_of_time_brings_its_own_clock(unit: str, tick_s: float):
    params = PROFILE.parameters({"columns": f"t_{unit},kg"})
    assert Decoder(PROFILE, params).tick_s(10.0) == tick_s


def test_without_a_column_of_time_there_are_no_stamps():
    params = PROFILE.parameters({"columns": "kg"})
    assert Decoder(PROFILE, params).tick_s(10.0) is None
    assert line("kg", "1").ticks == ()


def test_axes_make_vectors_in_whatever_order_they_stand():
    read = line("acc_z_g,acc_x_g,acc_y_g", "3,1,2")
    per = MOTION_PER["g"]
    assert list(read.motion["acc_ms2"][0]) == pytest.approx([1 * per, 2 * per, 3 * per])


def test_a_fact_may_stand_in_a_column():
    read = line("kg,battery_pct", "1,87")
    assert read.facts == {"battery_pct": 87}


def test_a_column_that_is_passed_over_may_hold_anything():
    assert line("-,kg", "x!,1").error is None


@pytest.mark.parametrize("columns", ["t_ms, kg", "[t_ms, kg]", '["t_ms", "kg"]', "['t_ms','kg']"])
def test_columns_may_be_written_as_a_list(columns: str):
    assert line(columns, "5,1").ticks == (5,)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("t_ms", "do not make a sample"),
        ("-", "do not make a sample"),
        ("battery_pct", "do not make a sample"),
        ("kg,kg", "do not make a sample"),
        ("acc_x_g,acc_y_g", "an axis is missing"),
        ("acc_x_dps,acc_y_dps,acc_z_dps", "'acc_x_dps' is no column"),
        ("t_ms,Kg", "'Kg' is no column"),
        ("kg,", "'' is no column"),
    ],
)
def test_columns_that_mean_nothing_are_refused(columns: str, said: str):
    with pytest.raises(UsageError, match=said):
        Decoder(PROFILE, PROFILE.parameters({"columns": columns}))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("1000", "bad_columns"),
        ("1000,1,2", "bad_columns"),
        ("1000,", "bad_number"),
        ("1000,abc", "bad_number"),
        ("1000,1_0", "bad_number"),
        ("1000,0x10", "bad_number"),
        ("1000,1e", "bad_number"),
        ("1000,nan", "non_finite"),
        ("1000,-INF", "non_finite"),
        ("1000,1e400", "non_finite"),
        ("nan,1", "non_finite"),
        ("1000,1e300", "out_of_range"),
    ],
)
def test_a_line_that_is_no_sample(text: str, error: str):
    read = line("t_ms,kg", text)
    assert (read.count, read.error) == (0, error)


def test_the_largest_pull_is_still_one():
    assert line("N", f"{MOST_N:f}").error is None
    assert line("N", f"{MOST_N + 1:f}").error == "out_of_range"


def test_a_line_with_a_fault_leaves_the_others_alone():
    (read,) = fed(b"1,1.0\n2,x\n3\n4,2.0\n")
    assert readings([read]) == [(1, pytest.approx(1.0 * KG)), (4, pytest.approx(2.0 * KG))]
    assert read.error == "bad_number"


samples = st.lists(
    st.tuples(st.integers(0, 10**9), st.integers(-50000, 50000)), min_size=1, max_size=12
)


@given(samples, st.data(), st.sampled_from([b"\n", b"\r\n"]))
def test_lines_read_the_same_however_they_are_cut(
    sent: list[tuple[int, int]], data: st.DataObject, end: bytes
):
    text = b"".join(b"%d,%.2f" % (tick, kg / 100) + end for tick, kg in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8), label="cuts"))
    parts = [text[i:j] for i, j in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert readings(fed(*parts)) == readings(fed(text))
    assert readings(fed(text)) == [(tick, pytest.approx(kg / 100 * KG)) for tick, kg in sent]


def test_the_start_of_a_line_waits_for_the_rest():
    first, second = fed(b"1000,1.", b"25\n")
    assert first == Decoded()
    assert readings([second]) == [(1000, pytest.approx(1.25 * KG))]


def test_a_line_without_an_end_is_incomplete_when_nothing_more_comes():
    assert fed(b"1000,1.25")[-1].error == "incomplete"


def test_a_line_begun_before_a_reconnect_is_forgotten():
    decoder = Decoder(PROFILE)
    decoder.feed(Frame(0.0, "data", b"1000,1."))
    decoder.reset()
    assert decoder.feed(Frame(0.0, "data", b"5,2\n")).force_n == pytest.approx([2.0 * KG])


@given(st.integers(16, 600), st.integers(1, 40))
def test_a_line_without_an_end_is_dropped_and_the_next_one_read(most: int, size: int):
    endless = [b"9" * size] * (most // size + 2)
    *dropped, rest = fed(*endless, b"9\n1,2\n", max_buffer=most)
    assert {part.error for part in dropped} == {None, "buffer_overrun"}
    assert readings([rest]) == [(1, pytest.approx(2.0 * KG))]


@given(samples)
def test_what_a_virtual_sensor_writes_is_read_again(sent: list[tuple[int, int]]):
    force_n = [kg / 100 * KG for _, kg in sent]
    encoder = Encoder(PROFILE)
    for first in range(0, len(sent), encoder.samples_most):
        some = slice(first, first + encoder.samples_most)
        decoded = Decoded(force_n[some], [tick for tick, _ in sent[some]])
        wanted = list(zip(decoded.ticks, decoded.force_n, strict=True))
        for read, want in zip(readings(fed(*encoder.encode(decoded))), wanted, strict=True):
            assert read == pytest.approx(want, abs=1e-3)


def test_a_virtual_motion_sensor_writes_its_axes():
    params = PROFILE.parameters({"columns": MOVING})
    sent = Decoded(
        ticks=[12],
        motion={
            "acc_ms2": [(0.0, -4.903325, 9.80665)],
            "gyro_rads": [(1.5, 0.0, -0.25)],
            "mag_ut": [(20.0, -40.5, 0.125)],
        },
    )
    (written,) = Encoder(PROFILE, params).encode(sent)
    assert written == (
        b"12,0.00000,-500.00000,1000.00000,1.50000,0.00000,-0.25000,20.00000,-40.50000,0.12500\n"
    )
    (read,) = fed(written, columns=MOVING)
    assert list(read.ticks) == [12]
    assert {name: list(map(list, column)) for name, column in read.motion.items()} == {
        name: [pytest.approx(list(vector)) for vector in column]
        for name, column in sent.motion.items()
    }

"""What a virtual sensor sends: complete, in order, however it is asked for."""

from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.devices.decoder import Decoder
from bandmate.devices.encoder import Sent
from bandmate.domain.samples import Decoded, Frame
from bandmate.sim.cadence import as_exported, even
from bandmate.sim.packets import Packets
from link.rig import PROGRESSOR, SCALE, forces_n, ticks


def pull_n(t_s: float) -> float:
    return 20.0 + t_s


def at_80_hz():
    return even(80.0)


def decoded(packets: list[Sent]) -> list[Decoded]:
    decoder = Decoder(PROGRESSOR)
    return [decoder.feed(Frame(0.0, role, packet)) for role, packet in packets]


@given(
    st.integers(1, 15),
    st.lists(st.floats(0.0, 0.5), min_size=1, max_size=20),
)
def test_however_it_is_asked_every_sample_is_sent_once_and_never_early(
    samples_n: int, pauses_s: list[float]
):
    packets = Packets(PROGRESSOR, pull_n, cadence=at_80_hz, samples_n=samples_n)
    packets.obey("start", {}, 100.0)
    packets.start(100.0)
    now_s, sent = 100.0, list[Sent]()
    for pause_s in pauses_s:
        now_s += pause_s
        sent += packets.until(now_s)
        assert packets.due_s > now_s
    stamps = ticks(decoded(sent))
    assert stamps == [n * 12_500 for n in range(len(stamps))]
    assert len(stamps) % samples_n == 0
    assert all(100.0 + stamp * 1e-6 <= now_s + 1e-6 for stamp in stamps)


def test_readings_are_the_pull_at_their_own_times():
    packets = Packets(PROGRESSOR, pull_n, samples_n=4)
    packets.obey("start", {}, 50.0)
    readings = decoded(packets.until(52.0))
    expected_n = [pull_n(50.0 + tick * 1e-6) for tick in ticks(readings)]
    assert forces_n(readings) == pytest.approx(expected_n, abs=1e-4)


def test_a_new_stream_starts_the_devices_clock_again():
    packets = Packets(PROGRESSOR, pull_n)
    packets.until(1.0)
    packets.obey("start", {}, 7.3)
    packets.start(7.3)
    assert packets.until(7.2) == []
    assert ticks(decoded(packets.until(7.31))) == [0]


def test_tare_takes_the_present_pull_as_zero():
    packets = Packets(PROGRESSOR, pull_n)
    packets.obey("tare", {}, 10.0)
    packets.start(10.0)
    assert forces_n(decoded(packets.until(10.0))) == pytest.approx([0.0], abs=1e-4)


def test_a_sensor_without_a_clock_sends_readings_alone():
    packets = Packets(SCALE, pull_n)
    ((role, payload),) = packets.until(0.0)
    frame = Frame(0.0, role, payload, SCALE.stream["advert"].company)
    reading = Decoder(SCALE).feed(frame)
    assert reading.ticks == ()
    assert reading.force_n == pytest.approx([20.0], abs=0.1)


def test_a_real_export_misses_every_eleventh_step_and_makes_80_hz():
    times_s = list(islice(as_exported(), 8_000))
    steps_s = [after - before for before, after in pairwise(times_s)]
    assert sorted({round(step_s, 5) for step_s in steps_s}) == [0.01136, 0.02272]
    assert len(times_s) / times_s[-1] == pytest.approx(80.0, abs=0.1)

"""What the encoder makes of readings and facts, and what it will not make."""

import pytest

from bandmate.devices.decoder import Decoder
from bandmate.devices.encoder import Encoder
from bandmate.devices.registry import load_profiles
from bandmate.domain.samples import Frame
from bandmate.errors import UsageError

PROFILES = load_profiles()
PROGRESSOR = PROFILES.get("tindeq-progressor")
SCALE = PROFILES.get("weiheng-wh-c06")
SIG_FORCE = PROFILES.get("sig-force")


def test_bytes_are_those_of_the_sensor():
    assert Encoder(PROGRESSOR).samples([98.0665], [1000]).hex() == "010800002041e8030000"
    assert Encoder(SIG_FORCE).samples([1000.0]).hex() == "40420f00"


def test_a_payload_carries_good_status_bytes():
    payload = Encoder(SCALE).samples([121.014061])
    assert payload.hex() == "0203110000000000000004d2000001"


def test_a_frame_is_full_at_what_a_length_byte_can_say():
    encoder = Encoder(PROGRESSOR)
    assert encoder.samples_most == 31
    assert len(encoder.samples([1.0] * 31, range(31))) == 250
    with pytest.raises(ValueError, match="1 to 31"):
        encoder.samples([1.0] * 32, range(32))
    with pytest.raises(ValueError, match="1 to 1"):
        Encoder(SCALE).samples([1.0, 2.0])


def test_no_readings_make_no_frame():
    with pytest.raises(ValueError, match="1 to 31"):
        Encoder(PROGRESSOR).samples([])


def test_as_many_stamps_as_readings():
    with pytest.raises(ValueError, match="zip"):
        Encoder(PROGRESSOR).samples([1.0, 2.0], [1])


@pytest.mark.parametrize("force_n", [float("nan"), float("inf")])
def test_a_force_is_finite(force_n: float):
    with pytest.raises(ValueError, match="finite"):
        Encoder(SIG_FORCE).samples([force_n])


def test_ticks_wrap_as_the_counter_does():
    payload = Encoder(PROGRESSOR).samples([1.0, 1.0], [2**32 - 1, 2**32 + 7])
    decoded = Decoder(PROGRESSOR).feed(Frame(0.0, "data", payload))
    assert (list(decoded.ticks), decoded.error) == ([2**32 - 1, 7], None)


def test_a_pull_beyond_the_range_reads_as_its_end():
    payload = Encoder(SIG_FORCE).samples([1e9])
    decoded = Decoder(SIG_FORCE).feed(Frame(0.0, "data", payload))
    assert (decoded.force_n, decoded.error) == (pytest.approx([2147483.646]), None)


def test_facts_told_unasked():
    assert Encoder(PROGRESSOR).fact("battery_low").hex() == "0400"
    assert Encoder(SIG_FORCE).fact("battery_pct", 42).hex() == "2a"
    with pytest.raises(UsageError, match="heart_rate_bpm"):
        Encoder(SIG_FORCE).fact("heart_rate_bpm", 60)


def test_a_command_without_an_answer():
    with pytest.raises(UsageError, match="tare"):
        Encoder(PROGRESSOR).reply("tare", 1)

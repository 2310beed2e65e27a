"""What the encoder makes of samples and facts, and what it will not make."""

import pytest

from bandmate.devices.decoder import Decoder
from bandmate.devices.encoder import Encoder
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.domain.samples import Decoded, Frame
from bandmate.errors import UsageError

PROFILES = load_profiles()
PROGRESSOR = PROFILES.get("tindeq-progressor")
SCALE = PROFILES.get("weiheng-wh-c06")
SIG_FORCE = PROFILES.get("sig-force")
THINGY = PROFILES.get("nordic-thingy52")
FREZ = PROFILES.get("frez-dyno")


def encoded(profile: Profile, *force_n: float, ticks: tuple[int, ...] = ()) -> bytes:
    (frame,) = Encoder(profile).encode(Decoded(force_n, ticks))
    return frame


def test_bytes_are_those_of_the_sensor():
    assert encoded(PROGRESSOR, 98.0665, ticks=(1000,)).hex() == "010800002041e8030000"
    assert encoded(SIG_FORCE, 1000.0).hex() == "40420f00"


def test_a_payload_carries_good_status_bytes():
    payload = encoded(SCALE, 121.014061)
    decoded = Decoder(SCALE).feed(Frame(0.0, "advert", payload, SCALE.stream["advert"].company))
    assert (decoded.force_n, decoded.error) == (pytest.approx([121.014061]), None)
    assert payload.startswith(bytes.fromhex("020311"))


def test_a_frame_is_full_at_what_a_length_byte_can_say():
    encoder = Encoder(PROGRESSOR)
    assert encoder.samples_most == 31
    (frame,) = encoder.encode(Decoded([1.0] * 31, range(31)))
    assert len(frame) == 250
    with pytest.raises(ValueError, match="1 to 31"):
        encoder.encode(Decoded([1.0] * 32, range(32)))
    with pytest.raises(ValueError, match="1 to 1"):
        Encoder(SCALE).encode(Decoded([1.0, 2.0]))


def test_a_frame_of_a_fixed_size_is_always_full():
    encoder = Encoder(FREZ, FREZ.parameters({"coefficient": 0.001}))
    assert (encoder.samples_least, encoder.samples_most) == (9, 9)
    with pytest.raises(ValueError, match="9 to 9"):
        encoder.encode(Decoded([1.0], [0]))


def test_no_samples_make_no_frame():
    with pytest.raises(ValueError, match="1 to 31"):
        Encoder(PROGRESSOR).encode(Decoded())


def test_as_many_stamps_as_samples():
    with pytest.raises(ValueError, match="stamps"):
        Encoder(PROGRESSOR).encode(Decoded([1.0, 2.0], [1]))


@pytest.mark.parametrize("force_n", [float("nan"), float("inf")])
def test_a_force_is_finite(force_n: float):
    with pytest.raises(ValueError, match="finite"):
        encoded(SIG_FORCE, force_n)


def test_ticks_wrap_as_the_counter_does():
    payload = encoded(PROGRESSOR, 1.0, 1.0, ticks=(2**32 - 1, 2**32 + 7))
    decoded = Decoder(PROGRESSOR).feed(Frame(0.0, "data", payload))
    assert (list(decoded.ticks), decoded.error) == ([2**32 - 1, 7], None)


def test_a_pull_beyond_the_range_reads_as_its_end():
    decoded = Decoder(SIG_FORCE).feed(Frame(0.0, "data", encoded(SIG_FORCE, 1e9)))
    assert (decoded.force_n, decoded.error) == (pytest.approx([2147483.646]), None)


def test_facts_told_unasked():
    assert Encoder(PROGRESSOR).fact("battery_low") == ("data", bytes.fromhex("0400"))
    assert Encoder(SIG_FORCE).fact("battery_pct", 42) == ("battery", b"*")
    with pytest.raises(UsageError, match="heart_rate_bpm"):
        Encoder(SIG_FORCE).fact("heart_rate_bpm", 60)


def test_a_fact_told_on_several_channels_is_told_on_the_one_that_is_named():
    assert Encoder(THINGY).fact("battery_pct", 42, on="battery") == ("battery", b"*")
    with pytest.raises(UsageError, match="battery_pct"):
        Encoder(THINGY).fact("battery_pct", 42, on="raw")


def test_samples_on_a_channel_of_their_own():
    encoder = Encoder(THINGY, on="quaternion")
    (frame,) = encoder.encode(Decoded(motion={"quat": [(1.0, 0.0, 0.0, 0.0)]}))
    assert (encoder.role, frame.hex()) == ("quaternion", "00000040" + 12 * "00")


def test_a_command_is_answered_as_the_sensor_does():
    answers = Encoder(PROGRESSOR).reply("battery", {"battery_mv": 3700})
    assert answers == [("data", bytes.fromhex("0004740e0000"))]
    assert Encoder(PROGRESSOR).reply("tare", {}) == []
    with pytest.raises(UsageError, match="unit"):
        Encoder(PROGRESSOR).reply("unit", {})

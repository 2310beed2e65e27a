"""A sensor that numbers its samples and does not say how fast."""

import pytest

from bandmate.devices.encoder import Encoder
from bandmate.devices.registry import load_profiles
from bandmate.domain.samples import Decoded, Frame
from bandmate.engine.intake import Intake

RAW_IS_KG = {"calibration": "raw"}


@pytest.mark.parametrize("real_hz", [10.0, 30.0, 80.0])
def test_times_follow_arrivals_at_whatever_rate_the_counter_runs(real_hz: float):
    profile = load_profiles().get("griptonite-motherboard")
    params = profile.parameters(RAW_IS_KG)
    encoder, intake = Encoder(profile, params), Intake(profile, params)
    for count in range(2000):
        arrival_s = count / real_hz
        (line,) = encoder.encode(Decoded([98.0665], [count]))
        block = intake.take(Frame(arrival_s, "nus_rx", line)).block
        assert block is not None
        assert list(block.t_s) == [arrival_s]

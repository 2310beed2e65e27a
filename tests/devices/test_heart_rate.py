"""The heart rate: what its flags announce, and what is kept of a cut notification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.devices.decoder import Decoder
from bandmate.devices.encoder import Encoder
from bandmate.devices.registry import load_profiles
from bandmate.domain.samples import Decoded, FactValue, Frame
from bandmate.errors import UsageError

STRAP = load_profiles().get("sig-heart-rate")

told = st.fixed_dictionaries(
    {
        "heart_rate_bpm": st.integers(0, 0xFFFF),
        "rr_s": st.lists(st.integers(0, 0xFFFF).map(lambda steps: steps / 1024), max_size=9).map(
            tuple
        ),
    },
    optional={"contact": st.integers(0, 1), "energy_kj": st.integers(0, 0xFFFF)},
)


def read(data: bytes) -> Decoded:
    return Decoder(STRAP).feed(Frame(0.0, "heart_rate", data))


def intervals(decoded: Decoded) -> tuple[float, ...]:
    told = decoded.facts.get("rr_s", ())
    assert isinstance(told, tuple)
    return told


@given(facts=told)
def test_what_is_written_is_read(facts: dict[str, FactValue]):
    (data,) = Encoder(STRAP).encode(Decoded(facts=facts))
    assert read(data) == Decoded(facts=facts)


@given(data=st.binary(max_size=30))
def test_no_bytes_raise_and_what_is_told_has_a_rate(data: bytes):
    decoded = read(data)
    assert decoded.count == 0
    assert (decoded.error == "short_frame") == ("heart_rate_bpm" not in decoded.facts)


@given(facts=told, data=st.data())
def test_a_cut_notification_tells_nothing_that_the_whole_one_does_not(
    facts: dict[str, FactValue], data: st.DataObject
):
    (whole,) = Encoder(STRAP).encode(Decoded(facts=facts))
    cut = read(whole[: data.draw(st.integers(0, len(whole)))])
    assert intervals(cut) == intervals(read(whole))[: len(intervals(cut))]
    for name in cut.facts.keys() - {"rr_s"}:
        assert cut.facts[name] == facts[name]


def test_what_no_flag_announces_is_passed_over():
    assert read(bytes.fromhex("e048ffff")) == Decoded(facts={"heart_rate_bpm": 72, "rr_s": ()})


def test_without_a_rate_there_is_nothing_to_say():
    with pytest.raises(UsageError, match="heart_rate_bpm"):
        Encoder(STRAP).encode(Decoded(facts={"contact": 1}))

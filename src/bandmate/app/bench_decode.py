"""How quickly frames become readings, beside the least that any decoder could do."""

import struct
from collections.abc import Sequence

from bandmate.app.bench_rows import Row, median_s
from bandmate.devices.decoder import Decoder
from bandmate.devices.encoder import Encoder
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.domain.samples import Decoded, Frame
from bandmate.units import STANDARD_GRAVITY_MS2

PROFILE = "tindeq-progressor"
READINGS_N = 6000
"""Readings a round."""
_STEP_TICKS = 12_500
"""80 readings a second on a clock of microseconds."""
_READING = struct.Struct("<fI")


def decode_rows(rounds_n: int) -> list[Row]:
    """Readings decoded a second, one and fifteen a frame."""
    profile = load_profiles().get(PROFILE)
    return [row for size in (1, 15) for row in _rows(profile, size, rounds_n)]


def _rows(profile: Profile, size: int, rounds_n: int) -> list[Row]:
    frames = frames_of(profile, size)
    decoder = Decoder(profile)
    taken_s = median_s(
        {
            "ours": lambda: [decoder.feed(frame) for frame in frames],
            "a hand-written struct decoder": lambda: [
                decode_by_hand(frame.data) for frame in frames
            ],
            "an empty loop over the frames": lambda: [None for _ in frames],
        },
        rounds_n,
    )
    ours_s = taken_s.pop("ours")
    readings_n = len(frames) * size
    return [
        Row(
            what=f"decode, {size} a frame",
            unit="samples/s",
            figure=readings_n / ours_s,
            reference=reference,
            reference_figure=readings_n / reference_s,
        )
        for reference, reference_s in taken_s.items()
    ]


def frames_of(profile: Profile, size: int) -> Sequence[Frame]:
    """A round's notifications, `size` readings each."""
    encoder = Encoder(profile)
    starts = range(0, READINGS_N, size)
    return [
        Frame(
            arrival_s=0.0,
            role=profile.main_role,
            data=encoder.encode(
                Decoded(
                    [float(n % 40) for n in range(start, start + size)],
                    [n * _STEP_TICKS for n in range(start, start + size)],
                )
            )[0],
        )
        for start in starts
    ]


def decode_by_hand(data: bytes) -> list[tuple[float, int]]:
    """What one would write for this sensor alone, with no check of what arrived."""
    return [
        (kilograms * STANDARD_GRAVITY_MS2, tick)
        for kilograms, tick in _READING.iter_unpack(data[2 : 2 + data[1]])
    ]

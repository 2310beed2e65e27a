"""A coverage-guided fuzzer's way into every decoder: `make fuzz`, or with SECONDS=600 for longer.

The first bytes choose the profile, its channel and where the rest is split; the rest is what
arrives. Nothing may raise, nothing may grow, and what comes out must be sound.
"""

# pyright: reportMissingImports=false, reportUnknownMemberType=false
# pyright: reportAttributeAccessIssue=false

import math
import sys

import atheris

with atheris.instrument_imports(include=["bandmate"]):
    from bandmate.devices.decoder import Decoder
    from bandmate.devices.profile import Profile
    from bandmate.devices.registry import load_profiles
    from bandmate.devices.taxonomy import ErrorName
    from bandmate.domain.samples import Decoded, Frame

from typing import get_args

ERRORS = frozenset(get_args(ErrorName))


def given(profile: Profile) -> dict[str, float | int | str]:
    """Values for the parameters that a person must give."""
    return {
        name: param.choices[0] if param.choices else 0.01 if param.type == "number" else 1
        for name, param in profile.params.items()
        if param.required
    }


PROFILES = list(load_profiles())
# Made once: what a sensor taught its decoder stays, as it does after a reconnect.
CHANNELS = [
    (profile, role, Decoder(profile, profile.parameters(given(profile))))
    for profile in PROFILES
    for role in profile.stream
]


def sound(decoded: Decoded) -> None:
    """What every decoded frame keeps."""
    assert decoded.error is None or decoded.error in ERRORS, decoded
    assert all(map(math.isfinite, decoded.force_n)), decoded
    assert len(decoded.ticks) in {0, decoded.count}, decoded
    for vectors in decoded.motion.values():
        assert len(vectors) <= decoded.count, decoded
        assert all(math.isfinite(x) for vector in vectors for x in vector), decoded


def one_input(data: bytes) -> None:
    """Feed one input."""
    if len(data) < 3:
        return
    profile, role, decoder = CHANNELS[data[0] % len(CHANNELS)]
    decoder.reset()
    company = profile.stream[role].company
    commands = list(profile.commands.given())
    if commands:
        decoder.expect(commands[data[1] % len(commands)])
    split, rest = data[2] + 1, data[3:]
    for at in range(0, len(rest), split):
        sound(decoder.feed(Frame(0.0, role, rest[at : at + split], company)))
    decoder.reset()
    sound(decoder.feed(Frame(0.0, role, rest, company)))


def main() -> None:
    """Fuzz until the fuzzer's own limits are reached."""
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

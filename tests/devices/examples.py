"""Parameters for every profile by discovery: what must be given, as one of its vectors gives it."""

from typing import Final

from bandmate.devices.params import Parameters, ParamValue
from bandmate.devices.profile import Profile

ANY: Final = 0.01
"""A number that must be given, and that no vector gives."""


def given(profile: Profile, **more: ParamValue) -> Parameters:
    """Parameters with which the sensor's samples can be read.

    Args:
        profile: What the sensor is.
        more: Further parameters.
    """
    examples = {
        name: value
        for vector in reversed(profile.vectors)
        for name, value in getattr(vector, "params", {}).items()
    }
    required = {
        name: examples.get(name, ANY) for name, param in profile.params.items() if param.required
    }
    return profile.parameters({**required, **more})


def unloaded(profile: Profile, **more: ParamValue) -> Parameters:
    """The same, with a zero of 0 for a sensor that would learn it first."""
    zeros = {name: 0.0 for name, param in profile.params.items() if param.mean_of}
    return given(profile, **zeros, **more)

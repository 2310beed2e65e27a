"""What a virtual sensor measures: the script that a person follows, in the sensor's quantities."""

from collections.abc import Callable, Sequence

from bandmate.devices.csv_lines import CsvLines
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.samples import Decoded
from bandmate.sim.limb import MotionAt, shaky, worn

Script = Callable[[float], float]
"""Of a time on the session clock: newton for a force gauge, the limb's angle in degrees for a
motion sensor, beats a minute for a heart rate sensor."""


class Measuring:
    """Takes readings.

    Args:
        profile: What the sensor is.
        params: What is set on it.
        script: What the person does.
        seed: Which noise a motion sensor has; `None`: it has none.
    """

    def __init__(
        self, profile: Profile, params: Parameters, script: Script, seed: int | None = None
    ) -> None:
        self._script = script
        self._zero_n = 0.0
        self._motion: MotionAt | None = None
        if is_worn(profile, params):
            motion = worn(script)
            self._motion = motion if seed is None else shaky(motion, seed)
        self._is_heart = profile.device.kind == "heart"

    def at(self, times_s: Sequence[float]) -> Decoded:
        """The readings of these times, not stamped."""
        if self._is_heart:
            beats = self._script(times_s[-1])
            return Decoded(facts={"heart_rate_bpm": round(beats), "rr_s": (60.0 / beats,)})
        if self._motion is None:
            return Decoded([self._script(t_s) - self._zero_n for t_s in times_s])
        shown = [self._motion(t_s) for t_s in times_s]
        return Decoded(motion={name: [one[name] for one in shown] for name in shown[0]})

    def tare(self, at_s: float) -> None:
        """Take the pull of a moment as zero."""
        self._zero_n = self._script(at_s)


def is_worn(profile: Profile, params: Parameters) -> bool:
    """Whether it shows motion: its script is in degrees."""
    csv = profile.stream[profile.main_role].csv
    if csv:
        return bool(CsvLines(str(params.get(csv.columns))).axes)
    return profile.device.kind == "imu"

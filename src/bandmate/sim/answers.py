"""What a virtual sensor says of itself."""

from collections.abc import Mapping
from typing import Final

from bandmate.devices.profile import Profile
from bandmate.domain.samples import FactValue

BATTERY_PCT: Final = 87.0
LOW_BATTERY_PCT: Final = 4.0
BATTERY_MV: Final = 3900.0
LOW_BATTERY_MV: Final = 3300.0


def answers(profile: Profile, *, low_battery: bool = False) -> Mapping[str, FactValue]:
    """What it has to tell, by the fact's name.

    Args:
        profile: What it is.
        low_battery: Its battery is nearly empty.
    """
    wanted_pct = LOW_BATTERY_PCT if low_battery else BATTERY_PCT
    told: dict[str, FactValue] = {
        "battery_pct": round(wanted_pct),
        "battery_mv": round(LOW_BATTERY_MV if low_battery else BATTERY_MV),
        "firmware": "1.2.3.4",
        "device_id": 4242,
        "manufacturer": "bandmate",
        "model": profile.device.id,
        "serial": "4242",
        "hardware": "1.0",
        "software": "1.0",
        "temperature_c": 21.5,
    }
    battery = profile.battery
    if battery:
        # The lowest of the curve's values whose percentage is high enough.
        fitting = (value for value, pct in battery.curve if pct >= wanted_pct)
        told[battery.fact] = next(fitting, battery.curve[-1][0])
    return told

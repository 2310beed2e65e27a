"""Which sensor a link looks for, and what is said while it does."""

from bandmate.devices.match import Matcher
from bandmate.devices.profile import Profile
from bandmate.errors import DeviceNotFoundError
from bandmate.link.base import Sighting

IF_UNHEARD = "Switch it on, bring it close, and end its connection to any other app."


class Sought:
    """The sensor looked for.

    Args:
        profile: What it is.
        address: Which one; `None` takes the first that shows the profile's signs.
    """

    def __init__(self, profile: Profile, address: str | None) -> None:
        self.profile = profile
        self.address = address
        self._matcher = Matcher([profile])

    def fits(self, seen: Sighting) -> bool:
        """Whether a sighting is of it: by the address where there is one, else by the signs."""
        if self.address is not None:
            return seen.address.lower() == self.address.lower()
        return bool(
            self._matcher.match(
                name=seen.name,
                service_uuids=seen.service_uuids,
                manufacturer=seen.manufacturer,
            )
        )

    def looking_for(self) -> str:
        """What a person reads meanwhile."""
        which = f" ({self.address})" if self.address else ""
        return f"Looking for {self.profile.device.name}{which}. Switch it on and bring it close."

    def not_found(self) -> DeviceNotFoundError:
        """The error when nothing is heard of it."""
        return DeviceNotFoundError(
            f"not in reach{f' at {self.address}' if self.address else ''}",
            hint=IF_UNHEARD,
        )

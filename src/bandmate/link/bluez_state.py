"""What is known of BlueZ, Linux' Bluetooth service, and what that means for a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from bandmate.errors import RadioUnavailableError
from bandmate.link.faults import NO_ADAPTER, NO_BUS, NO_SERVICE, SWITCHED_OFF


def _no_adapters() -> Mapping[str, bool]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class BluezState:
    """How BlueZ stands.

    Attributes:
        is_reached: The system's message bus is there.
        is_running: The service is on it.
        adapters: Whether each adapter is switched on, by its path.
    """

    is_reached: bool = False
    is_running: bool = False
    adapters: Mapping[str, bool] = field(default_factory=_no_adapters)

    @property
    def usable(self) -> frozenset[str]:
        """The adapters that are switched on."""
        return frozenset(path for path, is_on in self.adapters.items() if is_on)

    def service(self, *, is_running: bool) -> "BluezState":
        """After the service came or went: its adapters are yet to be heard of."""
        return BluezState(is_reached=True, is_running=is_running)

    def adapter(self, path: str, *, is_on: bool) -> "BluezState":
        """After an adapter came, or was switched."""
        return replace(self, adapters={**self.adapters, path: is_on})

    def without(self, path: str) -> "BluezState":
        """After an adapter was unplugged."""
        left = {known: is_on for known, is_on in self.adapters.items() if known != path}
        return replace(self, adapters=left)

    def trouble(self) -> RadioUnavailableError | None:
        """Why there is no Bluetooth; `None`: there is."""
        if self.usable:
            return None
        if not self.is_reached:
            said = NO_BUS
        elif not self.is_running:
            said = NO_SERVICE
        else:
            said = SWITCHED_OFF if self.adapters else NO_ADAPTER
        text, hint = said
        return RadioUnavailableError(text, hint=hint)

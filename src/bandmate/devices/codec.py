"""What a codec is: code for a channel whose frames no table can describe."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.samples import Decoded, FactValue


class Codec(ABC):
    """Reads and writes the frames of one channel. It never raises on wire bytes.

    Args:
        profile: The sensor's profile.
        role: The channel.
        params: The sensor's parameters; what the sensor tells may be learnt into them.

    Attributes:
        samples_most: The most samples `encode` takes at a time; 0 where it sends none.
        samples_least: The fewest, where a frame must be full.
    """

    samples_most: int = 1
    samples_least: int = 1

    def __init__(self, profile: Profile, role: str, params: Parameters) -> None:
        self.profile = profile
        self.role = role
        self.params = params

    @property
    def pending(self) -> bool:
        """Whether the start of a frame waits for the rest."""
        return False

    @abstractmethod
    def read(self, data: bytes) -> Decoded:
        """What one notification completes."""

    def reset(self) -> None:  # noqa: B027 - most keep nothing between frames
        """Forget what waits: the stream begins anew."""

    @abstractmethod
    def encode(self, decoded: Decoded) -> list[bytes]:
        """The notifications that say this.

        Raises:
            UsageError: The channel does not say such things.
        """

    def answer(self, command: str, facts: Mapping[str, FactValue]) -> list[bytes]:
        """The notifications that answer a command; none by default.

        Args:
            command: The name of its slot.
            facts: What there is to tell.
        """
        del command, facts
        return []

"""What a virtual sensor sends and when: pure, on times that it is given."""

from collections.abc import Callable, Iterator

from bandmate.devices.encoder import Encoder
from bandmate.devices.profile import DeviceClock, Profile
from bandmate.sim.person import ForceAt

Cadence = Callable[[], Iterator[float]]
"""Makes the times of one stream's readings, see `cadence`."""


class Packets:
    """Readings, taken at their times and packed as the sensor packs them.

    Args:
        profile: How it packs.
        force_n: The pull in newton at a time of the session clock.
        cadence: When it measures.
        samples_n: Readings a packet.
    """

    def __init__(
        self, profile: Profile, force_n: ForceAt, cadence: Cadence, samples_n: int
    ) -> None:
        self._encoder = Encoder(profile)
        self._tick_s = profile.clock.tick_s if isinstance(profile.clock, DeviceClock) else None
        self._force_n = force_n
        self._cadence = cadence
        self._samples_n = samples_n
        self._zero_n = 0.0
        self.start(0.0)

    @property
    def due_s(self) -> float:
        """When the next packet is whole, session clock."""
        return self._began_s + self._next[-1]

    def start(self, at_s: float) -> None:
        """A stream begins; the device's clock starts at zero again."""
        self._began_s = at_s
        self._times = self._cadence()
        self._next = self._take()

    def tare(self, at_s: float) -> None:
        """Take the pull of this moment as zero."""
        self._zero_n = self._force_n(at_s)

    def until(self, now_s: float) -> list[bytes]:
        """The packets that became whole since the last call, oldest first."""
        whole: list[bytes] = []
        while self.due_s <= now_s:
            whole.append(self._packed(self._next))
            self._next = self._take()
        return whole

    def _take(self) -> list[float]:
        return [next(self._times) for _ in range(self._samples_n)]

    def _packed(self, times_s: list[float]) -> bytes:
        force_n = [self._force_n(self._began_s + t_s) - self._zero_n for t_s in times_s]
        if self._tick_s is None:
            return self._encoder.samples(force_n)
        return self._encoder.samples(force_n, [round(t_s / self._tick_s) for t_s in times_s])

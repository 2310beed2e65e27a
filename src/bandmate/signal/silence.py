"""How long has nothing valid been heard? Times come in, the next deadline comes out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing valid was heard since `since_s`; `at_s` is when that became too long."""

    since_s: float
    at_s: float
    lost: bool


class SilenceWatch:
    """Degraded after `degraded_s`, lost after `lost_s`, counted from when data was due.

    Attributes:
        lost: The signal counts as lost now.
        degraded: It counts as degraded now.
    """

    def __init__(self, degraded_s: float, lost_s: float) -> None:
        self._degraded_s = degraded_s
        self._lost_s = lost_s
        self._due_s: float | None = None
        self.degraded = self.lost = False

    @property
    def deadline(self) -> float | None:
        """When `tick` is due next; `None`: nothing to wait for."""
        if self._due_s is None or self.lost:
            return None
        return self._due_s + (self._lost_s if self.degraded else self._degraded_s)

    def start(self, now_s: float) -> None:
        """Begin to watch: silence counts from now."""
        self._due_s = now_s
        self.degraded = self.lost = False

    def stop(self) -> None:
        """Nothing is expected any more."""
        self._due_s = None
        self.degraded = self.lost = False

    def tick(self, now_s: float) -> Silence | None:
        """Time went by. Call again until `None`: both limits may have passed."""
        deadline_s = self.deadline
        if deadline_s is None or self._due_s is None or now_s < deadline_s:
            return None
        if not self.degraded:
            self.degraded = True
            return Silence(self._due_s, deadline_s, lost=False)
        self.lost = True
        return Silence(self._due_s, deadline_s, lost=True)

    def heard(self, due_s: float) -> None:
        """Something valid was heard; the next is due at `due_s`."""
        if self._due_s is not None:
            self._due_s = due_s
            self.degraded = self.lost = False

"""Names events: which band, exercise and set they belong to, and an id that replays give again."""

from collections import Counter
from typing import TypedDict

from bandmate.domain.events import Event


class Head(TypedDict):
    """The fields every event carries."""

    id: str
    band: str
    exercise: str
    set: int
    t_s: float
    emitted_s: float


class Stamp:
    """Makes the head of each event of one band.

    Ids are counted per set and event name, those of alerts per code too, so they do not depend on
    how the samples were packed.

    Attributes:
        exercise: Slug of the running exercise, empty where none runs.
        set: Number of the running or last set, 0 before the first.
        emitted_s: When what is being decided now is decided; set by the pipeline.
    """

    def __init__(self, session: str, band: str) -> None:
        self._session = session
        self._band = band
        self._counts: Counter[str] = Counter()
        self.exercise = ""
        self.set = 0
        self.emitted_s = 0.0

    def head(self, kind: type[Event], t_s: float, code: str = "") -> Head:
        """The head of an event of `kind`, an alert's with its code, that happened at `t_s`."""
        key = f"{self._session}-{self._band}-{self.set}-{kind.name}"
        if code:
            key = f"{key}-{code}"
        self._counts[key] += 1
        return Head(
            id=f"{key}-{self._counts[key]}",
            band=self._band,
            exercise=self.exercise,
            set=self.set,
            t_s=t_s,
            emitted_s=max(self.emitted_s, t_s),
        )

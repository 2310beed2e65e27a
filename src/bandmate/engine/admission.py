"""What may be begun on a band now, and with what."""

from collections.abc import Callable

from bandmate.domain.alerts import AlertCode
from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise
from bandmate.engine.active_set import ActiveSet
from bandmate.engine.alert_book import AlertBook
from bandmate.engine.commands import Command, changed
from bandmate.engine.sensing import Sensing
from bandmate.errors import UsageError


class Admission:
    """Lets a set begin, or says why it cannot.

    Args:
        find_exercise: Looks up a slug; raises `UsageError` for an unknown one.
        sensing: What the sensor can watch.
        book: The alerts that stand.

    Attributes:
        stopped: A stop for tingling or pain is latched.
        newest: The exercise that was begun last.
        over: The last set, once it is over and until the next one begins.
    """

    over: ActiveSet | None = None

    def __init__(
        self, find_exercise: Callable[[str], Exercise], sensing: Sensing, book: AlertBook
    ) -> None:
        self._find_exercise = find_exercise
        self._sensing = sensing
        self._book = book
        self.stopped = False
        self.newest: Exercise | None = None

    def asked_for(self, command: Command) -> Exercise | None:
        """The exercise that a command starts; refused before anything is changed.

        Raises:
            UsageError: It cannot be begun now.
        """
        if command.verb == "count":
            self._refuse_uncounted()
        if command.verb not in {"start", "next"}:
            return None
        self._refuse()
        if command.verb == "start":
            found = self._find_exercise(command.subject)
            return self.accepted(changed(found, command.changes))
        if self.newest is None:
            raise UsageError("no exercise has been started")
        return self.accepted(self.newest)

    def accepted(self, exercise: Exercise) -> Exercise:
        """The exercise as this sensor watches it.

        Raises:
            UsageError: It cannot be begun now.
        """
        self._refuse()
        return self._sensing.fit(exercise)

    def _refuse_uncounted(self) -> None:
        if self.over is None:
            raise UsageError(
                "no set is over, so there is none to count", hint="Tell it once the set is over."
            )
        if self.over.exercise.recogniser in HOLD_RECOGNISERS:
            raise UsageError("the last set was not counted", hint="Only repetitions are counted.")

    def _refuse(self) -> None:
        if self.stopped:
            raise UsageError("stopped for a symptom; acknowledge the stop before a new set")
        if AlertCode.BATTERY_CRITICAL in self._book:
            raise UsageError(
                "the sensor's battery is nearly empty, so no new set is begun",
                hint="Charge the sensor, or use another one.",
            )

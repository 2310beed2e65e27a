"""Which tone is heard, and when: pure decisions for the host's sound and for the page.

One voice at a time; silence means fine. What asks for action is repeated until it is over or
acknowledged; clicks and hold tones are heard only while nothing asks for action.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from bandmate.domain.alerts import AlertCode, Urgency
from bandmate.domain.records import BandState
from bandmate.sinks.board import AlertBoard, StandingAlert

REPEAT_S: Final = {Urgency.STOP: 3.0, Urgency.EASE: 4.0, Urgency.CHECK: 30.0}
"""Seconds between two tones of an alert that stands."""

INFO_PAUSE_S: Final = 10.0
"""Advice is heard at most this often."""

SAID_ONCE: Final = frozenset({AlertCode.TINGLE_STOP, AlertCode.PAIN_STOP})
"""Nothing nags after a stop that the person asked for."""

HOLD_ENDING_S: Final = 5.0
"""A hold's end is announced this long before it."""

HOLD_ENDING_FROM_S: Final = 20.0
"""In shorter holds the half-way tone would fall on the announcement of the end."""


class Tone(StrEnum):
    """Everything that can be heard."""

    STOP = "stop"
    EASE = "ease"
    CHECK = "check"
    LOST = "lost"
    INFO = "info"
    REP = "rep"
    HOLD_STARTED = "hold_started"
    HOLD_HALF = "hold_half"
    HOLD_ENDING = "hold_ending"
    DONE = "done"
    SILENCE = "silence"
    """Ends what is being heard: it was acknowledged, or is over."""

    @property
    def rank(self) -> int:
        """A tone ends one of the same or a higher rank, and waits for no other."""
        return _RANKS.get(self, 4)


_RANKS: Final = {
    Tone.SILENCE: 0,
    Tone.STOP: 0,
    Tone.EASE: 1,
    Tone.CHECK: 2,
    Tone.LOST: 2,
    Tone.INFO: 3,
}


class ToneChooser:
    """Chooses tones from events, live states and the time."""

    def __init__(self) -> None:
        self.board = AlertBoard()
        self._repeat_at_s = 0.0
        self._info_at_s = 0.0
        self._hold_s: dict[str, float] = {}

    def step(
        self, bodies: Iterable[Mapping[str, object]], states: Sequence[BandState], now_s: float
    ) -> Tone | None:
        """The one tone to begin now, if any.

        Args:
            bodies: Events since the last step, oldest first.
            states: How every band stands.
            now_s: Any monotonic clock in real seconds.
        """
        chosen: Tone | None = None
        heard = [self._of_event(body, now_s) for body in bodies]
        for tone in (*heard, self._of_holds(states), self._of_standing(now_s)):
            if tone and (chosen is None or tone.rank <= chosen.rank):
                chosen = tone
        return chosen

    def standing(self) -> Tone | None:
        """What a page that has just come is to hear of what stands."""
        alert = self._nagging()
        return None if alert is None else _tone_of(alert.urgency, alert.code)

    def repeat_now(self) -> None:
        """What stands is heard again in the next step: the way out is new."""
        self._repeat_at_s = 0.0

    def _of_event(self, body: Mapping[str, object], now_s: float) -> Tone | None:
        before = self.board.loudest()
        if self.board.apply(body):
            return self._of_change(before, body, now_s)
        if self._nagging():
            return None
        match body["event"]:
            case "rep":
                return Tone.REP if body["grade"] == "full" else None
            case "hold_started":
                return Tone.HOLD_STARTED
            case "dose_reached":
                return Tone.DONE
            case _:
                return None

    def _of_change(
        self, before: StandingAlert | None, body: Mapping[str, object], now_s: float
    ) -> Tone | None:
        loudest = self.board.loudest()
        if loudest is None:
            return Tone.SILENCE if before else None
        if body["event"] == "alert_raised" and body["urgency"] == loudest.urgency:
            # Of several alerts of one urgency the newest speaks.
            return self._sound(loudest.urgency, AlertCode(str(body["code"])), now_s)
        if before and before.urgency != loudest.urgency:
            self._repeat_at_s = now_s + REPEAT_S.get(loudest.urgency, 0.0)
            return Tone.SILENCE
        return None

    def _of_standing(self, now_s: float) -> Tone | None:
        alert = self._nagging()
        if alert is None or now_s < self._repeat_at_s:
            return None
        return self._sound(alert.urgency, alert.code, now_s)

    def _nagging(self) -> StandingAlert | None:
        """The most urgent alert that is repeated until it is over or acknowledged."""
        loud = (alert for alert in self.board.standing() if alert.loud)
        return next((a for a in loud if a.urgency in REPEAT_S and a.code not in SAID_ONCE), None)

    def _sound(self, urgency: Urgency, code: AlertCode, now_s: float) -> Tone | None:
        if urgency is Urgency.INFO:
            if now_s < self._info_at_s:
                return None
            self._info_at_s = now_s + INFO_PAUSE_S
            return Tone.INFO
        self._repeat_at_s = now_s + REPEAT_S[urgency]
        return _tone_of(urgency, code)

    def _of_holds(self, states: Sequence[BandState]) -> Tone | None:
        passed = [tone for state in states if (tone := self._of_hold(state))]
        return passed[0] if passed and not self._nagging() else None

    def _of_hold(self, state: BandState) -> Tone | None:
        before_s = self._hold_s.get(state.band, state.hold_s)
        self._hold_s[state.band] = state.hold_s
        target_s = state.hold_target_s
        if before_s < target_s / 2 <= state.hold_s:
            return Tone.HOLD_HALF
        ending = before_s < target_s - HOLD_ENDING_S <= state.hold_s
        return Tone.HOLD_ENDING if ending and target_s >= HOLD_ENDING_FROM_S else None


def _tone_of(urgency: Urgency, code: AlertCode) -> Tone:
    return Tone.LOST if code is AlertCode.SIGNAL_LOST else Tone(urgency.value)

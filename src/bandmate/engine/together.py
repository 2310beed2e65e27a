"""Several bands of one session: what they show of each other. No clock, no I/O.

A movement or hold that another band has a say in waits until that band's readings reach to its
end, and what its own band says after it waits behind it; alerts never wait. So what is said of it
does not depend on whose packet came first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bandmate.domain.alerts import HINTS, AlertCode, HintCode
from bandmate.domain.events import (
    AlertCleared,
    AlertRaised,
    Event,
    Grade,
    Hint,
    HoldEnded,
    Rep,
    SetEnded,
    SetStarted,
)
from bandmate.engine.advice import FLOSS_ZONE
from bandmate.engine.band import BandPipeline
from bandmate.engine.companions import (
    BREASTBONE,
    FOOT,
    PELVIS,
    SHANK,
    Companion,
    KneeAndAnkle,
    Posture,
    RollBack,
    postures,
)
from bandmate.engine.reading_history import ReadingHistory
from bandmate.engine.sides import LEFT, RIGHT, Sides

IN_A_ROW: Final = 2
"""So many movements with toes and knee against each other are advised on."""
PATIENCE_S: Final = 2.0
"""Live a movement waits this long at most; a sensor that is further behind has no say in it."""


@dataclass(slots=True)
class _Line:
    """What one band said and was not handed on yet.

    Attributes:
        companions: Who has a say in the movements of its set.
        postures: Who has a say in its holds.
        waiting: Its events, oldest first; a movement or hold stands at the head of them.
    """

    companions: tuple[Companion, ...] = ()
    postures: tuple[Posture, ...] = ()
    waiting: list[Event] = field(default_factory=list[Event])


class Together:
    """Hands on what the bands of one session decide.

    Args:
        pipelines: Every band of the session, by name.
    """

    def __init__(self, pipelines: Mapping[str, BandPipeline]) -> None:
        self._pipelines = dict(pipelines)
        self._heard = {
            band: ReadingHistory()
            for band in (PELVIS, SHANK, FOOT, BREASTBONE)
            if band in pipelines and pipelines[band].settings.quantity == "angle"
        }
        self._lines = {band: _Line() for band in pipelines}
        self._sides = _sides(self._pipelines)
        self._now_s = -float("inf")
        self._against: list[Rep] = []
        self._advised: int | None = None

    def take(
        self, band: str, events: Sequence[Event], readings: Sequence[tuple[float, float]]
    ) -> list[Event]:
        """Take what a band decided and its newest readings; return what is to be handed on.

        Args:
            band: Whose they are.
            events: In order.
            readings: As `BandPipeline.take_readings` gives them.
        """
        if not events and not readings:
            return []
        self._now_s = max(self._now_s, self._pipelines[band].decided_s)
        if band in self._heard:
            self._heard[band].add(readings)
        told = self._lined_up(band, events)
        for line in self._lines.values():
            told += self._let_go(line, at_once=False)
        if self._sides is None:
            return told
        return [event for one in told for event in self._sides.take(one)]

    def _lined_up(self, band: str, events: Sequence[Event]) -> list[Event]:
        """Put a band's events into its line; return those that are handed on at once."""
        line, told = self._lines[band], list[Event]()
        for event in events:
            if isinstance(event, AlertRaised | AlertCleared):
                told.append(event)
                continue
            line.waiting.append(event)
            if isinstance(event, SetStarted):
                line.companions, line.postures = self._companions(band), self._postures(band)
                self._learn_poses(line, band)
            told += self._let_go(line, at_once=isinstance(event, SetEnded))
        return told

    def _companions(self, band: str) -> tuple[Companion, ...]:
        """Who has a say in the movements of the set that a band began."""
        running, heard = self._pipelines[band].active, self._heard
        if running is None:
            return ()
        companions: list[Companion] = []
        if running.exercise.still_pelvis and band != PELVIS and PELVIS in heard:
            companions.append(RollBack(heard[PELVIS]))
        if running.exercise.zone_name == FLOSS_ZONE and band == SHANK and {SHANK, FOOT} <= {*heard}:
            self._against.clear()
            companions.append(KneeAndAnkle(heard[SHANK], heard[FOOT]))
        return tuple(companions)

    def _postures(self, band: str) -> tuple[Posture, ...]:
        """Who has a say in the holds of the set that a band began."""
        running = self._pipelines[band].active
        if running is None or band in {PELVIS, BREASTBONE}:
            return ()
        return postures(running.exercise, self._heard)

    def _learn_poses(self, line: _Line, band: str) -> None:
        """Who has a say is at rest as the set begins, in whatever position that is done."""
        for judge in (*line.companions, *line.postures):
            for name in judge.awaits:
                if name != band:
                    self._pipelines[name].learn_pose()

    def _let_go(self, line: _Line, *, at_once: bool) -> list[Event]:
        """What need not wait any longer, in order."""
        told: list[Event] = []
        while line.waiting:
            match line.waiting[0]:
                case Rep() as rep if line.companions and rep.grade is not Grade.ABORTED:
                    if not at_once and self._waits(rep.count_s, line.companions):
                        break
                    told += self._judged(rep, line)
                case HoldEnded() as hold if line.postures:
                    if not at_once and self._waits(hold.end_s, line.postures):
                        break
                    told += self._looked_at(hold, line)
                case event:
                    told.append(event)
            del line.waiting[0]
        return told

    def _waits(self, end_s: float, judges: Sequence[Companion | Posture]) -> bool:
        """Somebody who has a say was not heard to the end yet."""
        return any(
            self._heard[band].newest_s < end_s and not self._is_behind(band, end_s)
            for judge in judges
            for band in judge.awaits
        )

    def _is_behind(self, band: str, end_s: float) -> bool:
        """Nothing is to be expected of a band in good time. In a replay there is time enough."""
        if self._pipelines[band].settings.silence == "samples":
            return False
        late_s = max(self._now_s - end_s, end_s - self._heard[band].newest_s)
        return late_s > PATIENCE_S

    def _judged(self, rep: Rep, line: _Line) -> list[Event]:
        said = [flag for companion in line.companions for flag in companion.flags(rep)]
        flags = (*rep.flags, *said)
        judged = replace(rep, flags=flags, emitted_s=max(rep.emitted_s, self._now_s))
        return [judged, *(self._advised_on(judged) if rep.band == SHANK else ())]

    def _looked_at(self, hold: HoldEnded, line: _Line) -> list[Event]:
        """A hold, and what there is to say about it."""
        hold = replace(hold, emitted_s=max(hold.emitted_s, self._now_s))
        codes = [code for posture in line.postures if (code := posture.hint(hold)) is not None]
        return [hold, *(_hint(hold, code) for code in codes)]

    def _advised_on(self, rep: Rep) -> Sequence[Event]:
        """Two in a row with toes and knee against each other: advice, once a set."""
        pipeline, code = self._pipelines[SHANK], AlertCode.PHASE_PATTERN
        if pipeline.active is None or pipeline.set_number != rep.set:
            return ()
        if "tensioner" not in rep.flags:
            self._against.clear()
            return pipeline.advise(code, None, rep.count_s, self._now_s)
        self._against.append(rep)
        if len(self._against) < IN_A_ROW or self._advised == rep.set:
            return ()
        self._advised = rep.set
        return pipeline.advise(code, self._against[0].start_s, rep.count_s, self._now_s)


def _hint(hold: HoldEnded, code: HintCode) -> Hint:
    """Something to mention about a hold."""
    return Hint(
        id=f"{hold.id}-{code}",
        band=hold.band,
        exercise=hold.exercise,
        set=hold.set,
        t_s=hold.end_s,
        emitted_s=hold.emitted_s,
        code=code,
        message=HINTS[code],
    )


def _sides(pipelines: Mapping[str, BandPipeline]) -> Sides | None:
    """Both sides, where they can be compared."""
    if LEFT not in pipelines or RIGHT not in pipelines:
        return None
    left, right = pipelines[LEFT].settings, pipelines[RIGHT].settings
    if left.quantity != right.quantity or left.quantity not in {"force", "angle"}:
        return None
    return Sides(left.session)

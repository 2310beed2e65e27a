"""Which alerts of a band stand: raised, hidden behind a more urgent one, acknowledged, cleared."""

from collections.abc import Sequence
from dataclasses import dataclass

from bandmate.domain.alerts import ALERTS, AlertCode, Urgency
from bandmate.domain.events import Acknowledged, AlertCleared, AlertRaised, Event
from bandmate.engine.stamp import Stamp

_RANK = {urgency: rank for rank, urgency in enumerate(Urgency)}


@dataclass(slots=True)
class _Active:
    raised: AlertRaised
    gone_s: float | None = None
    """When the cause of a latched alert ended; it stays until it is acknowledged."""


class AlertBook:
    """Raises, clears and acknowledges the alerts of one band.

    Of the alerts about the pull, a more urgent one hides the less urgent ones that come after it.
    """

    def __init__(self, stamp: Stamp) -> None:
        self._stamp = stamp
        self._active: dict[AlertCode, _Active] = {}

    def __contains__(self, code: AlertCode) -> bool:
        return code in self._active

    @property
    def codes(self) -> tuple[AlertCode, ...]:
        """Active alerts, most urgent first, then as they came."""
        since = {code: active.raised.t_s for code, active in self._active.items()}
        return tuple(sorted(since, key=lambda code: (_RANK[ALERTS[code].urgency], since[code])))

    def hides(self, code: AlertCode) -> bool:
        """A more urgent alert about the pull stands."""
        kind = ALERTS[code]
        return kind.about_signal and any(
            ALERTS[other].about_signal and _RANK[ALERTS[other].urgency] < _RANK[kind.urgency]
            for other in self._active
        )

    def raise_(
        self,
        code: AlertCode,
        t_s: float,
        onset_s: float,
        *,
        value: float | None = None,
        limit: float | None = None,
        index: int | None = None,
        again: bool = False,
    ) -> Sequence[Event]:
        """The condition of `code` was decided at `t_s`; it began at `onset_s`.

        One that stands already is not raised twice, unless it happened `again`.
        """
        if self.hides(code) or (code in self._active and not again):
            return ()
        kind = ALERTS[code]
        raised = AlertRaised(
            **self._stamp.head(AlertRaised, t_s, code),
            code=code,
            urgency=kind.urgency,
            value=value,
            limit=limit,
            message=kind.message,
            onset_s=onset_s,
            index=index,
        )
        self._active[code] = _Active(raised)
        return (raised,)

    def clear(self, code: AlertCode, t_s: float, gone_s: float) -> Sequence[Event]:
        """The cause of `code` was gone at `gone_s`, which was decided at `t_s`."""
        active = self._active.get(code)
        if active is None:
            return ()
        if ALERTS[code].latched:
            if active.gone_s is None:
                active.gone_s = gone_s
            return ()
        return self._cleared(code, t_s, gone_s)

    def release(self, code: AlertCode, t_s: float) -> Sequence[Event]:
        """A latched alert is let go: acknowledged, or made good (a new tare)."""
        active = self._active.get(code)
        if active is None:
            return ()
        return self._cleared(code, t_s, t_s if active.gone_s is None else active.gone_s)

    def acknowledge(self, t_s: float) -> Sequence[Event]:
        """The person has seen all that stands; what was only latched for that is cleared."""
        codes = self.codes
        if not codes:
            return ()
        seen = Acknowledged(**self._stamp.head(Acknowledged, t_s), codes=codes)
        latched = [c for c in codes if ALERTS[c].latched and c is not AlertCode.TARE_INVALID]
        return [seen, *(event for code in latched for event in self.release(code, t_s))]

    def close(self, t_s: float) -> Sequence[Event]:
        """Nothing is watched any more: what is not latched is cleared."""
        open_codes = [code for code in self.codes if not ALERTS[code].latched]
        return [event for code in open_codes for event in self._cleared(code, t_s, t_s)]

    def _cleared(self, code: AlertCode, t_s: float, gone_s: float) -> Sequence[Event]:
        raised = self._active.pop(code).raised
        return (
            AlertCleared(
                **self._stamp.head(AlertCleared, t_s, code),
                code=code,
                urgency=raised.urgency,
                value=raised.value,
                limit=raised.limit,
                message=raised.message,
                onset_s=raised.onset_s,
                duration_s=max(gone_s - raised.onset_s, 0.0),
                index=raised.index,
            ),
        )

"""Which alerts stand now, as the page shows them and the sound speaks of them.

Built from events alone, so that every way out agrees with what was stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bandmate.domain.alerts import AlertCode, Urgency

_MOST_URGENT_FIRST = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class StandingAlert:
    """An alert that is still to be shown.

    Attributes:
        band: Which sensor raised it.
        message: The words for the person.
        acknowledged: It was seen: it stays shown, without sound.
        over: Its cause is gone; it is shown only because it must be seen.
    """

    band: str
    code: AlertCode
    urgency: Urgency
    message: str
    acknowledged: bool = False
    over: bool = False

    @property
    def loud(self) -> bool:
        """It asks for a sound."""
        return not self.acknowledged and not self.over


class AlertBoard:
    """The standing alerts of all bands."""

    def __init__(self) -> None:
        self._standing: dict[tuple[str, AlertCode], StandingAlert] = {}

    def standing(self) -> Sequence[StandingAlert]:
        """All standing alerts: unseen ones first, then the most urgent, then the oldest."""
        return sorted(
            self._standing.values(),
            key=lambda alert: (alert.acknowledged, _MOST_URGENT_FIRST.index(alert.urgency)),
        )

    def loudest(self) -> StandingAlert | None:
        """The most urgent alert that asks for a sound."""
        return next((alert for alert in self.standing() if alert.loud), None)

    def apply(self, body: Mapping[str, object]) -> bool:
        """Take in an event; true if it was about alerts."""
        band = str(body["band"])
        match body["event"]:
            case "alert_raised":
                self._raise(band, body)
            case "alert_cleared":
                self._clear(band, AlertCode(str(body["code"])))
            case "acknowledged":
                self._acknowledge(band)
            case _:
                return False
        return True

    def dismiss_over(self) -> None:
        """What was shown only to be seen was seen."""
        over = [key for key, alert in self._standing.items() if alert.over]
        for key in over:
            del self._standing[key]

    def _raise(self, band: str, body: Mapping[str, object]) -> None:
        code = AlertCode(str(body["code"]))
        # Taken out first: an alert that comes again is the youngest of its urgency.
        self._standing.pop((band, code), None)
        self._standing[band, code] = StandingAlert(
            band, code, Urgency(str(body["urgency"])), str(body["message"])
        )

    def _clear(self, band: str, code: AlertCode) -> None:
        alert = self._standing.pop((band, code), None)
        # The ceiling lasts until clear, and is shown until acknowledged.
        if alert and code is AlertCode.TENSION_CEILING and not alert.acknowledged:
            self._standing[band, code] = replace(alert, over=True)

    def _acknowledge(self, band: str) -> None:
        for key, alert in list(self._standing.items()):
            if alert.band == band:
                self._standing[key] = replace(alert, acknowledged=True)

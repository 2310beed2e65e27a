"""Which tone is heard, and which alerts stand: decided without any audio."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bandmate.domain.alerts import ALERTS, AlertCode, Urgency
from bandmate.sinks.board import AlertBoard
from bandmate.sinks.cues import REPEAT_S, SAID_ONCE, Tone, ToneChooser
from sinks.service import STATE

HOLD = replace(STATE, reps_target=0, hold_target_s=30.0)


def alert(event: str, code: AlertCode, band: str = "left") -> dict[str, object]:
    kind = ALERTS[code]
    return {
        "event": event,
        "band": band,
        "code": code,
        "urgency": kind.urgency,
        "message": kind.message,
    }


def raised(code: AlertCode, band: str = "left") -> dict[str, object]:
    return alert("alert_raised", code, band)


def cleared(code: AlertCode, band: str = "left") -> dict[str, object]:
    return alert("alert_cleared", code, band)


def happened(event: str, band: str = "left", **fields: object) -> dict[str, object]:
    return {"event": event, "band": band, **fields}


def heard(chooser: ToneChooser, *bodies: dict[str, object], now_s: float = 0.0) -> Tone | None:
    return chooser.step(bodies, (), now_s)


def test_every_alert_has_the_tone_of_its_urgency() -> None:
    for code, kind in ALERTS.items():
        expected = Tone.LOST if code is AlertCode.SIGNAL_LOST else Tone(kind.urgency.value)
        assert heard(ToneChooser(), raised(code), now_s=100) is expected


def test_only_a_full_movement_clicks() -> None:
    chooser = ToneChooser()
    assert heard(chooser, happened("rep", grade="full")) is Tone.REP
    for grade in ("partial", "fast", "slow", "aborted"):
        assert heard(chooser, happened("rep", grade=grade)) is None


def test_a_hold_is_heard_at_its_start_half_end_and_when_it_is_done() -> None:
    chooser = ToneChooser()
    assert heard(chooser, happened("hold_started")) is Tone.HOLD_STARTED
    tones = [chooser.step((), [replace(HOLD, hold_s=t)], t) for t in (14.9, 15.1, 24.9, 25.1, 29)]
    assert tones == [None, Tone.HOLD_HALF, None, Tone.HOLD_ENDING, None]
    assert heard(chooser, happened("dose_reached")) is Tone.DONE


def test_a_short_hold_has_no_tone_for_its_end() -> None:
    chooser = ToneChooser()
    tones = {
        chooser.step((), [replace(HOLD, hold_s=t / 10, hold_target_s=10.0)], t) for t in range(100)
    }
    assert tones == {None, Tone.HOLD_HALF}


def test_what_asks_for_action_is_repeated_until_it_is_over() -> None:
    chooser = ToneChooser()
    pause_s = REPEAT_S[Urgency.EASE]
    assert heard(chooser, raised(AlertCode.TENSION_LIMIT), now_s=10) is Tone.EASE
    assert heard(chooser, now_s=10 + pause_s - 0.1) is None
    assert heard(chooser, now_s=10 + pause_s) is Tone.EASE
    assert heard(chooser, cleared(AlertCode.TENSION_LIMIT), now_s=15) is Tone.SILENCE
    assert heard(chooser, now_s=100) is None


def test_an_acknowledged_alert_is_silent_until_a_new_one() -> None:
    chooser = ToneChooser()
    heard(chooser, raised(AlertCode.TENSION_LIMIT))
    assert heard(chooser, happened("acknowledged"), now_s=1) is Tone.SILENCE
    assert heard(chooser, now_s=100) is None
    assert heard(chooser, raised(AlertCode.TENSION_CEILING), now_s=101) is Tone.STOP


def test_a_stop_that_was_asked_for_is_heard_once() -> None:
    chooser = ToneChooser()
    assert heard(chooser, raised(AlertCode.TINGLE_STOP)) is Tone.STOP
    assert heard(chooser, now_s=100) is None
    assert heard(chooser, raised(AlertCode.TENSION_CEILING, "right"), now_s=101) is Tone.STOP
    assert heard(chooser, now_s=200) is Tone.STOP


def test_who_comes_late_hears_what_stands() -> None:
    chooser = ToneChooser()
    assert chooser.standing() is None
    heard(chooser, raised(AlertCode.SIGNAL_LOST))
    assert chooser.standing() is Tone.LOST
    heard(chooser, raised(AlertCode.TENSION_LIMIT))
    assert chooser.standing() is Tone.EASE
    heard(chooser, happened("acknowledged"))
    assert chooser.standing() is None
    heard(chooser, raised(AlertCode.TINGLE_STOP))
    assert chooser.standing() is None, "nothing nags after a stop that was asked for"


def test_a_click_does_not_speak_into_an_alert() -> None:
    chooser = ToneChooser()
    heard(chooser, raised(AlertCode.TENSION_LIMIT))
    assert heard(chooser, happened("rep", grade="full"), now_s=1) is None


def test_advice_is_heard_at_most_every_ten_seconds() -> None:
    chooser = ToneChooser()
    assert heard(chooser, raised(AlertCode.HOLD_SAG), now_s=20) is Tone.INFO
    heard(chooser, cleared(AlertCode.HOLD_SAG), now_s=21)
    assert heard(chooser, raised(AlertCode.TENSION_HIGH), now_s=25) is None
    assert heard(chooser, raised(AlertCode.HOLD_SAG), now_s=30) is Tone.INFO


def test_of_several_events_at_once_the_most_urgent_is_heard() -> None:
    at_once = (
        raised(AlertCode.TENSION_CEILING),
        happened("rep", grade="full"),
        raised(AlertCode.SENSOR_FROZEN, "right"),
    )
    assert heard(ToneChooser(), *at_once) is Tone.STOP


def test_an_alert_that_is_over_at_once_is_not_heard() -> None:
    chooser = ToneChooser()
    both = (raised(AlertCode.TENSION_LIMIT), cleared(AlertCode.TENSION_LIMIT))
    assert heard(chooser, *both) is Tone.SILENCE


def test_the_ceiling_is_shown_until_it_was_seen() -> None:
    board = AlertBoard()
    board.apply(raised(AlertCode.TENSION_CEILING))
    board.apply(cleared(AlertCode.TENSION_CEILING))
    (alert,) = board.standing()
    assert alert.over
    assert not alert.loud
    board.dismiss_over()
    assert not board.standing()


def test_acknowledging_one_band_leaves_the_other() -> None:
    board = AlertBoard()
    board.apply(raised(AlertCode.TENSION_LIMIT, "left"))
    board.apply(raised(AlertCode.TENSION_LIMIT, "right"))
    board.apply(happened("acknowledged", "left"))
    assert [(alert.band, alert.acknowledged) for alert in board.standing()] == [
        ("right", False),
        ("left", True),
    ]


changes = st.lists(
    st.builds(
        alert,
        st.sampled_from(["alert_raised", "alert_cleared", "acknowledged"]),
        st.sampled_from(list(AlertCode)),
        st.sampled_from(["left", "right"]),
    )
)


@given(changes)
def test_silence_means_that_nothing_asks_for_action(bodies: list[dict[str, object]]) -> None:
    chooser = ToneChooser()
    for now_s, body in enumerate(bodies):
        heard(chooser, body, now_s=now_s)
    asking = [
        alert
        for alert in chooser.board.standing()
        if alert.loud and alert.urgency in REPEAT_S and alert.code not in SAID_ONCE
    ]
    assert (heard(chooser, now_s=1e6) is not None) == bool(asking)

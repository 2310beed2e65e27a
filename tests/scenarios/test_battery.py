"""S21: the battery of a sensor runs out in the middle of a traction."""

import pytest
from scenario import TRACTION, Run, sampled, traction

from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.encoder import Encoder
from bandmate.devices.registry import load_profiles
from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import AlertCleared, AlertRaised, HoldEnded, SetEnded
from bandmate.domain.samples import Decoded, Frame
from bandmate.domain.session_events import Credited, Cue, SessionChanged
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.battery import HYSTERESIS_PCT, LOW_PCT
from bandmate.engine.intake import Intake, feed
from bandmate.engine.session.states import State
from bandmate.errors import UsageError
from bandmate.sinks.cues import Tone, ToneChooser
from engine.session_host import Host, a_plan

PLATE = load_profiles().get("entralpi")
LEVELS = {20.0: 15, 40.0: 9, 60.0: 4}
END_S = 70.0


def a_pipeline() -> BandPipeline:
    settings = BandSettings("left", "test", PLATE.traits(PLATE.parameters()))
    return BandPipeline(settings, load_catalogue().find)


def of_a_dying_sensor(seed: int) -> tuple[BandPipeline, Run]:
    """From the bytes of a sensor with a Battery Service to the events, up to 130 s."""
    pipeline, intake, encoder = a_pipeline(), Intake(PLATE), Encoder(PLATE)
    events = pipeline.command(f"start:{TRACTION}", 0.0)
    for t_s, force_n in zip(*sampled(traction, END_S, 10.0, seed), strict=True):
        (data,) = encoder.encode(Decoded([max(float(force_n), 0.0)]))
        events += feed(pipeline, intake, Frame(float(t_s), "notify", data))
        if (level := LEVELS.get(float(t_s))) is not None:
            events += feed(pipeline, intake, Frame(float(t_s), "battery", bytes([level])))
    for tenth in range(1, 600):
        events += pipeline.tick(END_S + tenth / 10)
    return pipeline, Run(events)


@pytest.mark.parametrize("seed", range(3))
def test_s21_each_alert_is_told_once_and_no_new_set_begins(seed: int):
    pipeline, result = of_a_dying_sensor(seed)
    told = [(str(a.code), a.value, a.limit) for a in result.of(AlertRaised)]
    assert told == [
        ("battery_low", 15.0, 15.0),
        ("battery_critical", 4.0, 5.0),
        ("signal_degraded", None, None),
        ("signal_lost", None, None),
    ]
    assert [a.t_s for a in result.of(AlertRaised)][:2] == [20.0, 60.0]
    (lost,) = result.raised("signal_lost")
    assert lost.t_s == pytest.approx(71.0, abs=0.2)
    assert not result.of(AlertCleared)
    with pytest.raises(UsageError, match="the sensor's battery is nearly empty"):
        pipeline.command("next", 130.0)
    assert pipeline.active is not None, "the running set goes on"
    ended = Run(pipeline.finish(130.0))
    (hold,) = ended.of(HoldEnded)
    assert hold.end_s == pytest.approx(END_S, abs=0.1)
    assert hold.reason == "lost"
    assert ended.of(SetEnded)[0].interrupted
    assert ended.summary.holds == 1
    assert ended.summary.quality["samples"] == 701, "all up to 70 s is kept"


def test_a_level_that_wavers_is_told_once_and_a_charged_one_clears():
    pipeline = a_pipeline()
    names: list[str] = []
    for t_s, level_pct in enumerate([16, 15, 17, 15, 5, 6, 5, 10, 4, 11, 15, LOW_PCT, 80]):
        for event in pipeline.shows_battery(float(level_pct), float(t_s)):
            assert isinstance(event, AlertRaised | AlertCleared)
            names.append(f"{event.name}:{event.code}")
    assert names == [
        "alert_raised:battery_low",
        "alert_raised:battery_critical",
        "alert_cleared:battery_critical",
        "alert_cleared:battery_low",
    ]
    assert pipeline.command(f"start:{TRACTION}", 20.0)


def test_a_set_may_begin_again_once_the_battery_is_charged_a_little():
    pipeline = a_pipeline()
    pipeline.shows_battery(5.0, 0.0)
    pipeline.shows_battery(5.0 + HYSTERESIS_PCT, 1.0)
    with pytest.raises(UsageError):
        pipeline.command(f"start:{TRACTION}", 2.0)
    pipeline.shows_battery(5.1 + HYSTERESIS_PCT, 3.0)
    assert pipeline.command(f"start:{TRACTION}", 4.0)


def a_dying_session() -> Host:
    """A guided traction whose sensor dies at 70 s; until the session has noticed."""

    def shown(_: str, t_s: float) -> float | None:
        return float("nan") if t_s > END_S else None

    plan = a_plan(TRACTION, "seated_hamstring_isolation", warm_up_s=0.0)
    host = Host(plan, shown=shown).begun()
    for at_s, level in LEVELS.items():
        host.wait(at_s - host.now_s)
        host.do(host.machine.hear(host.pipelines["left"].shows_battery(level, host.now_s)))
    host.until(State.PAUSED)
    return host


def test_s21_a_guided_session_waits_and_is_not_flooded():
    host = a_dying_session()
    assert host.told(SessionChanged)[-1].reason == "signal_lost"
    assert host.now_s < 72.0
    chooser, tones, heard = ToneChooser(), list[tuple[float, Tone]](), 0
    for _ in range(300):
        host.step()
        fresh = [event.to_dict() for event in host.machine.events[heard:] if event.band]
        heard = len(host.machine.events)
        tone = chooser.step(fresh, (), host.now_s)
        if tone is not None:
            tones.append((host.now_s, tone))
    assert host.state is State.PAUSED
    counts = [str(event.code) for event in host.told(AlertRaised)]
    assert counts.count("signal_lost") == counts.count("battery_critical") == 1
    (first_s, first), *reminders = tones
    assert first is Tone.LOST
    gaps_s = [b - a for (a, _), (b, _) in zip(tones, reminders, strict=False)]
    assert len(reminders) == 3
    assert min(gaps_s) >= 30.0
    assert first_s < 73.0


def test_s21_a_guided_session_says_why_the_next_set_does_not_begin():
    host = a_dying_session()
    host.command("resume")
    host.command("skip")
    (credited,) = host.told(Credited)
    assert credited.credited == pytest.approx(END_S - 24.0, abs=6.0)
    host.until(State.PAUSED)
    said = [cue.text for cue in host.told(Cue) if cue.code == "not_begun"]
    assert len(said) == 1
    assert "battery is nearly empty" in said[0]
    host.wait(60.0)
    assert host.state is State.PAUSED
    assert AlertCode.BATTERY_CRITICAL in host.pipelines["left"].alerts
    host.command("end")
    host.finish()

"""From the frames of real sensors to readings, facts and silence."""

import math

import pytest

from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.encoder import Encoder
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.domain.events import AlertRaised, Event, Rep, ZoneChanged
from bandmate.domain.samples import Decoded, Frame, MotionBlock, Vector
from bandmate.domain.zones import Zone
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.intake import GYRO_KEPT_S, Intake, feed, quantity_of
from bandmate.errors import UsageError
from bandmate.signal.timebase import DeviceTimebase
from engine.limb import Sensor, lifts, mounting
from scenarios.scenario import FLOSS

PROFILES = load_profiles()
ADAFRUIT = PROFILES.get("adafruit-accelerometer")
WITMOTION = PROFILES.get("witmotion-bwt901ble5")
LINESCALE = PROFILES.get("linescale-3")
SCALE = PROFILES.get("weiheng-wh-c06")
HEART = PROFILES.get("sig-heart-rate")
UP: Vector = (0.0, 0.0, 9.80665)

LIVE = bytes.fromhex("0203112ac0191122e20104d201f4019990")
HELD = bytes.fromhex("0203112ac0191122e20104d201f4a19990")
KILONEWTON = b"R000.02N000.00ZNF"


def pipeline_of(profile: Profile) -> BandPipeline:
    settings = BandSettings(
        "left", "intake", profile.traits(profile.parameters()), quantity=quantity_of(profile)
    )
    return BandPipeline(settings, load_catalogue().find)


def adafruit(role: str, arrival_s: float, vector: Vector) -> Frame:
    quantity = "acc_ms2" if role == "acc" else "gyro_rads"
    (data,) = Encoder(ADAFRUIT, on=role).encode(Decoded(motion={quantity: [vector]}))
    return Frame(arrival_s, role, data)


def linescale(arrival_s: float, text: bytes) -> Frame:
    checksum = sum(text) % 100
    return Frame(arrival_s, "notify", text + f"{checksum:02}\r".encode())


def motion(intake: Intake, frame: Frame) -> MotionBlock:
    block = intake.take(frame).block
    assert isinstance(block, MotionBlock)
    return block


@pytest.mark.parametrize("name", [p.device.id for p in PROFILES if p.device.kind != "side"])
def test_times_are_called_exact_where_the_sensor_stamps_its_readings(name: str):
    profile = PROFILES.get(name)
    params = profile.parameters(complete=False)
    stamped = isinstance(vars(Intake(profile, params))["_timebase"], DeviceTimebase)
    assert profile.traits(params).timing == ("device" if stamped else "approximate")


def test_a_turn_rate_alone_feeds_no_sample_and_goes_with_the_next():
    intake = Intake(ADAFRUIT)
    assert intake.take(adafruit("gyro", 0.0, (0.5, 0.0, 0.25))).block is None
    block = motion(intake, adafruit("acc", 0.1, UP))
    assert block.acc_ms2 == [pytest.approx(UP)]
    assert block.gyro_rads == [(0.5, 0.0, 0.25)]


def test_an_orientation_alone_feeds_no_sample():
    (data,) = Encoder(ADAFRUIT, on="quaternion").encode(
        Decoded(motion={"quat": [(1.0, 0.0, 0.0, 0.0)]})
    )
    assert Intake(ADAFRUIT).take(Frame(0.0, "quaternion", data)).block is None


def test_an_old_turn_rate_is_not_used():
    intake = Intake(ADAFRUIT)
    intake.take(adafruit("gyro", 0.0, (0.5, 0.0, 0.0)))
    assert motion(intake, adafruit("acc", GYRO_KEPT_S + 0.01, UP)).gyro_rads == [None]


def test_a_new_stream_forgets_the_turn_rate():
    intake = Intake(ADAFRUIT)
    intake.take(adafruit("gyro", 0.0, (0.5, 0.0, 0.0)))
    intake.restart()
    assert motion(intake, adafruit("acc", 0.1, UP)).gyro_rads == [None]


def test_a_turn_rate_of_the_same_sample_is_its_own():
    told = Decoded(motion={"acc_ms2": [UP], "gyro_rads": [(0.5, 0.0, 0.0)], "angle_deg": [UP]})
    (data,) = Encoder(WITMOTION).encode(told)
    block = motion(Intake(WITMOTION), Frame(0.0, "data", data))
    assert block.gyro_rads == [pytest.approx((0.5, 0.0, 0.0), abs=0.002)]


@pytest.mark.parametrize("role", ["gyro", "quaternion"])
def test_what_feeds_no_sample_leaves_the_times_alone(role: str):
    def times(*, between: bool) -> list[float]:
        intake, found = Intake(ADAFRUIT), list[float]()
        for k in range(10):
            found += motion(intake, adafruit("acc", k / 20, UP)).t_s
            if between:
                intake.take(Frame(k / 20 + 0.01, role, bytes(16 if role == "quaternion" else 12)))
        return found

    assert times(between=True) == times(between=False)


@pytest.mark.parametrize("packet", [1, 3])
def test_ten_lifts_are_counted_from_bytes(packet: int):
    pipeline, intake = pipeline_of(WITMOTION), Intake(WITMOTION)
    t, acc, gyro = Sensor(10, mounting(8), acc_noise_ms2=0.02).readings(lifts(10, 45.0, 4.0), 46.0)
    events = pipeline.start(load_catalogue().find("free_reps"), 0.0)
    encoder, waiting = Encoder(WITMOTION), b""
    for k, t_s in enumerate(t):
        told = {"acc_ms2": [acc[k]], "gyro_rads": [gyro[k] or (0.0, 0.0, 0.0)], "angle_deg": [UP]}
        waiting += b"".join(encoder.encode(Decoded(motion=told)))
        if k % packet == packet - 1:
            events += feed(pipeline, intake, Frame(t_s, "data", waiting))
            waiting = b""
    assert [str(e.grade) for e in events if isinstance(e, Rep)] == ["full"] * 10


def test_a_heart_rate_is_a_fact_and_no_sample():
    intake = Intake(HEART)
    assert (intake.heart_rate_bpm, intake.heart_s) == (None, None)
    assert intake.take(Frame(3.0, "heart_rate", bytes.fromhex("0048"))).block is None
    assert (intake.heart_rate_bpm, intake.heart_s) == (72.0, 3.0)
    assert intake.take(Frame(4.0, "heart_rate", b"")).error is not None
    assert (intake.heart_rate_bpm, intake.heart_s) == (72.0, 3.0)


def test_each_kind_of_sensor_has_its_quantity():
    assert [quantity_of(p) for p in (SCALE, ADAFRUIT, HEART)] == ["force", "angle", "none"]
    with pytest.raises(UsageError, match="sig-battery is a service that sensors offer"):
        quantity_of(PROFILES.get("sig-battery"))


def test_a_gauge_set_to_a_coarse_unit_is_refused():
    pipeline, intake = pipeline_of(LINESCALE), Intake(LINESCALE)
    pipeline.command(f"start:{FLOSS}", 0.0)
    pipeline.command("stop", 0.1)
    feed(pipeline, intake, linescale(0.2, KILONEWTON))
    with pytest.raises(UsageError, match="steps of 10 N: too coarse for the zone 5 to 25 N"):
        pipeline.command(f"start:{FLOSS}", 0.3)


def test_a_gauge_switched_to_a_coarse_unit_inside_a_set_is_never_in_the_zone():
    pipeline, intake = pipeline_of(LINESCALE), Intake(LINESCALE)
    pipeline.command(f"start:{FLOSS}", 0.0)
    events: list[Event] = []
    for k in range(40):
        events += feed(pipeline, intake, linescale(k / 40, KILONEWTON))
    assert [e.zone for e in events if isinstance(e, ZoneChanged)] == [Zone.UNKNOWN]


def test_held_readings_are_no_life_of_the_sensor():
    pipeline, intake = pipeline_of(SCALE), Intake(SCALE)
    events = pipeline.command("start:free_holds", 0.0)
    for k in range(60):
        frame = Frame(k / 8, "advert", LIVE if k < 16 else HELD, 0x0100)
        events += feed(pipeline, intake, frame)
    lost = [e for e in events if isinstance(e, AlertRaised)]
    assert [str(e.code) for e in lost] == ["signal_degraded", "signal_lost"]
    # Lost 2 s after the next reading was due, told with the held frame after that.
    assert lost[1].t_s == pytest.approx(15 / 8 + SCALE.link.lost_s, abs=0.2)
    assert pipeline.tension_n is None
    assert pipeline.last_s == 15 / 8
    back = feed(pipeline, intake, Frame(8.0, "advert", LIVE, 0x0100))
    assert {e.name for e in back} >= {"alert_cleared"}
    assert pipeline.tension_n is not None
    assert not math.isnan(pipeline.tension_n)

"""What a virtual sensor advertises fits the air, and its profile."""

import pytest
from bumble.core import AdvertisingData
from bumble.data_types import CompleteLocalName, ManufacturerSpecificData

from bandmate.devices.match import Matcher
from bandmate.devices.profile import ADVERT, Profile
from bandmate.sim.advertising import PACKET_MOST, advertised_name, advertisement, signs
from bandmate.sim.scanner import plain_uuid
from link.rig import PROFILES

SENSORS = [profile for profile in PROFILES if profile.device.kind != "side"]
every_sensor = pytest.mark.parametrize("profile", SENSORS, ids=lambda profile: profile.device.id)

SERVICES = (
    AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
)


@every_sensor
def test_its_signs_fit_the_air_and_are_its_own(profile: Profile):
    first, response = advertisement(*signs(profile))
    assert max(len(first), len(response)) <= PACKET_MOST
    heard = AdvertisingData.from_bytes(first + response)
    uuids = [plain_uuid(uuid) for kind in SERVICES for some in heard.get_all(kind) for uuid in some]
    found = Matcher(PROFILES).match(
        name=heard.get(AdvertisingData.Type.COMPLETE_LOCAL_NAME) or "",
        service_uuids=uuids,
        manufacturer=dict(heard.get_all(AdvertisingData.Type.MANUFACTURER_SPECIFIC_DATA)),
    )
    assert profile.device.id in {match.profile.device.id for match in found}


def test_every_packet_says_that_the_sensor_may_be_found():
    for profile in SENSORS:
        assert advertisement(*signs(profile))[0].startswith(bytes.fromhex("020106"))


def test_what_has_no_room_is_told_in_the_scan_response():
    data = ManufacturerSpecificData(0x0100, bytes(17))
    first, response = advertisement(data, CompleteLocalName("Long name here"))
    assert (len(first), response) == (24, b"\x0f\x09Long name here")


def test_of_a_name_that_only_begins_so_the_rest_is_made_up():
    assert advertised_name(PROFILES.get("tindeq-progressor")) == "Progressor 1234"
    assert advertised_name(PROFILES.get("frez-dyno")) == "FrezDyno-1234"
    assert advertised_name(PROFILES.get("entralpi")) == "ENTRALPI"
    assert advertised_name(PROFILES.get("sig-force")) == ""


def test_a_sensor_that_only_advertises_leaves_room_for_its_readings():
    scale = PROFILES.get("weiheng-wh-c06")
    (sign,) = signs(scale)
    assert isinstance(sign, ManufacturerSpecificData)
    assert sign.company_identifier == scale.stream[ADVERT].company

"""Which profile an advertisement fits, and how sure that is."""

from bandmate.devices.match import could_clash, match
from bandmate.devices.profile import IdentifyRule
from bandmate.devices.registry import load_profiles

PROFILES = load_profiles()
PROGRESSOR_SERVICE = "7e4e1701-1ea6-40c9-9dcc-13d34ffead57"
SCALE_PAYLOAD = bytes.fromhex("0203112ac0191122e20104d201f4019990")


def found(
    name: str = "", services: tuple[str, ...] = (), manufacturer: dict[int, bytes] | None = None
) -> list[tuple[str, str]]:
    matches = match(PROFILES, name=name, service_uuids=services, manufacturer=manufacturer or {})
    return [(match.profile.device.id, match.confidence) for match in matches]


def test_a_name_alone_is_likely():
    assert found(name="Progressor_1234") == [("tindeq-progressor", "likely")]


def test_a_service_of_its_own_is_sure():
    assert found(services=(PROGRESSOR_SERVICE,)) == [("tindeq-progressor", "sure")]
    assert found(services=(PROGRESSOR_SERVICE.upper(),)) == [("tindeq-progressor", "sure")]


def test_what_other_devices_send_too_is_likely():
    assert found("IF_B7", manufacturer={0x0100: SCALE_PAYLOAD}) == [("weiheng-wh-c06", "likely")]


def test_company_and_prefix_must_both_fit():
    assert found(manufacturer={0x004C: SCALE_PAYLOAD}) == []
    assert found(manufacturer={0x0100: b"\x02\x03\x12"}) == []


def test_the_surest_comes_first():
    both = found("Progressor_1", (PROGRESSOR_SERVICE,), {0x0100: SCALE_PAYLOAD})
    assert both == [("tindeq-progressor", "sure"), ("weiheng-wh-c06", "likely")]


def test_a_stranger_matches_nothing():
    assert found("Headphones", ("0000110b-0000-1000-8000-00805f9b34fb",)) == []
    assert found() == []


def test_rules_that_one_sign_fits():
    assert could_clash(IdentifyRule(name_prefix="Pro"), IdentifyRule(name="Progressor"))
    assert could_clash(
        IdentifyRule(service=PROGRESSOR_SERVICE), IdentifyRule(service=PROGRESSOR_SERVICE)
    )
    assert could_clash(IdentifyRule(company=1), IdentifyRule(company=1, mfr_prefix="02"))


def test_rules_that_tell_apart():
    assert not could_clash(IdentifyRule(name_prefix="Pro"), IdentifyRule(name_prefix="Con"))
    assert not could_clash(IdentifyRule(name="Pro"), IdentifyRule(company=1))
    assert not could_clash(
        IdentifyRule(company=1, mfr_prefix="01"), IdentifyRule(company=1, mfr_prefix="02")
    )

"""Which profile an advertisement fits, how sure that is, and which of several comes first."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.devices.match import Matcher, could_clash
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.devices.traits import Identify, IdentifyRule

PROFILES = load_profiles()
SHIPPED = Matcher(PROFILES)
PROGRESSOR = PROFILES.get("tindeq-progressor")
PROGRESSOR_SERVICE = "7e4e1701-1ea6-40c9-9dcc-13d34ffead57"
SCALE_PAYLOAD = bytes.fromhex("0203112ac0191122e20104d201f4019990")
UART = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
WEIGHT = "0000181d-0000-1000-8000-00805f9b34fb"


def found(
    name: str = "",
    services: tuple[str, ...] = (),
    manufacturer: dict[int, bytes] | None = None,
    *,
    matcher: Matcher = SHIPPED,
) -> list[tuple[str, str]]:
    matches = matcher.match(name=name, service_uuids=services, manufacturer=manufacturer or {})
    return [(match.profile.device.id, match.confidence) for match in matches]


def found_by(profile_id: str, *rules: IdentifyRule, confirm: bool = False) -> Profile:
    """A profile that lives nowhere and is found by these rules."""
    device = msgspec.structs.replace(PROGRESSOR.device, id=profile_id)
    identify = Identify(any=rules, confirm=confirm)
    return msgspec.structs.replace(PROGRESSOR, device=device, identify=identify, gatt={})


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


def test_a_name_may_hold_the_sign_anywhere():
    matcher = Matcher([found_by("wt", IdentifyRule(name_contains="WT901"))])
    assert found("my WT901BLE68", matcher=matcher) == [("wt", "likely")]
    assert found("my WT90", matcher=matcher) == []


def test_every_key_of_a_rule_must_hold():
    rule = IdentifyRule(name_prefix="Band", name_contains="7", service=UART, company=1)
    matcher = Matcher([found_by("band", rule)])
    assert found("Band 7", (UART,), {1: b""}, matcher=matcher) == [("band", "sure")]
    assert found("Band 8", (UART,), {1: b""}, matcher=matcher) == []
    assert found("7 Band", (UART,), {1: b""}, matcher=matcher) == []
    assert found("Band 7", (WEIGHT,), {1: b""}, matcher=matcher) == []
    assert found("Band 7", (UART,), {2: b""}, matcher=matcher) == []


def test_the_makers_data_is_sure_unless_a_person_should_confirm():
    rule = IdentifyRule(company=1, mfr_prefix="02")
    sure = Matcher([found_by("own", rule)])
    asked = Matcher([found_by("own", rule, confirm=True)])
    alone = Matcher([found_by("own", IdentifyRule(company=1))])
    assert found(manufacturer={1: b"\x02"}, matcher=sure) == [("own", "sure")]
    assert found(manufacturer={1: b"\x02"}, matcher=asked) == [("own", "likely")]
    assert found(manufacturer={1: b"\x02"}, matcher=alone) == [("own", "likely")]


def test_a_service_that_several_know_or_that_is_a_common_one_is_never_sure():
    text = found_by("text", IdentifyRule(service=UART))
    board = msgspec.structs.replace(
        found_by("board", IdentifyRule(name="Board")),
        gatt={"data": msgspec.structs.replace(PROGRESSOR.gatt["data"], service=UART)},
    )
    weight = Matcher([found_by("weight", IdentifyRule(service=WEIGHT))])
    assert found(services=(UART,), matcher=Matcher([text])) == [("text", "sure")]
    assert found(services=(UART,), matcher=Matcher([text, board])) == [("text", "likely")]
    assert found(services=(WEIGHT,), matcher=weight) == [("weight", "likely")]


def test_a_name_of_its_own_ranks_above_a_common_service():
    matcher = Matcher(
        [
            found_by("text", IdentifyRule(service=UART)),
            found_by("also-text", IdentifyRule(service=UART)),
            found_by("prefix", IdentifyRule(name_prefix="Board")),
            found_by("whole", IdentifyRule(name="Board 1")),
            found_by("longer", IdentifyRule(name_prefix="Board ")),
        ]
    )
    ids = [profile_id for profile_id, _ in found("Board 1", (UART,), matcher=matcher)]
    assert ids == ["whole", "longer", "prefix", "text", "also-text"]


def test_a_profile_is_found_once_by_its_best_sign():
    assert found("Progressor_1", (PROGRESSOR_SERVICE,)) == [("tindeq-progressor", "sure")]


texts = st.text(st.sampled_from("AB1"), min_size=1, max_size=3)
rules = st.builds(
    IdentifyRule,
    name=st.none() | texts,
    name_prefix=st.none() | texts,
    name_contains=st.none() | texts,
    service=st.none() | st.sampled_from([UART, WEIGHT, PROGRESSOR_SERVICE]),
    company=st.just(1),
    mfr_prefix=st.none() | st.sampled_from(["", "01", "0102"]),
) | st.builds(
    IdentifyRule,
    name=st.none() | texts,
    name_prefix=texts,
    name_contains=st.none() | texts,
    service=st.none() | st.sampled_from([UART, WEIGHT, PROGRESSOR_SERVICE]),
)


@given(
    st.lists(st.lists(rules, max_size=3), max_size=4),
    st.text(st.sampled_from("AB1"), max_size=4),
    st.lists(st.sampled_from([UART, WEIGHT, PROGRESSOR_SERVICE]), unique=True),
    st.dictionaries(st.integers(1, 2), st.sampled_from([b"", b"\x01", b"\x01\x02\x03"])),
)
def test_a_profile_is_found_just_where_all_keys_of_one_of_its_rules_hold(
    signs: list[list[IdentifyRule]],
    name: str,
    services: list[str],
    manufacturer: dict[int, bytes],
):
    def holds(rule: IdentifyRule) -> bool:
        payload = manufacturer.get(rule.company or 0)
        return (
            (rule.name is None or rule.name == name)
            and (rule.name_prefix is None or name.startswith(rule.name_prefix))
            and (rule.name_contains is None or rule.name_contains in name)
            and (rule.service is None or rule.service in services)
            and (rule.company is None or payload is not None)
            and (payload or b"").startswith(bytes.fromhex(rule.mfr_prefix or ""))
        )

    matcher = Matcher([found_by(f"p{i}", *some) for i, some in enumerate(signs)])
    expected = [f"p{i}" for i, some in enumerate(signs) if any(map(holds, some))]
    matches = found(name, tuple(services), manufacturer, matcher=matcher)
    assert sorted(profile_id for profile_id, _ in matches) == expected
    assert [confidence for _, confidence in matches] == sorted(
        (confidence for _, confidence in matches), reverse=True
    )


PRO = IdentifyRule(name_prefix="Pro")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PRO, IdentifyRule(name="Progressor")),
        (PRO, IdentifyRule(name_prefix="Pro", service=UART)),
        (PRO, IdentifyRule(name_prefix="Pro", company=1, mfr_prefix="02")),
        (IdentifyRule(service=UART), IdentifyRule(service=UART)),
        (IdentifyRule(service=UART), IdentifyRule(service=UART, name="Board")),
        (IdentifyRule(company=1), IdentifyRule(company=1, mfr_prefix="02")),
        (IdentifyRule(name_contains="901"), IdentifyRule(name="WT901")),
        (IdentifyRule(name_contains="WT901"), IdentifyRule(name_prefix="WT9")),
        (IdentifyRule(name_contains="WT"), IdentifyRule(name_contains="WT901")),
        (
            IdentifyRule(name_prefix="WT", name_contains="901"),
            IdentifyRule(name_prefix="W", name_contains="90"),
        ),
    ],
)
def test_rules_that_one_sign_fits(one: IdentifyRule, other: IdentifyRule):
    assert could_clash(one, other)
    assert could_clash(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PRO, IdentifyRule(name_prefix="Con")),
        (PRO, IdentifyRule(name_contains="WT901")),
        (PRO, IdentifyRule(service=UART)),
        (IdentifyRule(name="Pro"), IdentifyRule(company=1)),
        (
            IdentifyRule(company=1, mfr_prefix="01"),
            IdentifyRule(company=1, mfr_prefix="02"),
        ),
        (IdentifyRule(name="A", service=UART), IdentifyRule(name="B", service=UART)),
        (IdentifyRule(name="A", service=UART), IdentifyRule(name="A", service=WEIGHT)),
        (IdentifyRule(name="A", company=1), IdentifyRule(name="A", company=2)),
    ],
)
def test_rules_that_tell_apart(one: IdentifyRule, other: IdentifyRule):
    assert not could_clash(one, other)
    assert not could_clash(other, one)

"""Nothing slips past the levels: light stays light, heavy heavy, and both under their caps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.plan_draft import HEAVY_FROM_N
from bandmate.catalog.plan_zone_rules import FLOSS_CAPS_N, TRACTION_CAPS_N
from bandmate.domain.plans import Plan
from bandmate.domain.zones import ZoneLimits
from bandmate.errors import UsageError
from parts.plan_files import CATALOGUE, FLOSS, TRACTION, entry_of, faults, load


def zone_of(plan: Plan) -> ZoneLimits:
    zone = plan.items[0].exercise.zone
    assert zone is not None
    return zone


@pytest.mark.rule("light_for_floss")
def test_no_clinician_makes_a_floss_heavy_or_traction_light():
    head = "\n".join(f'override.{name} = "Dr Lee"' for name in ("floss_cap", "traction_cap"))
    heavy = entry_of(FLOSS, "zone = { high_n = 45, limit_n = 65, ceiling_n = 90 }")
    light = entry_of(TRACTION, "zone.low_n = 10")
    assert len(faults(heavy, light, head=head)) == 2


@pytest.mark.parametrize(("slug", "caps_n"), [(FLOSS, FLOSS_CAPS_N), (TRACTION, TRACTION_CAPS_N)])
def test_the_caps_are_those_of_the_catalogue(slug: str, caps_n: tuple[float, float]):
    exercise, (limit_n, ceiling_n) = CATALOGUE.find(slug), caps_n
    CATALOGUE.check_caps(exercise, ZoneLimits(3, 5, 20, limit_n, ceiling_n))
    for over in ((limit_n + 1, ceiling_n), (limit_n, ceiling_n + 1)):
        with pytest.raises(UsageError):
            CATALOGUE.check_caps(exercise, ZoneLimits(3, 5, 20, *over))


@pytest.mark.parametrize(
    ("body_weight_kg", "levels"),
    [
        (40, (3, 30, 35, 43, 63)),
        (60, (3, 30, 53, 65, 94)),
        (75, (3, 30, 65, 81, 118)),
        (100, (3, 39, 65, 108, 157)),
    ],
)
def test_traction_by_body_weight(body_weight_kg: float, levels: tuple[float, ...]):
    zone = zone_of(load(entry_of(TRACTION, f"body_weight_kg = {body_weight_kg}")))
    assert zone == ZoneLimits(*levels)


def test_a_clinician_lifts_the_top_of_traction_by_body_weight():
    head = 'override.traction_cap = "Dr Lee"'
    assert zone_of(load(entry_of(TRACTION, "body_weight_kg = 75"), head=head)) == ZoneLimits(
        3, 30, 66, 81, 118
    )
    assert zone_of(load(entry_of(TRACTION, "body_weight_kg = 100"), head=head)) == ZoneLimits(
        3, 39, 88, 108, 157
    )


@given(body_weight_kg=st.floats(40, 250), named=st.booleans())
def test_any_body_weight_gives_heavy_traction_under_its_caps(body_weight_kg: float, named: bool):
    head = 'override.traction_cap = "Dr Lee"' if named else ""
    entry = entry_of(TRACTION, f"body_weight_kg = {body_weight_kg!r}")
    if faults(entry, head=head):
        assert not named
        assert body_weight_kg * 9.80665 * 0.16 > TRACTION_CAPS_N[1]
        return
    zone = zone_of(load(entry, head=head))
    assert zone.low_n >= HEAVY_FROM_N
    if not named:
        assert zone.high_n <= 65
        assert (zone.limit_n, zone.ceiling_n) <= TRACTION_CAPS_N


Span = tuple[float, float]


def levels(low_n: Span, high_n: Span, room_n: Span) -> st.SearchStrategy[list[float]]:
    """Five levels: mostly in order and near what is allowed, some anything at all."""

    def near(low_n: float, high_n: float, room_n: float, rest_n: float) -> list[float]:
        return [3.0, low_n, high_n, high_n + room_n, high_n + room_n + rest_n]

    spans = [st.integers(*map(int, span)) | st.floats(*span) for span in (low_n, high_n, room_n)]
    odd = st.lists(st.floats() | st.integers(1, 220), min_size=5, max_size=5)
    return st.builds(near, *spans, st.floats(0, 30)) | odd


light_levels = levels((4, 12), (13, 31), (9, 25))
heavy_levels = levels((29, 40), (41, 67), (14, 95))


def zone_entry(slug: str, five: list[float]) -> str:
    keys = ("slack_n", "low_n", "high_n", "limit_n", "ceiling_n")
    pairs = (f"{key} = {level!r}" for key, level in zip(keys, five, strict=True))
    return entry_of(slug, f"zone = {{ {', '.join(pairs)} }}")


def in_order(five: list[float]) -> bool:
    slack_n, low_n, high_n, limit_n, ceiling_n = five
    return 0 < slack_n <= low_n < high_n <= limit_n <= ceiling_n < float("inf")


@given(five=light_levels, named=st.booleans())
def test_a_floss_loads_exactly_where_it_is_light_and_capped(five: list[float], named: bool):
    _, _, high_n, limit_n, ceiling_n = five
    capped = named or (limit_n <= 50 and ceiling_n <= 60)
    allowed = in_order(five) and high_n < 30 and limit_n - high_n >= 10 and capped
    head = 'override.floss_cap = "Dr Lee"' if named else ""
    assert (faults(zone_entry(FLOSS, five), head=head) == []) == allowed


@given(five=heavy_levels, named=st.booleans())
def test_traction_loads_exactly_where_it_is_heavy_and_capped(five: list[float], named: bool):
    _, low_n, high_n, limit_n, ceiling_n = five
    capped = named or (high_n <= 65 and limit_n <= 150 and ceiling_n <= 200)
    allowed = in_order(five) and low_n >= 30 and limit_n - high_n >= 15 and capped
    head = 'override.traction_cap = "Dr Lee"' if named else ""
    assert (faults(zone_entry(TRACTION, five), head=head) == []) == allowed


@pytest.mark.rule("light_for_floss")
@given(light=light_levels, heavy=heavy_levels)
def test_light_stays_under_heavy(light: list[float], heavy: list[float]):
    head = 'override.floss_cap = "Dr Lee"\noverride.traction_cap = "Dr Lee"'
    entries = zone_entry(FLOSS, light), zone_entry(TRACTION, heavy)
    if faults(*entries, head=head):
        return
    floss, traction = load(*entries, head=head).items
    assert floss.exercise.zone is not None
    assert traction.exercise.zone is not None
    assert floss.exercise.zone.high_n < traction.exercise.zone.low_n

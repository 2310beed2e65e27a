"""What the levels of a plan may be. Each rule takes a draft and tells `key: what is wrong`."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bandmate.catalog.plan_draft import HEAVY_FROM_N, TRACTION_HIGH_N, Draft
from bandmate.domain.plans import Override
from bandmate.domain.zones import ZoneLimits
from bandmate.errors import UsageError

FLOSS_CAPS_N: Final = (50.0, 60.0)
"""The most that limit and ceiling of a floss are set to without a clinician."""
TRACTION_CAPS_N: Final = (150.0, 200.0)
"""The same of traction."""
FLOSS_ROOM_N: Final = 10.0
"""From high to limit at least: 0.75 s, to hear and to ease off, of a rise of 13 N/s."""
TRACTION_ROOM_N: Final = 15.0
"""The same of a rise of 20 N/s."""


def one_source(draft: Draft) -> Iterator[str]:
    """The levels are given, or follow from the body weight."""
    if draft.entry.zone is not None and draft.entry.body_weight_kg is not None:
        yield "body_weight_kg: zone is given too; leave one of the two out"


def weight_is_for_traction(draft: Draft) -> Iterator[str]:
    """Nothing but traction goes by the body weight."""
    if draft.entry.body_weight_kg is not None and not draft.is_traction:
        yield "body_weight_kg: only traction goes by body weight; leave the key out"


def zone_is_measured(draft: Draft) -> Iterator[str]:
    """Levels are for what pulls at a band."""
    if draft.entry.zone is not None and draft.levels is None:
        yield "zone: this exercise has no levels of tension; leave the key out"


def zone_order(draft: Draft) -> Iterator[str]:
    """The levels rise."""
    if draft.levels is None:
        return
    try:
        ZoneLimits(*draft.levels)
    except UsageError as error:
        yield f"zone: {error}"


def floss_is_light(draft: Draft) -> Iterator[str]:
    """A floss is never heavy; nobody may change that."""
    if draft.levels is not None and draft.is_floss and draft.levels.high_n >= HEAVY_FROM_N:
        yield (
            f"zone.high_n: {draft.levels.high_n:g} N is heavy, and a floss is light, whoever asks; "
            f"keep it under {HEAVY_FROM_N:g} N"
        )


def floss_caps(draft: Draft) -> Iterator[str]:
    """A floss eases off early."""
    if draft.levels is not None and draft.is_floss:
        limit_n, ceiling_n = FLOSS_CAPS_N
        yield from _over(draft, Override.FLOSS_CAP, "limit_n", limit_n)
        yield from _over(draft, Override.FLOSS_CAP, "ceiling_n", ceiling_n)


def traction_is_heavy(draft: Draft) -> Iterator[str]:
    """Traction is never light; nobody may change that."""
    if draft.levels is not None and draft.is_traction and draft.levels.low_n < HEAVY_FROM_N:
        yield (
            f"zone.low_n: {draft.levels.low_n:g} N is light, and traction is heavy, whoever asks; "
            f"begin at {HEAVY_FROM_N:g} N"
        )


def traction_target(draft: Draft) -> Iterator[str]:
    """Traction aims no higher than a clinician says."""
    if draft.levels is not None and draft.is_traction:
        yield from _over(draft, Override.TRACTION_CAP, "high_n", TRACTION_HIGH_N)


def traction_caps(draft: Draft) -> Iterator[str]:
    """Traction has an end."""
    if draft.levels is not None and draft.is_traction:
        limit_n, ceiling_n = TRACTION_CAPS_N
        yield from _over(draft, Override.TRACTION_CAP, "limit_n", limit_n)
        yield from _over(draft, Override.TRACTION_CAP, "ceiling_n", ceiling_n)


def room_to_ease_off(draft: Draft) -> Iterator[str]:
    """From high to limit there is time to hear and to ease off.

    By body weight the shares are fixed: there the limit stays low although the room is less.
    """
    if draft.levels is None or draft.entry.body_weight_kg is not None:
        return
    least_n = FLOSS_ROOM_N if draft.is_floss else TRACTION_ROOM_N if draft.is_traction else 0.0
    room_n = draft.levels.limit_n - draft.levels.high_n
    if 0 <= room_n < least_n:
        yield (
            f"zone.limit_n: {room_n:g} N over high_n leaves too little room to ease off; "
            f"leave {least_n:g} N, by a lower high_n"
        )


ZONE_RULES: Sequence[Callable[[Draft], Iterator[str]]] = (
    one_source,
    weight_is_for_traction,
    zone_is_measured,
    zone_order,
    floss_is_light,
    floss_caps,
    traction_is_heavy,
    traction_target,
    traction_caps,
    room_to_ease_off,
)


def _over(draft: Draft, override: Override, key: str, cap_n: float) -> Iterator[str]:
    level_n: float = getattr(draft.levels, key)
    # Not "over the cap": what is no number is not under it either.
    if not level_n <= cap_n and override not in draft.plan.overrides:
        place = f"zone.{key}" if draft.entry.body_weight_kg is None else f"body_weight_kg: {key}"
        yield (
            f"{place}: {level_n:g} N is over {cap_n:g} N; lower it, "
            f"or name the clinician who wants it as {override} under [override]"
        )

"""What a sensor is put through before it becomes a band: rate, zero, a weight, movements."""

from collections.abc import Iterator, Sequence
from statistics import fmean, median
from typing import Final

from bandmate.app.curve import Curve
from bandmate.app.dialogue import Dialogue
from bandmate.app.trial import Trial, pulls_n, rate_hz
from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.events import Event, Grade, Rep
from bandmate.domain.samples import Block, MotionBlock
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.intake import quantity_of
from bandmate.link.base import Link
from bandmate.signal.tare import Refused, Tare, Zero
from bandmate.units import STANDARD_GRAVITY_MS2

REPS_N: Final = 3
REPS_S: Final = 40.0
"""So many movements within so long."""
AFTER_S: Final = 2.0
"""So long it is looked on after them: one too many is to be seen, too."""

_RATE_S: Final = 2.0
_ZERO_S: Final = 10.0
"""A second of readings is enough; a slow radio may take so long to bring it."""
_WEIGH_S: Final = 2.0
_CHUNK_S: Final = 0.25
_WEIGHT_OFF: Final = 0.03
"""The share by which a weight may be off: of the weight itself, of the hook, and of the sensor."""


async def tell_how_it_is(trial: Trial, profile: Profile, dialogue: Dialogue) -> None:
    """Tell how quickly it sends, and how full its battery is."""
    found_hz = rate_hz(await trial.blocks(_RATE_S), _RATE_S)
    if profile.device.kind == "heart":
        dialogue.say("sends")
    else:
        dialogue.say("sends_at", rate=f"{found_hz:.0f}")
    battery_pct = trial.facts.get("battery_pct")
    if isinstance(battery_pct, float | int):
        dialogue.say("battery", percent=f"{battery_pct:.0f}")


async def weigh(trial: Trial, link: Link, dialogue: Dialogue) -> None:
    """Take its zero, and hold a known weight against it, where there is one.

    Raises:
        LinkError: It does not set its own zero.
    """
    await dialogue.ready("slack")
    if trial.has_own_zero:
        await link.tare()
    zero = await _zero(trial)
    if isinstance(zero, Refused):
        dialogue.say("no_zero", reason=zero)
        return
    dialogue.say("zero", zero=f"{zero:.2f}")
    weight_n = _weight_n(await dialogue.ask("weight"))
    if weight_n is None:
        return
    pulls = pulls_n(await trial.blocks(_WEIGH_S))
    if pulls:
        found_n = fmean(pulls) - zero
        off = found_n / weight_n - 1.0
        dialogue.say(
            "weighs" if abs(off) <= _WEIGHT_OFF else "weighs_wrong",
            kg=f"{found_n / STANDARD_GRAVITY_MS2:.2f}",
            force=f"{found_n:.1f}",
            off=f"{100 * off:+.1f}",
        )


def _weight_n(said: str) -> float | None:
    try:
        kg = float(said.replace(",", "."))
    except ValueError:
        return None
    return kg * STANDARD_GRAVITY_MS2 if 0.0 < kg < float("inf") else None


async def _zero(trial: Trial) -> Zero | Refused:
    tare = Tare()
    for _ in range(round(_ZERO_S / _CHUNK_S)):
        for block in await trial.blocks(_CHUNK_S):
            if isinstance(block, Block):
                for t_s, value in zip(block.t_s, block.values, strict=True):
                    verdict = None if value is None else tare.step(t_s, value)
                    if verdict is not None:
                        return verdict
    return Refused("too few readings came")


async def offer_to_count(
    trial: Trial, profile: Profile, params: Parameters, dialogue: Dialogue
) -> None:
    """Offer to do some movements, and have them counted."""
    if await dialogue.agree("movements", count=REPS_N):
        await count_movements(trial, profile, params, dialogue)


async def count_movements(
    trial: Trial, profile: Profile, params: Parameters, dialogue: Dialogue
) -> None:
    """Count movements, show them, and ask whether they were these; again, where they were not."""
    while True:
        dialogue.say("begin", count=REPS_N)
        reps = await _counted(trial, profile, params, dialogue)
        if len(reps) < REPS_N:
            dialogue.say("few", seen=len(reps), count=REPS_N)
        else:
            unit = "N" if reps[0].peak_deg is None else "°"
            size = median(rep.excursion for rep in reps)
            dialogue.say("counted", size=f"{size:.0f} {unit}")
            asked = "three" if len(reps) == REPS_N else "more"
            if await dialogue.agree(asked, seen=len(reps)):
                dialogue.say("agreed")
                return
        if not await dialogue.agree("again"):
            return


async def _counted(
    trial: Trial, profile: Profile, params: Parameters, dialogue: Dialogue
) -> Sequence[Rep]:
    """The movements that are done until there are enough, or time is up."""
    quantity = quantity_of(profile)
    settings = BandSettings(
        "pairing", "pairing", traits=profile.traits(params), quantity=quantity, silence="samples"
    )
    pipeline = BandPipeline(settings, load_catalogue().find)
    curve = Curve("°" if quantity == "angle" else "N")
    dialogue.show(curve)
    reps: list[Rep] = []
    chunks_n = round(REPS_S / _CHUNK_S)
    while chunks_n > 0:
        chunks_n -= 1
        for rep in _seen(pipeline, await trial.blocks(_CHUNK_S), curve):
            if len(reps) >= REPS_N and rep.count_s > reps[REPS_N - 1].count_s + AFTER_S:
                return reps  # a slow radio brought it together with those before
            reps.append(rep)
            peak = rep.peak_n if rep.peak_deg is None else rep.peak_deg
            if peak is not None:
                curve.mark(rep.peak_s, peak)
            dialogue.say("count", seen=len(reps))
            if len(reps) == REPS_N:
                chunks_n = round(AFTER_S / _CHUNK_S)
    return reps


def _seen(
    pipeline: BandPipeline, blocks: Sequence[Block | MotionBlock], curve: Curve
) -> Iterator[Rep]:
    for block in blocks:
        events: list[Event] = []
        if pipeline.active is None:
            events += pipeline.start(load_catalogue().find("free_reps"), block.t_s[0])
        events += pipeline.push(block)
        for t_s, value in pipeline.take_readings():
            curve.add(t_s, value)
        for event in events:
            if isinstance(event, Rep) and event.grade is not Grade.ABORTED:
                yield event

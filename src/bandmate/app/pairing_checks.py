"""What a sensor is put through before it becomes a band: rate, zero, a weight, movements."""

from collections.abc import Sequence
from statistics import fmean, median
from typing import Final

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
from bandmate.signal.tare import TARE_S, Refused, Tare, Zero
from bandmate.units import STANDARD_GRAVITY_MS2

REPS_N: Final = 3
REPS_S: Final = 40.0
"""So many movements within so long."""

_RATE_S: Final = 2.0
_WEIGH_S: Final = 2.0
_CHUNK_S: Final = 0.25
_WEIGHT_OFF: Final = 0.03
"""The share by which a weight may be off: of the weight itself, of the hook, and of the sensor."""


async def tell_how_it_is(trial: Trial, profile: Profile, dialogue: Dialogue) -> None:
    """Tell how quickly it sends, and how full its battery is."""
    found_hz = rate_hz(await trial.blocks(_RATE_S), _RATE_S)
    parts = ["It sends"]
    if profile.device.kind != "heart":
        parts[0] += f" {found_hz:.0f} readings a second"
    battery_pct = trial.facts.get("battery_pct")
    if isinstance(battery_pct, float | int):
        parts.append(f"battery {battery_pct:.0f} %")
    dialogue.say(f"{', '.join(parts)}.")


async def weigh(trial: Trial, link: Link, dialogue: Dialogue) -> None:
    """Take its zero, and hold a known weight against it, where there is one.

    Raises:
        LinkError: It does not set its own zero.
    """
    await dialogue.ask("Let it hang without a load, then press Enter")
    if trial.has_own_zero:
        await link.tare()
    zero = await _zero(trial)
    if isinstance(zero, Refused):
        dialogue.say(f"No zero: {zero}. The service takes one before each session.")
        return
    dialogue.say(f"Its zero is {zero:.2f} N.")
    said = await dialogue.ask("Hang a known weight on it: how many kg? (Enter: none)")
    weight_n = _weight_n(said)
    if weight_n is None:
        return
    pulls = pulls_n(await trial.blocks(_WEIGH_S))
    if pulls:
        dialogue.say(weighed(fmean(pulls) - zero, weight_n))


def weighed(found_n: float, weight_n: float) -> str:
    """What is said of a known weight.

    Args:
        found_n: What the sensor tells of it, newton.
        weight_n: What it pulls, newton.
    """
    off = found_n / weight_n - 1.0
    told = f"It reads {found_n / STANDARD_GRAVITY_MS2:.2f} kg, {found_n:.1f} N: {100 * off:+.1f} %."
    if abs(off) <= _WEIGHT_OFF:
        return f"{told} That is well."
    return f"{told} That is too far off: check its unit, and calibrate it by its maker's app."


def _weight_n(said: str) -> float | None:
    try:
        kg = float(said.replace(",", "."))
    except ValueError:
        return None
    return kg * STANDARD_GRAVITY_MS2 if 0.0 < kg < float("inf") else None


async def _zero(trial: Trial) -> Zero | Refused:
    tare = Tare()
    for block in await trial.blocks(2.0 * TARE_S):
        if isinstance(block, Block):
            for t_s, value in zip(block.t_s, block.values, strict=True):
                verdict = None if value is None else tare.step(t_s, value)
                if verdict is not None:
                    return verdict
    return Refused("too few readings came")


async def count_movements(
    trial: Trial, profile: Profile, params: Parameters, dialogue: Dialogue
) -> None:
    """Offer to do some movements, and tell whether they were seen."""
    said = await dialogue.ask(
        f"Do {REPS_N} movements, to see that they are counted? (y; Enter: no)"
    )
    if not said.lower().startswith("y"):
        return
    dialogue.say("Begin.")
    settings = BandSettings(
        "pairing",
        "pairing",
        traits=profile.traits(params),
        quantity=quantity_of(profile),
        silence="samples",
    )
    pipeline = BandPipeline(settings, load_catalogue().find)
    reps: list[Rep] = []
    for _ in range(round(REPS_S / _CHUNK_S)):
        for rep in _seen(pipeline, await trial.blocks(_CHUNK_S)):
            reps.append(rep)
            dialogue.say(f"{len(reps)}")
        if len(reps) >= REPS_N:
            break
    dialogue.say(_counted(reps))


def _seen(pipeline: BandPipeline, blocks: Sequence[Block | MotionBlock]) -> Sequence[Rep]:
    events: list[Event] = []
    for block in blocks:
        if pipeline.active is None:
            events += pipeline.start(load_catalogue().find("free_reps"), block.t_s[0])
        events += pipeline.push(block)
    return [one for one in events if isinstance(one, Rep) and one.grade is not Grade.ABORTED]


def _counted(reps: Sequence[Rep]) -> str:
    if len(reps) < REPS_N:
        return f"{len(reps)} of {REPS_N} were seen: move further, and come back in between."
    unit = " N" if reps[0].peak_deg is None else "°"
    return f"They are counted: {median(rep.excursion for rep in reps):.0f}{unit} each."

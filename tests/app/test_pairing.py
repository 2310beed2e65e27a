"""A sensor becomes a band: found, named, tried out, and kept in the configuration."""

import asyncio
import math
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from bandmate.app import pairing as pairing_module
from bandmate.app import pairing_checks as pairing_checks_module
from bandmate.app import reach as reach_module
from bandmate.app.band_file import keep_band
from bandmate.app.config_file import read_config
from bandmate.app.curve import Curve
from bandmate.app.pairing import Paired, Wish, pair
from bandmate.catalog.page_words import load_page_words
from bandmate.devices.params import ParamValue
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.errors import ConfigError, DeviceNotFoundError, LinkLostError, UsageError
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import VirtualRadio, virtual_radio
from link.rig import PROFILES, PROGRESSOR, FastClock, radio_of

SPEED = 4.0
HEART = load_profiles().get("sig-heart-rate")
NOTHING: Mapping[str, ParamValue] = MappingProxyType({})
WISH = Wish(params=NOTHING)


WORDS = load_page_words("en")["pairing"]


class Script:
    """Answers by a word of the question; what a question finds no answer for is left empty."""

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self.answers = answers or {}
        self.said: list[str] = []
        self.asked: list[str] = []
        self.curves: list[Curve] = []

    def say(self, line: str, /, **values: object) -> None:
        self.said.append(WORDS[line].format(**values))

    def show(self, curve: Curve, /) -> None:
        self.curves.append(curve)

    async def choose(self, question: str, options: Sequence[str], /) -> int:
        self.asked.append(WORDS[question])
        return next(n for n, text in enumerate(options) if self.answers[WORDS[question]] in text)

    async def ask(self, question: str, /, *, default: str = "") -> str:
        return await self.answered(WORDS[question]) or default

    async def agree(self, question: str, /, **values: object) -> bool:
        return await self.answered(WORDS[question].format(**values)) == "y"

    async def ready(self, question: str, /) -> None:
        await self.answered(WORDS[question])

    async def answered(self, question: str) -> str:
        self.asked.append(question)
        await asyncio.sleep(0)
        return next((a for word, a in self.answers.items() if word in question), "")


@pytest.fixture(autouse=True)
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach_module, "LOOK_S", 0.3)
    monkeypatch.setattr(reach_module, "LOOKS_N", 2)


@asynccontextmanager
async def reach(
    *gauges: tuple[Profile, str],
    pull_n: Callable[[float], float] = lambda _: 0.0,
    given: Mapping[str, ParamValue] = NOTHING,
) -> AsyncGenerator[tuple[VirtualRadio, FastClock]]:
    clock = FastClock(SPEED)
    async with virtual_radio() as virtual, AsyncExitStack() as stack:
        for profile, address in gauges:
            gauge = virtual_gauge(
                virtual.air,
                profile,
                pull_n,
                clock,
                address=address,
                params=profile.parameters(given),
            )
            await stack.enter_async_context(gauge)
        yield virtual, clock


async def paired(
    found: tuple[VirtualRadio, FastClock],
    script: Script,
    wish: Wish = WISH,
    taken: Sequence[str] = (),
) -> Paired:
    virtual, clock = found
    return await pair(wish, PROFILES, script, taken=taken, radio=radio_of(virtual), clock=clock)


LEFT, RIGHT = "F0:F1:F2:F3:F4:01", "F0:F1:F2:F3:F4:02"


async def test_the_only_sensor_in_reach_becomes_the_first_free_name():
    script = Script()
    async with reach((PROGRESSOR, LEFT)) as found:
        band = await paired(found, script, taken=["left"])
    assert band == Paired("right", "tindeq-progressor", LEFT, NOTHING)
    told = "\n".join(script.said)
    assert re.search(r"It sends \d+ readings a second\.\nIts battery is at", told)
    assert "Its zero is 0.0" in told


async def test_of_several_one_is_chosen():
    script = Script({"Which one?": RIGHT, "called": "thigh"})
    async with reach((PROGRESSOR, LEFT), (PROGRESSOR, RIGHT)) as found:
        band = await paired(found, script)
    assert (band.name, band.address) == ("thigh", RIGHT)


async def test_what_is_settled_is_not_asked():
    script = Script()
    wish = Wish(address=RIGHT.lower(), name="foot", profile="tindeq-progressor", params=NOTHING)
    async with reach((PROGRESSOR, LEFT), (PROGRESSOR, RIGHT)) as found:
        band = await paired(found, script, wish)
    assert (band.name, band.address) == ("foot", RIGHT)
    assert not any("called" in question for question in script.asked)


@pytest.mark.parametrize(
    ("said_kg", "verdict"), [("2,04", "That is well."), ("2.5", "too far off")]
)
async def test_a_known_weight_is_held_against_it(said_kg: str, verdict: str):
    """The band hangs slack until it is asked for the weight."""
    weight_n = 0.0

    class Hanging(Script):
        async def answered(self, question: str) -> str:
            nonlocal weight_n
            if "known weight" in question:
                weight_n = 20.0
                await asyncio.sleep(0.3)
                return said_kg
            return await super().answered(question)

    script = Hanging()
    async with reach((PROGRESSOR, LEFT), pull_n=lambda _: weight_n) as found:
        await paired(found, script)
    (told,) = [said for said in script.said if "It reads" in said]
    assert told.startswith("It reads 2.0")
    assert verdict in told


async def test_a_loaded_band_gets_no_zero():
    script = Script()
    async with reach((PROGRESSOR, LEFT), pull_n=lambda _: 20.0) as found:
        await paired(found, script)
    # A sensor with a zero of its own sets it under load too; what it tells then is zero.
    assert any("zero" in said for said in script.said)


async def test_movements_are_counted():
    """The band hangs slack until it is asked for movements."""

    class Moving(Script):
        moves = False

        async def answered(self, question: str) -> str:
            self.moves = "movements" in question
            is_yes = self.moves or question == "Three?"
            return "y" if is_yes else await super().answered(question)

    script = Moving()

    def pull_n(t_s: float) -> float:
        return 15.0 - 15.0 * math.cos(math.tau * t_s / 5.0) if script.moves else 0.0

    async with reach((PROGRESSOR, LEFT), pull_n=pull_n) as found:
        await paired(found, script)
    assert script.said[-5:-2] == ["1", "2", "3"]
    assert script.said[-2].startswith("They are counted:")
    (curve,) = [curve.state() for curve in script.curves]
    assert curve.unit == "N"
    assert [peak_n for _, peak_n in curve.found] == pytest.approx([30, 30, 30], abs=2)
    assert len(curve.t_s) == len(curve.values) <= 600
    assert max(curve.values) == pytest.approx(30.0, abs=2.0)


async def test_whoever_counted_otherwise_tries_again(monkeypatch: pytest.MonkeyPatch):
    class Unsure(Script):
        moves = False

        async def answered(self, question: str) -> str:
            self.moves |= "movements" in question
            await super().answered(question)
            is_no = self.asked.count("Three?") == 1 and question == "Three?"
            return "" if is_no or "kg" in question else "y"

    def pull_n(t_s: float) -> float:
        return 15.0 - 15.0 * math.cos(math.tau * t_s / 5.0) if script.moves else 0.0

    monkeypatch.setattr(pairing_checks_module, "AFTER_S", 0.5)
    script = Unsure()
    async with reach((PROGRESSOR, LEFT), pull_n=pull_n) as found:
        await paired(found, script, Wish(params=NOTHING, name="left"))
    assert script.asked.count("Three?") == 2
    assert script.asked.count("Try again?") == 1
    assert len(script.curves) == 2


async def test_a_name_is_asked_for_until_it_can_be_one():
    class Naming(Script):
        names = iter(["Left Arm", "left", "arm"])

        async def answered(self, question: str) -> str:
            if "called" in question:
                return next(self.names)
            return await super().answered(question)

    script = Naming()
    async with reach((PROGRESSOR, LEFT)) as found:
        band = await paired(found, script, taken=["left"])
    assert band.name == "arm"
    assert script.said[1].startswith("A name holds")
    assert script.asked[0].startswith("There is a band left already")


async def test_a_name_that_is_free_is_always_offered():
    async with reach((PROGRESSOR, LEFT)) as found:
        band = await paired(found, Script(), taken=[*pairing_module.NAMES, "band-1"])
    assert band.name == "band-2"


async def test_a_band_that_does_not_move_is_told_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bandmate.app.pairing_checks.REPS_S", 4.0)
    script = Script({"movements": "y"})
    async with reach((PROGRESSOR, LEFT)) as found:
        await paired(found, script)
    assert script.said[-1].startswith("0 of 3 were seen")


async def test_a_heart_rate_sensor_is_paired_without_zero_and_movements():
    script = Script()
    wish = Wish(profile=HEART.device.id, params=NOTHING)
    async with reach((HEART, LEFT), pull_n=lambda _: 70.0) as found:
        band = await paired(found, script, wish)
    assert band.profile == HEART.device.id
    assert not [question for question in script.asked if "called" not in question]


async def test_with_nothing_in_reach_what_to_do_is_told():
    async with reach() as found:
        with pytest.raises(DeviceNotFoundError, match="Switch it on"):
            await paired(found, Script())


async def test_a_sensor_that_never_sends_is_told_without_a_group_of_errors(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(pairing_module, "BEGIN_S", 0.5)
    async with reach((PROGRESSOR, LEFT)) as found:

        class Gone(Script):
            async def answered(self, question: str) -> str:
                found[0].air.blackout = True  # while it is named
                return await super().answered(question)

        with pytest.raises(LinkLostError):
            await paired(found, Gone())


async def test_who_leaves_in_the_middle_leaves_as_it_is():
    class Leaving(Script):
        async def answered(self, question: str) -> str:
            if "without a load" in question:
                raise EOFError
            return await super().answered(question)

    async with reach((PROGRESSOR, LEFT)) as found:
        with pytest.raises(EOFError):
            await paired(found, Leaving())


async def test_a_parameter_that_it_needs_is_asked_for_before_it_is_connected():
    frez = load_profiles().get("frez-dyno")
    async with reach((frez, LEFT), given={"coefficient": 0.01}) as found:
        with pytest.raises(UsageError, match="coefficient"):
            await paired(found, Script({"What is it?": frez.device.name}))


# The configuration.

BAND = Paired("left", "tindeq-progressor", LEFT, NOTHING)


def test_a_first_band_makes_the_file(tmp_path: Path):
    path = tmp_path / "new" / "config.toml"
    keep_band(path, BAND)
    (band,) = read_config(path, {}).band
    assert (band.name, band.profile, band.address) == ("left", "tindeq-progressor", LEFT)


def test_everything_else_in_the_file_stays(tmp_path: Path):
    path = tmp_path / "config.toml"
    before = """# mine
[site]
name = "home"  # sweet

[[band]]
name = "left"
profile = "entralpi"
exercise = "supine_sciatic_floss" # daily
strands = 2

[mqtt]
host = "broker"
"""
    path.write_text(before)
    path.chmod(0o640)
    keep_band(path, BAND)
    keep_band(path, Paired("right", "cts500", RIGHT, {"rate_hz": 40}))
    after = path.read_text()
    for kept in ("# mine", "# sweet", "# daily", "strands = 2", 'host = "broker"'):
        assert kept in after
    left, right = read_config(path, {}).band
    assert (left.profile, left.address, left.exercise) == (
        "tindeq-progressor",
        LEFT,
        "supine_sciatic_floss",
    )
    assert (right.name, right.params) == ("right", {"rate_hz": 40})
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in tmp_path.iterdir()] == ["config.toml"]


def test_a_replayed_band_becomes_a_sensor(tmp_path: Path):
    path = tmp_path / "config.toml"
    path.write_text('[[band]]\nname = "left"\nlink = "replay:x.csv"\n')
    keep_band(path, BAND)
    (band,) = read_config(path, {}).band
    assert (band.link, band.profile) == ("", "tindeq-progressor")


def test_what_would_not_be_valid_is_not_written(tmp_path: Path):
    path = tmp_path / "config.toml"
    path.write_text('band = [{ name = "x", link = "replay:f" }]\n')
    with pytest.raises(ConfigError, match=r"\[\[band\]\]"):
        keep_band(path, BAND)
    assert path.read_text().startswith("band = [")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written"):
        keep_band(tmp_path / "file" / "config.toml", BAND)

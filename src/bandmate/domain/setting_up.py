"""How setting up stands: what the coach page shows of a conversation about a sensor."""

from dataclasses import dataclass
from typing import Literal

Signal = Literal["strong", "fair", "weak"]
"""How well a sensor is heard."""

QuestionKind = Literal["pick", "choose", "ask", "agree", "ready"]
"""What is wanted: one of the sensors seen, one of several, a text, yes or no, or to go on."""

TalkState = Literal["running", "done", "failed", "cancelled"]
"""How a conversation stands, or what it came to."""

TestedWay = Literal["sound", "broker", "database"]
"""What can be tested."""


@dataclass(frozen=True, slots=True)
class SeenSensor:
    """A sensor that is heard.

    Attributes:
        address: Which one.
        name: What it calls itself; empty where it does not.
        kind: What it may be, in words.
        signal: How well it is heard.
        battery_pct: Where it is told.
        band: The band that it is already; empty for none.
    """

    address: str
    name: str
    kind: str
    signal: Signal
    battery_pct: float | None = None
    band: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked now.

    Attributes:
        number: Which question it is: an answer names it, so that a late one is not taken for
            that of the next.
        kind: What is wanted.
        text: The question.
        options: Of `choose`, what there is to choose from.
        default: Of `ask`, what an empty answer means.
    """

    number: int
    kind: QuestionKind
    text: str
    options: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class CurveState:
    """A movement as it goes.

    Attributes:
        unit: `N` or `°`.
        t_s: Seconds since it began.
        values: As many levels.
        found: Time and level of each repetition's peak.
    """

    unit: str
    t_s: tuple[float, ...]
    values: tuple[float, ...]
    found: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class WayTest:
    """How a test stands, or what it came to.

    Attributes:
        part: What is tested.
        state: `running`, `well` or `trouble`.
        text: What was found; never a secret.
        fix: What to do about it; empty where nothing is.
    """

    part: TestedWay
    state: Literal["running", "well", "trouble"]
    text: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class SetupState:
    """How setting up stands.

    Attributes:
        about: What the conversation is about: `pair` (a new sensor), `count` (repetitions of a
            band); empty where there was none.
        band: Of `count`, which.
        state: How it stands, or what it came to; `None` where there was none.
        lines: What was said, the newest last.
        sensors: Those that are heard.
        question: What is asked now.
        curve: The movement that is looked at.
        tests: What was tested.
    """

    about: Literal["", "pair", "count"] = ""
    band: str = ""
    state: TalkState | None = None
    lines: tuple[str, ...] = ()
    sensors: tuple[SeenSensor, ...] = ()
    question: Question | None = None
    curve: CurveState | None = None
    tests: tuple[WayTest, ...] = ()

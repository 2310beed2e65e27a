"""What must be known of a single sensor beyond its kind: a person gives it, or it is learnt."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Literal

from msgspec import Meta

from bandmate.devices.layout import Strict
from bandmate.errors import UsageError

ParamValue = float | int | str


class Param(Strict, frozen=True, kw_only=True):
    """A parameter of a sensor.

    Attributes:
        text: What it is, for people, with its unit.
        type: What it may be.
        default: Its value where nobody says otherwise.
        choices: The values it may have; empty: any.
        strip: What does not count at the ends of a text.
        required: Without it no sample can be read: a person must give it.
        mean_of: It is learnt as the mean of so many first wire values, taken without a load.
    """

    text: Annotated[str, Meta(min_length=1)]
    type: Literal["number", "integer", "text"] = "number"
    default: float | int | str | None = None
    choices: tuple[float | int | str, ...] = ()
    strip: str = ""
    required: bool = False
    mean_of: Annotated[int, Meta(ge=1, le=1000)] | None = None


class Parameters:
    """The values of one sensor's parameters; what is learnt is kept until the process ends.

    Args:
        sensor: The profile's id, for messages.
        declared: The parameters the profile takes.
        given: What a person said, by name; texts are read by the parameter's type.
        complete: What is required must be given. Otherwise no sample is read without it, and frames
            are looked at all the same.

    Raises:
        UsageError: A parameter that is unknown, unreadable, or required and not given.
    """

    def __init__(
        self,
        sensor: str,
        declared: Mapping[str, Param],
        given: Mapping[str, ParamValue] | None = None,
        *,
        complete: bool = True,
    ) -> None:
        self._declared = declared
        self._values: dict[str, ParamValue] = {
            name: param.default for name, param in declared.items() if param.default is not None
        }
        for name, value in (given or {}).items():
            self._values[name] = _read(sensor, name, value, declared)
        for name, param in declared.items():
            if complete and param.required and name not in self._values:
                raise UsageError(
                    f"{sensor} needs the parameter {name}: {param.text}",
                    hint=f"In the configuration: params = {{ {name} = … }}; "
                    f"on the command line: --param {name}=VALUE",
                )

    def get(self, name: str) -> ParamValue | None:
        """A parameter's value; `None` where it is neither given nor learnt yet."""
        return self._values.get(name)

    def number(self, name: str) -> float | None:
        """The value of a parameter that is a number; `None` where it is not known."""
        value = self._values.get(name)
        return value if isinstance(value, float | int) else None

    def rate_hz(self) -> float | None:
        """Samples a second: the parameter `rate_hz`, or the last part of `path`; else `None`."""
        last = str(self._values.get("path")).rpartition("/")[2]
        return self.number("rate_hz") or (float(last) if last.isdecimal() else None)

    def learns(self, name: str) -> int:
        """From how many readings a parameter is learnt; 0 where it is not."""
        return self._declared[name].mean_of or 0

    def learn(self, name: str, value: ParamValue) -> None:
        """The sensor told a value, or it was measured."""
        self._values[name] = value

    def choose(self, names: tuple[str, ...]) -> str | None:
        """The values of several parameters as a profile writes them in the key of a choice."""
        values = [self._values.get(name) for name in names]
        if not values or None in values:
            return None
        return ",".join(f"{v:g}" if isinstance(v, float) else str(v) for v in values)


def _read(sensor: str, name: str, value: ParamValue, declared: Mapping[str, Param]) -> ParamValue:
    param = declared.get(name)
    if param is None:
        raise UsageError(f"{sensor} takes no parameter {name!r}", hint=_known(name, declared))
    try:
        typed = _typed(param, value)
    except ValueError as error:
        raise UsageError(
            f"{sensor}: parameter {name} must be a finite {param.type}, got {value!r}",
            hint=f"It is: {param.text}",
        ) from error
    if param.choices and typed not in param.choices:
        raise UsageError(
            f"{sensor}: parameter {name} cannot be {value!r}",
            hint=f"One of: {', '.join(map(str, param.choices))}.",
        )
    return typed


def _typed(param: Param, value: ParamValue) -> ParamValue:
    match param.type:
        case "text":
            return str(value).strip(param.strip)
        case "integer":
            if isinstance(value, float) and not value.is_integer():
                raise ValueError
            return int(value)
        case "number":
            number = float(value)
            if not abs(number) < float("inf"):
                raise ValueError
            return number


def _known(name: str, declared: Mapping[str, Param]) -> str:
    near = get_close_matches(name, declared, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"It takes: {', '.join(declared)}." if declared else "It takes none: leave it out."

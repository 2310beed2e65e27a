"""What the parameters of a profile must fulfil beyond their schema."""

from collections.abc import Iterator, Mapping

from bandmate.devices.params import Param, Parameters
from bandmate.devices.problem import Problem
from bandmate.errors import UsageError


def param_faults(params: Mapping[str, Param]) -> Iterator[Problem]:
    """What in `[params]` does not agree."""
    for name, param in params.items():
        place = f"params.{name}"
        for value in (param.default, *param.choices):
            if value is None:
                continue
            try:
                Parameters("it", {name: param}, {name: value})
            except UsageError as error:
                text = str(error).splitlines()[0]
                yield Problem(place, text, "make type, default and choices agree")
        if param.required and (param.default is not None or param.mean_of):
            yield Problem(place, "what is known need not be given", "remove `required`")
        if param.mean_of and param.type != "number":
            yield Problem(place, "a mean is a number", "correct its type")


def numeric_fault(
    place: str, name: str, params: Mapping[str, Param], *, may_be_learnt: bool
) -> Iterator[Problem]:
    """What is wrong with a parameter that a field reckons with."""
    param = params.get(name)
    if param is None or param.type == "text":
        yield Problem(place, f"there is no number {name!r} in [params]", "declare it there")
        return
    learnt = bool(param.mean_of) and may_be_learnt
    if param.default is None and not param.required and not learnt:
        yield Problem(
            place, f"nobody gives {name!r} a value", "give it a default, or make it required"
        )

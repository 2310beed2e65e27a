"""What a single field must fulfil beyond its schema."""

from collections.abc import Iterator, Mapping
from typing import Final

from bandmate.devices.layout import TICK, Field
from bandmate.devices.param_rules import numeric_fault
from bandmate.devices.params import Param
from bandmate.devices.problem import Problem
from bandmate.devices.wire import FIXED
from bandmate.units import NEWTON_PER, PER_UNIT

_UNITS: Final = {
    "force": frozenset(NEWTON_PER),
    "acc": frozenset({"g", "mg", "ms2"}),
    "gyro": frozenset({"dps", "rads"}),
    "mag": frozenset({"ut"}),
    "angle": frozenset({"deg"}),
}
_COUNTS: Final = {"acc": 3, "gyro": 3, "mag": 3, "angle": 3, "quat": 4, "force": 1, TICK: 1}


def field_faults(place: str, field: Field, params: Mapping[str, Param]) -> Iterator[Problem]:
    """What in a field does not agree."""
    yield from _unit_faults(place, field, params)
    if field.count != _COUNTS.get(field.name, field.count):
        yield Problem(
            f"{place}.count", f"{field.name} has {_COUNTS[field.name]} of them", "correct it"
        )
    if field.order != "wxyz" and field.name != "quat":
        yield Problem(f"{place}.order", "only a quaternion has one", "remove it")
    yield from _type_faults(place, field)
    if field.min is not None and field.max is not None and field.min >= field.max:
        yield Problem(f"{place}.min", "min must be less than max", "mend one of them")
    if field.factor is not None:
        yield from numeric_fault(f"{place}.factor", field.factor, params, may_be_learnt=False)
    if isinstance(field.zero, str):
        yield from numeric_fault(f"{place}.zero", field.zero, params, may_be_learnt=True)


def _unit_faults(place: str, field: Field, params: Mapping[str, Param]) -> Iterator[Problem]:
    allowed = _UNITS.get(field.name, frozenset())
    if field.unit_from is not None:
        named = {choice.unit for choice in field.unit_from.map.values()}
        if field.name.endswith("_n"):  # a fact in newton
            allowed = _UNITS["force"]
        if field.unit is not None or not named <= allowed:
            yield Problem(
                f"{place}.unit_from", "it names other units than the field can have", "mend it"
            )
        return
    if field.unit is not None and field.unit not in PER_UNIT:
        param = params.get(field.unit)
        choices = set(param.choices) if param else set[float | int | str]()
        if param is None or param.default is None or not choices or not choices <= allowed:
            yield Problem(
                f"{place}.unit",
                f"{field.unit!r} is no unit, and no parameter that chooses among units",
                "correct it",
            )
        return
    if bool(allowed) != (field.unit is not None) or (allowed and field.unit not in allowed):
        yield Problem(
            f"{place}.unit",
            "a quantity has one of its units, all else has it in its name",
            f"one of: {', '.join(sorted(allowed)) or 'none'}",
        )


def _type_faults(place: str, field: Field) -> Iterator[Problem]:
    is_fixed = field.type in FIXED
    if field.name == TICK and not (is_fixed and field.type.startswith("u")):
        yield Problem(f"{place}.type", "a counter is unsigned", "give an unsigned type")
    if not is_fixed and field.count > 1:
        yield Problem(f"{place}.count", f"{field.type} stands alone", "remove it")
    if field.is_sample and field.type in {"ascii", "utf8", "uint_le", "date_time"}:
        yield Problem(f"{place}.type", "a sample is made of numbers", "give a type of number")
    if (field.width is not None) and field.type not in {"ascii", "number", "sign_magnitude"}:
        yield Problem(f"{place}.width", f"{field.type} has its own width", "remove it")
    unsigned = is_fixed and field.type.startswith("u") and field.type != "u24be"
    if field.mask is not None and not (unsigned and field.count == 1):
        yield Problem(f"{place}.mask", "bits belong to one unsigned number", "remove it")
    if field.shift and field.mask is None:
        yield Problem(f"{place}.shift", "without a mask nothing is moved", "remove it")
    if field.type == "u24be" and field.count > 1:
        yield Problem(f"{place}.count", "u24be stands alone", "remove it")

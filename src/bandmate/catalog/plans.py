"""Loads plans: the shipped ones and a person's own. A plan that breaks a rule is refused whole."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from bandmate.catalog.catalogue import Catalogue, load_catalogue
from bandmate.catalog.plan_draft import Draft, make_draft
from bandmate.catalog.plan_faults import nearest, place_of, read_table
from bandmate.catalog.plan_rules import DRAFT_RULES, PLAN_RULES
from bandmate.catalog.plan_schema import PlanFile
from bandmate.domain.plans import PHASES, Plan
from bandmate.errors import ConfigError, InputError, UsageError

SUFFIX = ".toml"
"""What the name of a plan's file ends in."""

_ID = re.compile(r"[a-z0-9_-]{1,64}")


def load_plan(text: str | bytes, plan_id: str, catalogue: Catalogue, *, source: str = "") -> Plan:
    """Read a plan.

    Args:
        text: TOML.
        plan_id: What the plan is called in commands.
        catalogue: The exercises there are.
        source: What a fault is said to be in, such as the path; empty for the file of that id.

    Raises:
        ConfigError: It is no plan, or one that breaks rules. Every fault is a line that names
            source, exercise or key, what is wrong and what to do.
    """
    source = source or f"{plan_id}{SUFFIX}"
    plan, faults = read_table(PlanFile, _toml(text, source))
    drafts, found = _drafts(plan, catalogue)
    faults = [
        *_faults_of_id(plan_id),
        *faults,
        *(fault for rule in PLAN_RULES for fault in rule(plan)),
        *found,
    ]
    if faults:
        raise ConfigError("\n".join(_line(f"{source}: {fault}") for fault in faults))
    return Plan(
        id=plan_id,
        title=plan.title,
        summary=plan.summary,
        phase=plan.phase,
        items=tuple(draft.item() for draft in drafts),
        limits=plan.limits.limits(),
        choices=plan.choices.choices(),
        overrides=plan.overrides,
        warm_up_s=plan.warm_up_s,
        cool_down_s=plan.cool_down_s,
    )


def read_plan(path: Path) -> Plan:
    """Read a plan from a file; the file's name is its id.

    Raises:
        InputError: The file is missing or cannot be read.
        ConfigError: It is no plan, or one that breaks rules.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no plan here", hint="Check the spelling.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    return load_plan(content, path.stem, load_catalogue(), source=str(path))


def read_plans(folder: Path) -> dict[str, Plan]:
    """The plans of a folder, `ID.toml` each, by id.

    Raises:
        ConfigError: There is no such folder, or a plan in it breaks rules.
        InputError: A plan cannot be read.
    """
    if not folder.is_dir():
        raise ConfigError(f"there is no folder {folder} of plans", hint="Make it, or name another.")
    plans = [read_plan(file) for file in sorted(folder.glob(f"*{SUFFIX}"))]
    return {plan.id: plan for plan in plans}


@cache
def ready_plans() -> tuple[Plan, ...]:
    """The shipped plans, those of earlier phases first."""
    plans = [
        load_plan(file.read_bytes(), file.name.removesuffix(SUFFIX), load_catalogue())
        for file in files("bandmate.catalog").joinpath("plans").iterdir()
    ]
    return tuple(sorted(plans, key=lambda plan: (PHASES.index(plan.phase), plan.id)))


def find_plan(name: str) -> Plan:
    """A shipped plan by its id, or a person's own by its path, which ends in `.toml`.

    Raises:
        UsageError: There is none of that id; the nearest is named.
        InputError: The file is missing or cannot be read.
        ConfigError: It is no plan, or one that breaks rules.
    """
    if name.endswith(SUFFIX):
        return read_plan(Path(name))
    ready = {plan.id: plan for plan in ready_plans()}
    if name not in ready:
        raise UsageError(
            f"unknown plan {name!r}{nearest(name, ready)}",
            hint=f"`bandmate plan list` shows them; a file's name ends in {SUFFIX}.",
        )
    return ready[name]


def _toml(text: str | bytes, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{source}: this is not a text file (UTF-8)") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(_line(f"{source}: not valid TOML: {error}")) from error


def _drafts(plan: PlanFile, catalogue: Catalogue) -> tuple[list[Draft], list[str]]:
    """What the entries ask for, and what is wrong with it."""
    drafts: list[Draft] = []
    faults: list[str] = []
    for number, entry in enumerate(plan.exercise, start=1):
        if not entry.id:
            continue  # it is missing or wrong, and is told so
        try:
            exercise = catalogue.find(entry.id)
        except UsageError as error:
            faults.append(f"{place_of(number, entry.id)}: id: {_sentence(error)}")
            continue
        draft = make_draft(entry, exercise, plan)
        drafts.append(draft)
        told = (fault for rule in DRAFT_RULES for fault in rule(draft))
        faults += [f"{place_of(number, entry.id)}: {fault}" for fault in told]
    return drafts, faults


def _faults_of_id(plan_id: str) -> Iterator[str]:
    if not _ID.fullmatch(plan_id):
        yield f"{plan_id!r} cannot be what a plan is called by; use a to z, 0 to 9, _ and - alone"


def _sentence(error: UsageError) -> str:
    return ". ".join(filter(None, (error.args[0], error.hint)))


def _line(text: str) -> str:
    """One line, whatever a file holds."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )

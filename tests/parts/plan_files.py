"""Plans as text, for the tests of what a plan may ask for."""

from bandmate.catalog.catalogue import load_catalogue
from bandmate.catalog.plans import load_plan
from bandmate.domain.plans import Plan
from bandmate.errors import ConfigError

CATALOGUE = load_catalogue()
FLOSS, TRACTION = "supine_sciatic_floss", "banded_leg_traction"
GATED = frozenset({"forward_fold", "twist", "by_plan", "severe_pain", "pregnancy"})
"""Tags of what a plan does not hold unless it says so."""


def plan_of(*entries: str, head: str = "", phase: str = "stabilise") -> str:
    top = f'title = "Mine"\nsummary = "What I do."\nphase = "{phase}"\n{head}\n'
    return top + "".join(f"[[exercise]]\n{entry}\n" for entry in entries)


def load(*entries: str, head: str = "", phase: str = "stabilise") -> Plan:
    return load_plan(plan_of(*entries, head=head, phase=phase), "mine", CATALOGUE)


def faults(*entries: str, head: str = "", phase: str = "stabilise") -> list[str]:
    try:
        load(*entries, head=head, phase=phase)
    except ConfigError as error:
        return str(error).splitlines()
    return []


def entry_of(slug: str, text: str = "") -> str:
    return f'id = "{slug}"\n{text}'

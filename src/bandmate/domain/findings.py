"""What a check of the installation finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: What it is: `disk`, `clock`, `broker`, `band left` …
        text: How it stands.
        fix: What to do about it; empty where all is well.
    """

    check: str
    text: str
    fix: str = ""

    @property
    def is_well(self) -> bool:
        """Nothing is to be done."""
        return not self.fix

"""What is found wrong with a profile, in the words of its author."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a profile.

    Attributes:
        place: Where in the file.
        text: What is wrong there.
        fix: What to do.
    """

    place: str
    text: str
    fix: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}; {self.fix}"

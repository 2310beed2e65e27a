"""What the simulator needs beyond the service, and what to say when it is not installed."""

from collections.abc import Generator
from contextlib import contextmanager

from bandmate.errors import UsageError


@contextmanager
def needs_extra(extra: str) -> Generator[None]:
    """Import third parties of an optional extra inside this block.

    Args:
        extra: `sim` (virtual radio) or `demo` (virtual radio and broker).

    Raises:
        UsageError: They are not installed; the text names what to install.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] == "bandmate":
            raise
        raise UsageError(
            f"this needs the Python package '{missing.name}', which is not installed",
            hint=f"Install it with: pip install 'bandmate[{extra}]'",
        ) from missing

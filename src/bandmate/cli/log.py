"""Log lines on the terminal: what went, what is back, and nothing else."""

import logging
import sys


def log_to_terminal() -> None:
    """Send bandmate's own log to stderr; other libraries only from warnings on."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s"
    )
    logging.getLogger("bandmate").setLevel(logging.INFO)

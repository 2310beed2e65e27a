"""The page "Add your own sensor", and the profile that stands in it."""

import re
from pathlib import Path
from typing import Final

PAGE: Final = (Path(__file__).parents[2] / "docs/add-your-own-sensor.md").read_text()

_TABLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
PROFILE_TEXT: Final[str] = next(text for text in _TABLES if "schema" in text)

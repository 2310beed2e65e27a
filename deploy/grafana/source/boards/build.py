"""Write the dashboards: `python -m boards.build FOLDER`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from boards.health import health
from boards.live import live
from boards.progress import progress
from boards.review import review


def built() -> dict[str, str]:
    """The files by their names."""
    boards = {"live": live, "review": review, "progress": progress, "health": health}
    return {f"{name}.json": _text(board) for name, board in boards.items()}


def _text(board: Callable[[], Dashboard]) -> str:
    return json.dumps(board().build(), cls=JSONEncoder, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Into the folder that is named."""
    for name, text in built().items():
        (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Write `schema/`: what Grafana's own types say of a dashboard and of each kind of panel.

    python tests/dashboards/make_schema.py NODE_FOLDER

`make dashboard-schema` calls it with a folder that holds `@grafana/schema` and
`ts-json-schema-generator`. Prose is left out: what remains is names and types.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import cast

SCHEMA = Path(__file__).parent / "schema"
RAW = "node_modules/@grafana/schema/dist/esm/raw"
PANELS = {
    "bargauge": "BarGauge",
    "stat": "Stat",
    "state-timeline": "StateTimeline",
    "table": "Table",
    "timeseries": "TimeSeries",
}
"""The kinds of panels in use, and how the file of each begins."""
DRAWN = ("state-timeline", "table", "timeseries")
"""Those that have settings for each curve or column, too."""


def main() -> None:
    """Every file anew."""
    node = Path(sys.argv[1])
    SCHEMA.mkdir(exist_ok=True)
    dashboard = f"{RAW}/dashboard/x/dashboard_types.gen.d.ts"
    _write("dashboard", {"Dashboard": _generated(node, dashboard, "Dashboard")})
    for kind, file in PANELS.items():
        types = f"{RAW}/composable/{file.lower()}/panelcfg/x/{file}PanelCfg_types.gen.d.ts"
        wanted = ("Options", "FieldConfig") if kind in DRAWN else ("Options",)
        _write(kind, {name: _generated(node, types, name) for name in wanted})


def _generated(node: Path, types: str, name: str) -> object:
    made = subprocess.run(
        [
            node.resolve() / "node_modules/.bin/ts-json-schema-generator",
            *("--path", types, "--type", name, "--no-type-check"),
        ],
        cwd=node,
        check=True,
        capture_output=True,
        text=True,
    )
    return _without_prose(json.loads(made.stdout))


def _without_prose(part: object) -> object:
    if isinstance(part, dict):
        prose = {"description", "$comment", "default"}
        given = cast("dict[str, object]", part)
        return {
            key: _without_prose(value)
            for key, value in given.items()
            if key not in prose or not isinstance(value, str | int | bool)
        }
    if isinstance(part, list):
        return [_without_prose(item) for item in cast("list[object]", part)]
    return part


def _write(name: str, schemas: dict[str, object]) -> None:
    text = json.dumps(schemas, separators=(",", ":"), sort_keys=True)
    (SCHEMA / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

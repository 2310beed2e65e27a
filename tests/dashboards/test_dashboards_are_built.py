"""What is committed is what the source builds."""

import pytest

from boards.build import built
from dashboards.queries import GRAFANA, NAMES


def test_no_dashboard_is_missing_and_none_too_many():
    committed = {file.name for file in (GRAFANA / "dashboards").iterdir()}
    assert committed == set(built()) == {f"{name}.json" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_committed_is_what_the_source_builds(name: str):
    committed = (GRAFANA / f"dashboards/{name}.json").read_text(encoding="utf-8")
    assert committed == built()[f"{name}.json"], "run: make dashboards"

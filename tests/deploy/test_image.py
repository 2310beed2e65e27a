"""The image, without an engine: its rules by hadolint, its steps in a folder that holds no more
than what would be sent to the engine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bandmate import __version__
from deploy.composed import DEPLOY, ROOT

DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
INSTALL = (DEPLOY / "install").read_text()


@pytest.mark.parametrize(("more", "status"), [("", 0), ("RUN sudo apt-get install gcc\n", 1)])
def test_hadolint_finds_nothing(more: str, status: int):
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint is on PyPI for Linux on x86-64 alone")
    checked = subprocess.run(
        [hadolint, "-"], input=DOCKERFILE + more, capture_output=True, check=False, text=True
    )
    assert checked.returncode == status, checked.stdout


def test_what_runs_has_no_compiler_and_no_rights():
    build, _, runtime = DOCKERFILE.rpartition("\nFROM ")
    assert "RUN deploy/install /opt/bandmate" in build
    assert "COPY --from=build /opt/bandmate /opt/bandmate" in runtime
    assert re.search(r"^USER 10001:10001$", runtime, re.MULTILINE)
    assert "apt-get" not in DOCKERFILE
    assert "pip" not in runtime


def test_every_place_installs_by_the_same_uv():
    (version,) = re.findall(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert re.findall(r"uv==(\S+)", INSTALL) == [version]


def context(folder: Path) -> Path:
    """Copy what `.dockerignore` lets through, and nothing else."""
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if not line.startswith("!"):
            continue
        source, target = ROOT / line[1:], folder / line[1:]
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    return folder


@pytest.mark.timeout(400)
def test_its_steps_work_in_a_clean_folder(tmp_path: Path):
    source, home = context(tmp_path / "source"), tmp_path / "opt"
    uv = Path(os.environ.get("UV", ROOT / ".tools/bin/uv")).parent
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VIRTUAL_ENV", "PYTHON", "BANDMATE", "UV_PROJECT"))
    }
    environment["PATH"] = f"{uv}:{environment['PATH']}"
    done = subprocess.run(
        ["deploy/install", home],
        cwd=source,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, f"bandmate, version {__version__}\n"), done.stderr
    shutil.rmtree(source / "src")  # what was installed needs the source no longer
    checked = subprocess.run(
        [home / "bin/bandmate", "run", "--check", "--config", source / "deploy/bandmate.toml"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr
    assert "the configuration is valid" in checked.stdout
    assert not list(home.glob("lib/*/site-packages/pytest"))

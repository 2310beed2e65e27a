"""Secrets as a deployment makes them, without being root."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.composed import DEPLOY, Made
from parts.programs import part


def make_secrets(folder: Path) -> Made:
    """Run the real script in a folder that stands for `deploy`; `chown` alone only takes notes."""
    part("openssl")
    folder.mkdir(exist_ok=True)
    shutil.copy2(DEPLOY / "make-secrets", folder)
    programs, notes = folder.parent / "programs", folder.parent / "chown.txt"
    programs.mkdir(exist_ok=True)
    (programs / "chown").write_text(f'#!/bin/sh\necho "$2 $3" >>{notes}\n')
    (programs / "chown").chmod(0o755)
    notes.write_text("")
    done = subprocess.run(
        [folder / "make-secrets"],
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"},
        check=True,
        capture_output=True,
        text=True,
    )
    owned = [line.split() for line in notes.read_text().splitlines()]
    return Made(folder, done.stdout, {Path(place).name: owner for owner, place in owned})


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_secrets(tmp_path_factory.mktemp("secrets") / "deploy")

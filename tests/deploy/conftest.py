"""Secrets as a deployment makes them, without being root."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.composed import DEPLOY, Made
from parts.programs import part


def make_secrets(folder: Path) -> Made:
    """Run the real script in a folder in place of `deploy`; what needs root only takes notes."""
    part("openssl")
    folder.mkdir(exist_ok=True)
    shutil.copy2(DEPLOY / "make-secrets", folder)
    programs, notes = folder.parent / "programs", folder.parent / "notes.txt"
    programs.mkdir(exist_ok=True)
    for name, does in {
        "chown": f'echo "chown $2 $3" >>{notes}',
        "useradd": f'echo "useradd $@" >>{notes}',
        "getent": "exit 2",
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    notes.write_text("")
    done = subprocess.run(
        [folder / "make-secrets"],
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"},
        check=True,
        capture_output=True,
        text=True,
    )
    noted = [line.split() for line in notes.read_text().splitlines()]
    return Made(
        folder,
        done.stdout,
        owners={Path(words[2]).name: words[1] for words in noted if words[0] == "chown"},
        users=[words[2] for words in noted if words[0] == "useradd"],
    )


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_secrets(tmp_path_factory.mktemp("secrets") / "deploy")

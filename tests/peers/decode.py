"""Readings decoded a second, beside a popular TypeScript library, in one run: `make bench-peers`.

It needs node, and the library where NODE_PATH's parent says (the Makefile installs it).
"""

import json
import subprocess
import sys
from pathlib import Path

import click

from bandmate.app.bench_decode import PROFILE, frames_of
from bandmate.app.bench_rows import median_s
from bandmate.devices.decoder import Decoder
from bandmate.devices.registry import load_profiles

ROUNDS_N = 9


def ours(size: int) -> float:
    """Readings a second, frames of `size` readings."""
    profile = load_profiles().get(PROFILE)
    frames = frames_of(profile, size)
    decoder = Decoder(profile)
    taken_s = median_s({"ours": lambda: [decoder.feed(frame) for frame in frames]}, ROUNDS_N)
    return len(frames) * size / taken_s["ours"]


def main(folder: Path) -> None:
    """Measure both and print the table.

    Args:
        folder: Where the library was installed.
    """
    script = folder / "decode.mjs"  # modules are looked for beside the file
    script.write_text((Path(__file__).parent / "decode.mjs").read_text())
    told = subprocess.run(["node", str(script)], check=True, capture_output=True, text=True)
    click.echo(f"{'frames of':>9}  {'bandmate':>12}  {'grip-connect':>12}  ratio")
    for line in told.stdout.splitlines():
        theirs = json.loads(line)
        size, peer = theirs["size"], theirs["samples_per_s"]
        figure = ours(size)
        click.echo(f"{size:>9}  {figure:>10,.0f}/s  {peer:>10,.0f}/s  {figure / peer:.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

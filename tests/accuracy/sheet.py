"""Writes the accuracy sheet, our detector beside others in one run: `make accuracy`."""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.pool import Pool
from pathlib import Path

import click

from accuracy import picture, sheet_force, sheet_motion, sheet_tension, sheet_time
from accuracy.markdown import Gate, gate_table
from accuracy.scoring import score
from accuracy.suite import KINDS, draw
from accuracy.tension import Measured
from accuracy.truth import folder

DOCS = Path(__file__).parents[2] / "docs"
SEED = 1
EXAMPLES = (
    "with partials of 28-40 %",
    "double bounce, 30-55 %",
    "deep bounce, under 60 or over 70 %",
    "12 N of drift, 50 % fatigue",
    "reps held for 5 s",
    "tensioned band",
)
ABSENT = "The development recordings are absent: what is measured on them is left out."

_HEAD = """# Accuracy

Made by `make accuracy`, which runs everything below anew and writes this page; the figures do not
depend on the machine. `make accuracy ARGS="--seed N"` draws other synthetic signals. The recordings
are other people's and are not part of this project: the command looks for them in `$BANDMATE_DATA`
(default `../shared/data`). All that is ours goes through the same pipeline as the service, in
packets of ten, without looking ahead and without settings made for a file.

No public recording of a resistance band with a tension sensor and labels is known. The recordings
of force are cable pulls and squeezes, the nearest there is: a proxy. The synthetic signals were
drawn by the same people who wrote the detector. So nothing here shows how well it counts on *your*
band.

## What is asked for

"""

_PICTURES = """## Pictures

Synthetic sets (seed {seed}, calibrated): readings, movements that were counted from start to end,
and where each was told.

![Synthetic sets with the movements that were counted](accuracy/signals.svg)

Sets counted exactly, by kind:

![Sets counted exactly, by kind and way](accuracy/counts.svg)
"""

_RECORDINGS = """## Recordings

Other people's recordings, each as a whole and with one setting for all of its set.
"""


@click.command()
@click.option("--seed", default=SEED, show_default=True, help="Of the synthetic signals.")
@click.option("--to", default=DOCS, type=click.Path(path_type=Path), help="Where to write.")
def main(seed: int, to: Path) -> None:
    """Measure everything and write accuracy.md and its pictures."""
    data = folder()
    with multiprocessing.Pool() as pool:
        text, gates, sets = _measured(pool, seed, data)
    pictures = to / "accuracy"
    pictures.mkdir(parents=True, exist_ok=True)
    (to / "accuracy.md").write_text(text)
    (pictures / "signals.svg").write_text(picture.signals([draw(kind, seed) for kind in EXAMPLES]))
    (pictures / "counts.svg").write_text(picture.bars(_shares(sets)))
    for gate in gates:
        click.echo(": ".join([gate.of, " ".join(gate.row()[1:])]))
    if data is None:
        click.echo(ABSENT)
    click.echo(f"wrote {to / 'accuracy.md'}")


def _measured(pool: Pool, seed: int, data: Path | None) -> tuple[str, list[Gate], list[Measured]]:
    tension, gates, sets = sheet_tension.section(pool, seed)
    time, of_time = sheet_time.section(pool, seed)
    parts = [tension, _PICTURES.format(seed=seed), sheet_motion.synthetic(pool, seed), time]
    gates += of_time
    if data is None:
        parts.append(f"{_RECORDINGS}\n**{ABSENT}**\n")
    else:
        force, of_force = sheet_force.section(pool, data)
        motion, of_motion = sheet_motion.recorded(pool, data)
        parts += [_RECORDINGS, force, motion]
        gates += [*of_force, *of_motion]
    return "\n".join([_HEAD + gate_table(gates), *parts]), gates, sets


def _shares(sets: Sequence[Measured]) -> dict[str, dict[str, float]]:
    return {
        kind: {
            way: score(one.ways[way] for one in sets if one.kind == kind).exact
            for way in sets[0].ways
        }
        for kind in KINDS
    }


if __name__ == "__main__":
    main()

"""`replay --calibrate`: amplitude, and of a limb its course, are learnt from known repetitions."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from bandmate.app.calibrate import calibrated
from bandmate.cli import bandmate
from bandmate.errors import BandmateError, InputError, UsageError
from scenarios.scenario import cycles, sampled


def written(path: Path, rise: float, count: int, seed: int = 1) -> Path:
    times, forces = sampled(cycles(count, 4, rise, 4), 6 + 4 * count, 80, seed)
    rows = [f"{t:.4f},{x:.3f}" for t, x in zip(times, forces, strict=True)]
    path.write_text("t_s,force_n\n" + "\n".join(rows) + "\n")
    return path


def test_the_median_rise_is_learnt(tmp_path: Path):
    recording = written(tmp_path / "cal.csv", 24, 3)
    assert calibrated(recording, None).amplitude == pytest.approx(24, abs=1)
    assert calibrated(recording, "2:8").amplitude == pytest.approx(24, abs=1)


def test_a_learnt_amplitude_grades_movements(tmp_path: Path):
    small = written(tmp_path / "set.csv", 7, 5)
    full = written(tmp_path / "cal.csv", 7, 1)
    call = ["replay", str(small), "--exercise", "supine_sciatic_floss", "--json"]

    def reps(*more: str) -> tuple[int, int]:
        result = CliRunner().invoke(bandmate, [*call, *more])
        assert result.exit_code == 0, result.output
        summary = msgspec.json.decode(result.stdout.splitlines()[-1])
        return summary["reps"], summary["partial"]

    assert reps() == (0, 5)
    assert reps("--calibrate", str(full), "--span", "2:8") == (5, 0)


@pytest.mark.parametrize(
    ("span", "error"),
    [
        ("5", UsageError),
        ("8:2", UsageError),
        ("a:b", UsageError),
        ("90:99", InputError),
        ("0:2", InputError),
    ],
)
def test_a_span_without_a_repetition_is_told(tmp_path: Path, span: str, error: type[BandmateError]):
    with pytest.raises(error):
        calibrated(written(tmp_path / "cal.csv", 24, 3), span)


def test_span_needs_calibrate(tmp_path: Path):
    recording = written(tmp_path / "set.csv", 8, 1)
    result = CliRunner().invoke(bandmate, ["replay", str(recording), "--span", "1:2"])
    assert isinstance(result.exception, UsageError)

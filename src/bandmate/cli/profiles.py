"""`bandmate profiles`: which sensors are known, what is known of them, and whether it holds."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

import click
import msgspec

from bandmate.cli.frame_args import channel, parse_hex
from bandmate.cli.known import known_profiles
from bandmate.cli.params import Params, param_option
from bandmate.cli.profile_view import details, fact_rows, outline, rate, step
from bandmate.cli.table import print_aligned
from bandmate.devices.conformance import check as check_profile
from bandmate.devices.conformance import decode_all
from bandmate.devices.decoder import Decoder
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles, parse_profile, shipped_files
from bandmate.devices.rules import clashes, refusals, refused_commands
from bandmate.devices.sheet import sensor_sheet
from bandmate.domain.samples import Decoded, FactValue, Frame
from bandmate.errors import CheckFailedError, InputError, ProfileError


@click.group(name="profiles")
def command() -> None:
    """Sensors: list, show, check and decode."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--markdown", "as_markdown", is_flag=True, help="A page with their notes.")
def list_(*, as_json: bool, as_markdown: bool) -> None:
    """The sensors that are known."""
    registry = known_profiles()
    if as_markdown:
        click.echo(sensor_sheet(registry), nl=False)
        return
    if as_json:
        for profile in registry:
            _print_json(outline(profile))
        return
    rows = [("ID", "NAME", "LINK", "RATE", "STEP", "CONFIDENCE")]
    rows += [
        (
            profile.device.id,
            profile.device.name,
            profile.link.transport,
            rate(profile),
            step(profile),
            profile.device.confidence,
        )
        for profile in registry
    ]
    print_aligned(rows)


@command.command()
@click.argument("profile_id", metavar="PROFILE")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(profile_id: str, *, as_json: bool) -> None:
    """All that is known of one sensor."""
    profile = known_profiles().get(profile_id)
    if as_json:
        _print_json(outline(profile) | details(profile))
        return
    click.echo(f"{profile.device.name} ({profile.device.id})\n")
    print_aligned(fact_rows(profile))
    for title, lines in (("Notes", profile.device.notes), ("Sources", profile.device.sources)):
        if lines:
            click.echo(f"\n{title}:")
            for line in lines:
                click.echo(f"  {line}")


@command.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
def check(path: Path | None) -> None:
    """Check profiles and run their test vectors.

    PATH is a file or a folder; without it the shipped profiles are checked.
    """
    files = shipped_files() if path is None else _toml_files(path)
    faults, profiles = _parse_all(files)
    known = [*profiles.values(), *(load_profiles() if path else ())]
    refused = frozenset(refusal for profile in known for refusal in refusals(profile))
    for name, profile in profiles.items():
        found = [*check_profile(profile), *refused_commands(profile, refused)]
        faults += dict.fromkeys(f"{name}: {problem}" for problem in found)
        if not found:
            click.echo(f"{name}: ok, {len(profile.vectors)} vectors")
    faults += [str(problem) for problem in clashes(profiles.values())]
    for fault in faults:
        click.echo(fault)
    if faults:
        raise CheckFailedError(f"{len(faults)} of the checks did not hold")


@command.command()
@click.argument("profile_id", metavar="PROFILE")
@click.argument("frames", metavar="HEX...", nargs=-1, required=True)
@click.option(
    "--char", metavar="ROLE|UUID", help="Where the frames arrived; default: where readings do."
)
@click.option(
    "--company",
    metavar="ID",
    help="The frames are manufacturer payloads behind this company id; default: the sensor's own.",
)
@param_option
def decode(
    profile_id: str,
    frames: Sequence[str],
    char: str | None,
    company: str | None,
    params: Params,
) -> None:
    """Decode frames given in hex, in order, to one JSON object each."""
    profile = known_profiles().get(profile_id)
    decoder = Decoder(profile, profile.parameters(params, complete=False))
    role, company_id = channel(profile, decoder.params, char, company)
    arrived = [Frame(0.0, role, parse_hex(text), company_id) for text in frames]
    for number, decoded in enumerate(decode_all(decoder, arrived)):
        _print_json({"frame": number, **_plain(decoded)})


def _toml_files(path: Path) -> list[Traversable]:
    if path.is_dir():
        files = sorted(path.glob("*.toml"))
        if not files:
            raise InputError(f"{path}: holds no profile", hint="Profiles are files ending in .toml")
        return [*files]
    if not path.exists():
        raise InputError(f"{path}: no such file or folder", hint="Check the spelling.")
    return [path]


def _parse_all(files: Iterable[Traversable]) -> tuple[list[str], dict[str, Profile]]:
    """What is no profile, as faults; and the profiles by their file."""
    faults: list[str] = []
    profiles: dict[str, Profile] = {}
    for file in files:
        try:
            profiles[str(file)] = parse_profile(file.read_bytes())
        except OSError as error:
            raise InputError(f"{file}: cannot be read: {error.strerror}") from error
        except ProfileError as error:
            faults.append(f"{file}: {error}; see docs/profiles.md for what a profile holds")
    return faults, profiles


def _plain(decoded: Decoded) -> dict[str, object]:
    samples: list[dict[str, object]] = [{} for _ in range(decoded.count)]
    columns: dict[str, Sequence[FactValue]] = {
        "force_n": decoded.force_n,
        **decoded.motion,
        "t": decoded.ticks,
    }
    for name, column in columns.items():
        for sample, value in zip(samples, column, strict=False):
            sample[name] = _rounded(value)
    facts = {name: _rounded(value) for name, value in decoded.facts.items()}
    return {"samples": samples, "facts": facts, "error": decoded.error}


def _rounded(value: FactValue) -> FactValue:
    """Nine places: below what any sensor resolves, above what binary fractions add."""
    if isinstance(value, tuple):
        return tuple(round(number, 9) for number in value)
    return round(value, 9) if isinstance(value, float) else value


def _print_json(body: Mapping[str, object]) -> None:
    click.echo(msgspec.json.encode(body))

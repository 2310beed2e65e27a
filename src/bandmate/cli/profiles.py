"""`bandmate profiles`: which sensors are known, what is known of them, and whether it holds."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

import click
import msgspec

from bandmate.cli.known import known_profiles
from bandmate.cli.table import print_aligned
from bandmate.devices.conformance import check as check_profile
from bandmate.devices.decoder import Decoder
from bandmate.devices.profile import ADVERT, Profile
from bandmate.devices.registry import load_profiles, parse_profile, shipped_files
from bandmate.devices.rules import clashes, refusals, refused_commands
from bandmate.domain.samples import Decoded, Frame
from bandmate.errors import CheckFailedError, InputError, ProfileError, UsageError


@click.group(name="profiles")
def command() -> None:
    """Sensors: list, show, check and decode."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(*, as_json: bool) -> None:
    """The sensors that are known."""
    registry = known_profiles()
    if as_json:
        for profile in registry:
            _print_json(_outline(profile))
        return
    rows = [("ID", "NAME", "LINK", "RATE", "STEP", "CONFIDENCE")]
    rows += [
        (
            profile.device.id,
            profile.device.name,
            profile.link.transport,
            f"{profile.limits.rate_hz:g} Hz",
            f"{profile.limits.resolution_n:g} N",
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
        _print_json(_outline(profile) | _details(profile))
        return
    click.echo(f"{profile.device.name} ({profile.device.id})\n")
    print_aligned(_facts(profile))
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
    faults += [f"{path or 'shipped'}: {problem}" for problem in clashes(profiles.values())]
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
@click.option(
    "--param",
    "params",
    metavar="KEY=VALUE",
    multiple=True,
    help="A parameter of the sensor; those shipped take none.",
)
def decode(
    profile_id: str,
    frames: Sequence[str],
    char: str | None,
    company: str | None,
    params: Sequence[str],
) -> None:
    """Decode frames given in hex, in order, to one JSON object each."""
    profile = known_profiles().get(profile_id)
    decoder = Decoder(profile, dict(_parse_param(text) for text in params))
    role, company_id = _channel(profile, char, company)
    payloads = [_parse_hex(text) for text in frames]
    for number, payload in enumerate(payloads):
        decoded = decoder.feed(Frame(0.0, role, payload, company_id))
        _print_json({"frame": number, **_plain(decoded)})


def _outline(profile: Profile) -> dict[str, object]:
    device = profile.device
    return {
        "id": device.id,
        "name": device.name,
        "kind": device.kind,
        "tier": device.tier,
        "confidence": device.confidence,
        "transport": profile.link.transport,
        "limits": msgspec.to_builtins(profile.limits),
        "capabilities": profile.capabilities,
    }


def _details(profile: Profile) -> dict[str, object]:
    return {
        "commands": profile.commands.given(),
        "identify": profile.identify,
        "link": profile.link,
        "gatt": profile.gatt,
        "clock": profile.clock,
        "tare": profile.tare,
        "quirks": profile.quirks,
        "sources": profile.device.sources,
        "notes": profile.device.notes,
        "vectors": len(profile.vectors),
    }


def _facts(profile: Profile) -> list[tuple[str, str]]:
    limits, link = profile.limits, profile.link
    quirks = [name for name, on in msgspec.to_builtins(profile.quirks).items() if on]
    confirm = ", the address must be confirmed" if profile.identify.confirm else ""
    return [
        ("Tier", profile.device.tier),
        ("Confidence", profile.device.confidence),
        ("Link", f"{link.transport}{confirm}"),
        ("Rate", f"{limits.rate_hz:g} Hz"),
        ("Range", f"up to {limits.max_n:g} N"),
        ("Resolution", f"{limits.resolution_n:g} N"),
        ("Lost after", f"{link.lost_s:g} s of silence"),
        ("Capabilities", ", ".join(profile.capabilities)),
        ("Commands", ", ".join(profile.commands.given()) or "none"),
        ("Quirks", ", ".join(quirks) or "none"),
    ]


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


def _channel(profile: Profile, char: str | None, company: str | None) -> tuple[str, int | None]:
    """The stream that is meant, and the company id its frames arrive under."""
    role = ADVERT if company is not None else profile.main_role
    if char is not None:
        role = _role(profile, char)
    stream = profile.stream.get(role)
    if stream is None:
        raise UsageError(
            f"{profile.device.id} sends nothing on {char or role!r}",
            hint=f"It sends on: {', '.join(profile.stream)}.",
        )
    return role, stream.company if company is None else _parse_company(company)


def _role(profile: Profile, char: str) -> str:
    """A role by its own name or by its characteristic's UUID, in full or by its first half."""
    text = char.lower().removeprefix("0x")
    for role, where in profile.gatt.items():
        if text == where.char or text.zfill(8) == where.char[:8]:
            return role
    return char


def _parse_company(text: str) -> int:
    try:
        return int(text, 0)
    except ValueError as error:
        raise UsageError(
            f"--company {text!r} is no company id", hint="Give a number such as 256 or 0x0100."
        ) from error


def _parse_param(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not (key and separator):
        raise UsageError(f"--param {text!r} is not of the form KEY=VALUE")
    return key, value


def _parse_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is not hex", hint="Give two digits a byte, as in 0108000080410a000000."
        ) from error


def _plain(decoded: Decoded) -> dict[str, object]:
    # Nine places: below what any sensor resolves, above what binary fractions add.
    samples: list[dict[str, float]] = [{"force_n": round(n, 9)} for n in decoded.force_n]
    for sample, tick in zip(samples, decoded.ticks, strict=False):
        sample["t"] = tick
    return {"samples": samples, "facts": dict(decoded.facts), "error": decoded.error}


def _print_json(body: Mapping[str, object]) -> None:
    click.echo(msgspec.json.encode(body))

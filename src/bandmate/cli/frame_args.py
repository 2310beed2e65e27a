"""Frames given on the command line: which channel they arrived on, and their bytes."""

from bandmate.devices.params import Parameters
from bandmate.devices.profile import ADVERT, Profile
from bandmate.errors import UsageError


def channel(
    profile: Profile, params: Parameters, char: str | None, company: str | None
) -> tuple[str, int | None]:
    """The stream that is meant, and the company id its frames arrive under.

    Args:
        profile: The sensor's profile.
        params: Its parameters; where no channel is named, the mode among them says which.
        char: The channel's role or UUID.
        company: The company id, as it was typed.

    Raises:
        UsageError: The sensor sends nothing there, or the company id is none.
    """
    role = ADVERT if company is not None else profile.role_in_mode(params)
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
    """A role by its own name, or by its characteristic's UUID: how it begins, or its short form."""
    if char in profile.stream:
        return char
    text = char.lower().removeprefix("0x")
    streams = [role for role in profile.gatt if role in profile.stream]
    for role in (*streams, *profile.gatt):
        uuid = profile.gatt[role].char
        if uuid.startswith((text, text.zfill(8))):
            return role
    return char


def _parse_company(text: str) -> int:
    try:
        return int(text, 0)
    except ValueError as error:
        raise UsageError(
            f"--company {text!r} is no company id", hint="Give a number such as 256 or 0x0100."
        ) from error


def parse_hex(text: str) -> bytes:
    """The bytes of a frame.

    Raises:
        UsageError: It is not hex.
    """
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is not hex", hint="Give two digits a byte, as in 0108000080410a000000."
        ) from error

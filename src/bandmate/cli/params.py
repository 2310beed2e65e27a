"""`--param KEY=VALUE`: what must be known of a single sensor, on the command line."""

from collections.abc import Mapping, Sequence

import click

from bandmate.errors import UsageError

Params = Mapping[str, str]
"""Values by name, as they were typed."""


def _parse_params(_: click.Context, _option: click.Parameter, texts: Sequence[str]) -> Params:
    return dict(map(_parse_param, texts))


def _parse_param(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not (key and separator):
        raise UsageError(
            f"--param {text!r} is not of the form KEY=VALUE", hint="For example rate_hz=50."
        )
    return key, value


param_option = click.option(
    "--param",
    "params",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_parse_params,
    help="A parameter of the sensor; `bandmate profiles show` tells which it takes.",
)
"""The option, which may be given again and again; the command gets `Params`, of a key the last."""

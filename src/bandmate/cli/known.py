"""The sensors that are known to a command: the shipped profiles and the user's own."""

import click

from bandmate.app.config_file import profiles_folder
from bandmate.devices.registry import Registry, load_profiles


def known_profiles() -> Registry:
    """The profiles that can be used; files that cannot be are told on stderr."""
    registry = load_profiles(profiles_folder())
    for problem in registry.problems:
        click.echo(f"bandmate: passed over {problem}", err=True)
    return registry

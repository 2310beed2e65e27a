"""The sessions of the configured store, for the commands that look back."""

import os
from pathlib import Path

from bandmate.app.config_file import STORE_NAME, read_config, store_folder
from bandmate.app.library import Library, load_library
from bandmate.app.people import People
from bandmate.app.reports.archive import Archive


def opened_archive(config: Path) -> tuple[Archive, Library]:
    """The sessions, and the words they are told in.

    Raises:
        ConfigError: The configuration is missing or wrong.
    """
    found = read_config(config, os.environ)
    folder = store_folder(found)
    archive = Archive(folder / STORE_NAME, People(folder / "people"))
    return archive, load_library(found.session, config)

"""The files that make up the coach page, in the words of its language; all are kept in memory."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePath
from types import SimpleNamespace
from typing import Final

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from bandmate.sinks import tones
from bandmate.sinks.cues import Tone
from bandmate.web.offer import Offer

_WORKER: Final = "/worker.js"
_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".LICENSE": "text/plain",
}

templates: Final = Environment(
    loader=PackageLoader("bandmate.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
"""The pages that are put together here."""


def page_files(offer: Offer) -> dict[str, tuple[str, bytes]]:
    """Content type and body of every file, by its address.

    Args:
        offer: What the page offers, and its words.
    """
    # As attributes alone: a line called `keys` is no method of a dictionary.
    words = {section: SimpleNamespace(**lines) for section, lines in offer.words.items()}
    script = b"export default " + msgspec.json.encode(offer.script_words())
    page = templates.get_template("index.html").render(words=words, language=offer.texts.language)
    files = {
        "/": ("text/html", page.encode()),
        "/words.js": ("text/javascript", script),
    }
    files |= {f"/tones/{tone}.wav": ("audio/wav", tones.wav(tone)) for tone in Tone}
    files |= dict(_static(resources.files("bandmate.web") / "static", "/"))
    return files | {_WORKER: _worker(files)}


def _worker(files: Mapping[str, tuple[str, bytes]]) -> tuple[str, bytes]:
    """The service worker, told what to keep; other files make it another one."""
    kind, body = files[_WORKER]
    digest = sha256()
    for path, (_, content) in sorted(files.items()):
        digest.update(path.encode() + b"\0" + sha256(content).digest())
    kept = msgspec.json.encode(sorted(files.keys() - {_WORKER}))
    version = digest.hexdigest()[:16].encode()
    return kind, b'const VERSION = "' + version + b'";\nconst FILES = ' + kept + b";\n" + body


def _static(folder: Traversable, address: str) -> Iterator[tuple[str, tuple[str, bytes]]]:
    for file in folder.iterdir():
        if file.is_dir():
            yield from _static(file, f"{address}{file.name}/")
        else:
            kind = _TYPES[PurePath(file.name).suffix]
            yield f"{address}{file.name}", (kind, file.read_bytes())

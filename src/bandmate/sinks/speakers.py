"""Where tones are played: the host's own player, or a WAV file that holds what would be heard."""

import asyncio
import contextlib
import shutil
import wave
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from bandmate.errors import SinkUnavailableError
from bandmate.sinks import tones
from bandmate.sinks.cues import Tone

PLAYERS: Final = ("pw-play", "paplay", "aplay", "afplay")
"""Players of WAV files, the one nearest to the desktop's mixer first."""

_PROBE_S: Final = 3.0


class Speaker(Protocol):
    """Something that plays one tone at a time.

    Attributes:
        text: What it is, in words for people.
        search_again_s: After this long a better one should be looked for; `None`: never.
        is_mute: Nothing can be heard of it.
    """

    text: str
    search_again_s: float | None
    is_mute: bool

    def check(self) -> None:
        """Look whether the last tone could be played.

        Raises:
            SinkUnavailableError: It could not; the output is gone.
        """
        ...

    async def play(self, tone: Tone) -> None:
        """Begin a tone; end a running one of the same or a lower urgency, else stay with it.

        Raises:
            SinkUnavailableError: It cannot be played.
        """
        ...

    async def close(self) -> None:
        """End what is playing and give everything back."""
        ...


class PlayerSpeaker:
    """Plays through a player program: one process a tone, none while it is quiet."""

    search_again_s: float | None = None
    is_mute = False

    def __init__(self, player: str) -> None:
        self.text = f"played by {Path(player).name}"
        self._player = player
        self._folder = TemporaryDirectory(prefix="bandmate-tones-")
        self._process: asyncio.subprocess.Process | None = None
        self._playing = Tone.SILENCE
        for tone in Tone:
            self._path(tone).write_bytes(tones.wav(tone))

    def check(self) -> None:
        """See `Speaker.check`."""
        if self._process and (self._process.returncode or 0) > 0:
            raise SinkUnavailableError(
                f"{self._player} could not play a tone: the sound output went away"
            )

    async def play(self, tone: Tone) -> None:
        """See `Speaker.play`."""
        running = self._process is not None and self._process.returncode is None
        if running and self._playing.rank < tone.rank:
            return
        await self._end()
        if tone is not Tone.SILENCE:
            self._process, self._playing = await self._start(tone), tone

    async def works(self) -> bool:
        """Play a moment of nothing, to learn whether there is an output behind the player."""
        try:
            self._process = await self._start(Tone.SILENCE)
            async with asyncio.timeout(_PROBE_S):
                return await self._process.wait() == 0
        except (SinkUnavailableError, TimeoutError):
            return False

    async def close(self) -> None:
        """End what is playing and remove the files."""
        await self._end()
        self._folder.cleanup()

    async def _start(self, tone: Tone) -> asyncio.subprocess.Process:
        quiet = asyncio.subprocess.DEVNULL
        try:
            return await asyncio.create_subprocess_exec(
                self._player, str(self._path(tone)), stdin=quiet, stdout=quiet, stderr=quiet
            )
        except OSError as error:
            raise SinkUnavailableError(f"{self._player} cannot be started: {error}") from error

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        # It may end by itself between the look and the blow.
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    def _path(self, tone: Tone) -> Path:
        return Path(self._folder.name) / f"{tone}.wav"


class FileSpeaker:
    """Appends every tone to a WAV file; a file that is something else is left alone."""

    search_again_s: float | None = None
    is_mute = False

    def __init__(self, path: Path) -> None:
        self.text = f"written to {path}"
        try:
            before = _frames(path) if path.exists() else b""
            self._writer = wave.open(str(path), "wb")  # noqa: SIM115 - closed by `close`
            tones.write_format(self._writer)
            self._writer.writeframes(before)
        except (OSError, EOFError, wave.Error) as error:
            raise SinkUnavailableError(
                f"[sound] output: {path} cannot be appended to: {error}\n"
                "Give a path that can be written and holds nothing else, such as file:sound.wav."
            ) from error

    def check(self) -> None:
        """See `Speaker.check`; a file that fails says so at once."""

    async def play(self, tone: Tone) -> None:
        """Append a tone."""
        if tone is Tone.SILENCE:
            return
        try:
            self._writer.writeframes(tones.pcm(tone))
        except OSError as error:
            raise SinkUnavailableError(f"[sound] output: {self.text}: {error}") from error

    async def close(self) -> None:
        """Close the file."""
        self._writer.close()


class MuteSpeaker:
    """Stands in where nothing can be heard, so that events are still followed."""

    is_mute = True

    def __init__(self, text: str, search_again_s: float | None = None) -> None:
        self.text = text
        self.search_again_s = search_again_s

    def check(self) -> None:
        """Nothing was played."""

    async def play(self, tone: Tone) -> None:
        """Not heard."""
        del tone

    async def close(self) -> None:
        """Nothing to give back."""


async def find_speaker(players: Sequence[str] = PLAYERS) -> Speaker | None:
    """The first installed player that has an output behind it."""
    for name in players:
        path = shutil.which(name)
        if path is None:
            continue
        speaker = PlayerSpeaker(path)
        if await speaker.works():
            return speaker
        await speaker.close()
    return None


def _frames(path: Path) -> bytes:
    with wave.open(str(path), "rb") as reader:
        if reader.getparams()[:3] != (1, 2, tones.RATE_HZ):
            raise wave.Error("it is a WAV file of another format")
        return reader.readframes(reader.getnframes())

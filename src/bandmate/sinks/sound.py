"""The host's own sound: the first way out of an alert. It needs no browser, broker or network."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final

import msgspec

from bandmate.domain.records import BandState, EventRecord, Record
from bandmate.errors import UsageError
from bandmate.sinks.base import Feed, Report
from bandmate.sinks.cues import Tone, ToneChooser
from bandmate.sinks.speakers import FileSpeaker, MuteSpeaker, Speaker, find_speaker

_log = logging.getLogger(__name__)

NO_OUTPUT: Final = "no sound output on this host; alerts are shown on the page only"
SWITCHED_OFF: Final = "switched off by [sound] output; alerts are shown on the page only"

_GONE: Final = "there is no sound output just now"
_SWITCH_ON: Final = "Set [sound] output to auto, and start bandmate again."
_INSTALL: Final = (
    "Plug in or switch on a loudspeaker; on Debian `aplay` is in the package alsa-utils."
)

_BATCH = 64
_STATES_EVERY_S: Final = 0.25
"""How finely hold tones and repetitions are timed; events are heard at once."""
_SEARCH_EVERY_S: Final = 30.0
"""A loudspeaker that is switched on later is found after this long."""


class SoundSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[sound]` of the configuration.

    Attributes:
        output: `auto` (a player of the host), `off`, or `file:PATH` (a WAV file of what would be
            heard).
    """

    output: Annotated[str, msgspec.Meta(pattern=r"^(auto|off|file:.+)$")] = "auto"


class SoundSink:
    """Plays what `ToneChooser` chooses."""

    name = "sound"

    def __init__(self, settings: SoundSettings, states: Callable[[], Sequence[BandState]]) -> None:
        self._output = settings.output
        self._states = states
        # Kept from session to session: an alert that stands is heard again when the output is back.
        self._chooser = ToneChooser()
        self._told = ""
        self._speaker: Speaker | None = None
        self._asked: Tone | None = None

    def test(self, tone: Tone) -> str:
        """Have a tone played in a moment, unless there is another one to be heard; where it is.

        Raises:
            UsageError: Nothing can be heard here; why.
        """
        if self._speaker is None:
            raise UsageError(_GONE, hint="It is looked for by itself; try again in a moment.")
        if self._speaker.is_mute:
            off = self._output == "off"
            raise UsageError(self._speaker.text, hint=_SWITCH_ON if off else _INSTALL)
        self._asked = tone
        return self._speaker.text

    async def session(self, feed: Feed, report: Report) -> None:
        """Play until cancelled; while there is no output, look for one now and then.

        Raises:
            SinkUnavailableError: The output went away, or the file cannot be written.
        """
        while True:
            speaker = await self._open()
            try:
                self._speaker = speaker
                self._tell(speaker, report)
                self._chooser.repeat_now()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(speaker.search_again_s):
                        await self._play(feed, report, speaker)
            finally:
                self._speaker = self._asked = None
                await speaker.close()

    async def _open(self) -> Speaker:
        if self._output == "off":
            return MuteSpeaker(SWITCHED_OFF)
        if self._output.startswith("file:"):
            return FileSpeaker(Path(self._output.removeprefix("file:")))
        return await find_speaker() or MuteSpeaker(NO_OUTPUT, search_again_s=_SEARCH_EVERY_S)

    def _tell(self, speaker: Speaker, report: Report) -> None:
        report.up(speaker.text)
        if speaker.text != self._told:
            # Only an output that is missing is looked for again; one switched off is a choice.
            level = logging.INFO if speaker.search_again_s is None else logging.WARNING
            _log.log(level, "sound: %s", speaker.text)
            self._told = speaker.text

    async def _play(self, feed: Feed, report: Report, speaker: Speaker) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            records = await _records(feed)
            bodies = [record.body for record in records if isinstance(record, EventRecord)]
            tone = self._chooser.step(bodies, self._states(), clock()) or self._asked
            self._asked = None
            feed.done(len(records))
            report.delivered += len(records)
            speaker.check()
            if tone:
                await speaker.play(tone)


async def _records(feed: Feed) -> Sequence[Record]:
    """What is there, at once; nothing after a while in which nothing came."""
    try:
        async with asyncio.timeout(_STATES_EVERY_S):
            return await feed.take(_BATCH)
    except TimeoutError:
        return ()

"""The raw recording that `bandmate record` and the service keep: its format and its writer.

The format, version 1, is a text file of JSON lines, made to be appended to, cut off by a crash,
and opened with common tools. The first line says what it is; each further line is something that
arrived, when it arrived (`t`, seconds on the session clock), or something a person did:

```
{"bandmate_recording":1,"session":"…","started":"2026-01-31T08:00:00.000000Z","bands":[{"band":"left",
 "profile":"tindeq-progressor","strands":1}]}
{"t":0.5,"band":"left","stream":true}                          a stream (re)started
{"t":1.25,"band":"left","role":"data","frame":"0108…"}         bytes from the radio (hex)
{"t":1.25,"band":"left","t_s":[1.2,1.25],"force_n":[4.0,4.1]}  readings that needed no decoding
{"t":1.5,"band":"left","t_s":[1.5],"force_n":["nan"]}          a NaN that arrived; null: missing
{"t":2.0,"command":"start:supine_sciatic_floss"}               what a person did
{"t":3.0,"band":"left","zeroed":true}                          the sensor set its own zero
{"t":8.5,"band":"left","due":true}                             nothing came, and that fell due
{"t":9.0,"band":"left","end":true}                             a band's clean end
{"t":9.0,"end":true}                                           the session's
```

A band whose sensor takes parameters has them too, as they were when the recording began:
`"params":{"rate_hz":50.0}`; what was learnt since is learnt again in a replay.
"""

import errno
import math
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import IO, Literal

import msgspec

from bandmate.devices.params import Parameters, ParamValue
from bandmate.devices.profile import Profile
from bandmate.domain.samples import Block, Frame, Quantity

RAW_VERSION = 1

NotFinite = Literal["nan", "inf", "-inf"]
"""How JSON is told of a reading that arrived and is no number."""
Reading = float | NotFinite | None
"""A reading as it is written; `None`: missing."""


RawUnit = Literal["n", "au", "deg", "none"]

RAW_UNIT: Mapping[Quantity, RawUnit] = MappingProxyType(
    {"force": "n", "arbitrary": "au", "angle": "deg", "none": "none"}
)
"""How the header calls what movements are seen in."""
QUANTITY: Mapping[RawUnit, Quantity] = MappingProxyType({u: q for q, u in RAW_UNIT.items()})


class RecordedBand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sensor of a raw recording.

    Attributes:
        profile: What decoded it; empty where nothing was decoded.
        unit: `n`: readings are newton; `au`: arbitrary, only shapes mean something; `deg`: degrees
            from the pose of rest; `none`: there are no readings.
        params: The values of the sensor's parameters, by name.
    """

    band: str
    profile: str = ""
    strands: int = 1
    unit: RawUnit = "n"
    params: dict[str, ParamValue] = {}


def values_of(profile: Profile, params: Parameters) -> dict[str, ParamValue]:
    """What is known of a sensor's parameters now, by name."""
    return {name: value for name in profile.params if (value := params.get(name)) is not None}


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a raw recording."""

    bandmate_recording: int
    session: str
    started: str
    bands: tuple[RecordedBand, ...]


def new_header(session: str, started: datetime, bands: Iterable[RecordedBand]) -> Header:
    """The first line of a recording that begins at `started`, UTC."""
    return Header(
        bandmate_recording=RAW_VERSION,
        session=session,
        started=f"{started:%Y-%m-%dT%H:%M:%S.%fZ}",
        bands=tuple(bands),
    )


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of a raw recording: something that happened at `t`, session clock."""

    t: float
    band: str = ""
    role: str = ""
    frame: str = ""
    company: int | None = None
    t_s: tuple[float, ...] = ()
    force_n: tuple[Reading, ...] = ()
    stream: bool = False
    zeroed: bool = False
    command: str = ""
    due: bool = False
    end: bool = False


class Recorder:
    """Appends to a raw recording; every line is handed to the system at once.

    So a crash of the process loses nothing, and one of the machine at most its last seconds.

    Raises:
        OSError: The file cannot be made or written.
    """

    def __init__(self, path: Path, header: Header) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = path.open("xb", buffering=0)
        self._encoder = msgspec.json.Encoder()
        self._write(header)

    def frame(self, band: str, frame: Frame) -> None:
        """Bytes arrived."""
        data = frame.data.hex()
        self._write(
            Entry(
                t=frame.arrival_s, band=band, role=frame.role, frame=data, company=frame.company_id
            )
        )

    def block(self, band: str, block: Block) -> None:
        """Readings arrived that needed no decoding."""
        readings: tuple[Reading, ...] = tuple(_written(x) for x in block.values)
        self._write(Entry(t=block.arrival_s, band=band, t_s=tuple(block.t_s), force_n=readings))

    def stream(self, band: str, t_s: float) -> None:
        """A stream (re)started."""
        self._write(Entry(t=t_s, band=band, stream=True))

    def zeroed(self, band: str, t_s: float) -> None:
        """The sensor set its own zero."""
        self._write(Entry(t=t_s, band=band, zeroed=True))

    def command(self, text: str, t_s: float, band: str = "") -> None:
        """A person did something; no band means all."""
        self._write(Entry(t=t_s, band=band, command=text))

    def due(self, band: str, t_s: float) -> None:
        """Time went by without a packet, and something was decided by that."""
        self._write(Entry(t=t_s, band=band, due=True))

    def ended(self, band: str, t_s: float) -> None:
        """A band was summed up."""
        self._write(Entry(t=t_s, band=band, end=True))

    def close(self, t_s: float) -> None:
        """The session is over."""
        try:
            self._write(Entry(t=t_s, end=True))
        finally:
            self._file.close()

    def abandon(self) -> None:
        """Leave the recording as it is: nothing more can be written."""
        self._file.close()

    def _write(self, line: Header | Entry) -> None:
        text = self._encoder.encode(line) + b"\n"
        if self._file.write(text) != len(text):  # a disk that is nearly full takes a part of it
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _written(x: float | None) -> Reading:
    if x is None or math.isfinite(x):
        return x
    return "nan" if math.isnan(x) else "inf" if x > 0 else "-inf"

"""What can be configured, as a strict typed model. Unknown keys are errors."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bandmate.errors import UsageError
from bandmate.sinks.influx_server import InfluxSettings
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.sinks.sound import SoundSettings
from bandmate.web.settings import PageSettings

Id = Annotated[str, Meta(pattern="^[a-z0-9_-]+$", max_length=64)]
"""Ids stand in topics and tags: lower-case letters, digits, `_` and `-`."""

REPLAY = "replay:"


def checked_id(name: str, option: str = "") -> str:
    """A name that was typed.

    Args:
        name: The name.
        option: Of which option, for the message.

    Raises:
        UsageError: It is no id.
    """
    try:
        return msgspec.convert(name, Id)
    except msgspec.ValidationError as error:
        said = f"{option} {name!r}".lstrip()
        raise UsageError(f"{said}: a name holds lower-case letters, digits, `_` and `-`") from error


class SiteConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[site]`."""

    name: Id = "home"


class BandConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[band]]`: one sensor.

    Attributes:
        name: Its id, such as `left`.
        profile: What the sensor is (`bandmate profiles list`); not for a recording.
        address: Which one; empty takes the first that shows the profile's signs.
        link: `replay:FILE` plays a recording in place of a sensor; empty for Bluetooth.
        exercise: What is begun when the first data arrives; empty waits for a command.
        strands: Strands of the band per sensor: a sensor in one of two reads half the pull.
        params: What must be known of this very sensor (`bandmate profiles show`), by name.
    """

    name: Id
    profile: str = ""
    address: str = ""
    link: str = ""
    exercise: str = ""
    strands: Annotated[int, Meta(ge=1, le=4)] = 1
    params: dict[str, float | int | str] = {}

    def __post_init__(self) -> None:
        if bool(self.profile) == bool(self.link):
            raise ValueError("a band needs either `profile` or `link`")
        if self.link and not (self.link.startswith(REPLAY) and self.link != REPLAY):
            raise ValueError(f"`link` is `{REPLAY}FILE`")
        if self.link and self.address:
            raise ValueError("`address` is for a sensor, not for `link`")
        if self.link and self.strands != 1:
            raise ValueError("`strands` is for a sensor; a recording holds the pull at the limb")
        if self.link and self.params:
            raise ValueError("`params` are for a sensor, not for `link`")


class StoreConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[store]`.

    Attributes:
        path: The folder of the local store and of the raw recordings; empty for the user's own.
        recordings: Whether a raw recording of every session is kept.
        max_mb: The size of the store from which on its oldest readings go; events never do.
        keep_days: How long readings are kept in it; 0 for as long as there is room.
    """

    path: str = ""
    recordings: bool = True
    max_mb: Annotated[int, Meta(ge=10)] = 2000
    keep_days: Annotated[int, Meta(ge=0)] = 0


class SessionConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[session]`: guided sessions.

    Attributes:
        language: Of what is said: `en`, `de`.
        plans: A folder of one's own plans, `ID.toml` each, and those of single persons in a folder
            `PERSON` in it; empty for the ready ones alone.
        texts: A folder with the words of further languages; empty for the shipped ones alone.
    """

    language: Id = "en"
    plans: str = ""
    texts: str = ""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole configuration."""

    band: tuple[BandConfig, ...] = ()
    site: SiteConfig = SiteConfig()
    mqtt: MqttSettings | None = None
    influx: InfluxSettings | None = None
    store: StoreConfig = StoreConfig()
    page: PageSettings = PageSettings()
    sound: SoundSettings = SoundSettings()
    session: SessionConfig = SessionConfig()

    def __post_init__(self) -> None:
        names = [band.name for band in self.band]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two bands are called {name!r}")

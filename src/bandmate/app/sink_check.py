"""Looks at the remote ways out: broker and database, each reached as the service does it."""

from collections.abc import Awaitable
from typing import Final

from bandmate.app.config import Config
from bandmate.domain.findings import Finding
from bandmate.errors import SinkUnavailableError
from bandmate.sinks import influx
from bandmate.sinks.mqtt_broker import Broker

_SETTINGS: Final = "Check the configuration's table."


async def examine_broker(config: Config) -> Finding | None:
    """Whether a message is passed on; `None`: no broker is configured."""
    if config.mqtt is None:
        return None
    return await _examined("broker", Broker(config.mqtt).probe(config.site.name))


async def examine_database(config: Config) -> Finding | None:
    """Whether a line is taken; `None`: no database is configured."""
    if config.influx is None:
        return None
    return await _examined("database", influx.probe(config.influx, config.site.name))


async def _examined(check: str, probe: Awaitable[str]) -> Finding:
    try:
        return Finding(check, await probe)
    except SinkUnavailableError as fault:
        return as_told(check, str(fault))


def as_told(check: str, trouble: str) -> Finding:
    """What a way out says when it is gone: what happened, and behind a semicolon what to do.

    Args:
        check: What the finding is called.
        trouble: What it says.
    """
    text, _, fix = trouble.rpartition("; ")
    return Finding(check, text or fix, f"{fix[:1].upper()}{fix[1:]}." if text else _SETTINGS)

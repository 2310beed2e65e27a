"""Every error bandmate raises on purpose.

```
BandmateError              what happened, where, and what to do; never a traceback for a person
├── UsageError             the call is wrong: unknown option, command, id (exit status 2)
│   └── ConfigError        the configuration is wrong; names file and key
├── InputError             missing, unreadable or malformed input (exit status 1)
│   └── ProfileError       a device profile that cannot be used; names file and place
├── CheckFailedError       a check was asked for and did not hold (exit status 3)
├── LinkError              the radio or the sensor; survived by the link's supervisor
│   ├── RadioUnavailableError   no adapter, switched off, no service
│   │   └── RadioDeniedError         no permission
│   ├── DeviceNotFoundError     not in reach
│   ├── WrongSensorError        it is another one, or its firmware is
│   └── LinkLostError           it was there and went away
├── SinkError
│   ├── SinkUnavailableError    not now: kept, tried again
│   └── SinkRejectedError       never: counted, told, dropped
└── StoreError             the local store cannot be opened, read or written (exit status 1)
```

Anything else that is raised is a bug and ends the process loudly; in a sink
or a page it ends that one alone.
"""

from typing import ClassVar


class BandmateError(Exception):
    """What happened, and what to do about it.

    Attributes:
        hint: What a person can do; empty where the message says it all.
        exit_status: The exit status of a command that ends with this error.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\n{self.hint}" if self.hint else message


class UsageError(BandmateError):
    """The call is wrong: an unknown option, command, id or value."""

    exit_status = 2


class ConfigError(UsageError):
    """The configuration is wrong; the message names file and key."""


class InputError(BandmateError):
    """Input is missing, unreadable or malformed; the message names file and line."""


class ProfileError(InputError):
    """A device profile cannot be used; the message names file and place."""


class CheckFailedError(BandmateError):
    """A check was asked for and did not hold."""

    exit_status = 3


class LinkError(BandmateError):
    """The way to a sensor failed; its supervisor survives it."""


class RadioUnavailableError(LinkError):
    """The host's Bluetooth cannot be used now."""


class RadioDeniedError(RadioUnavailableError):
    """The host's Bluetooth may not be used."""


class DeviceNotFoundError(LinkError):
    """The sensor is not in reach."""


class WrongSensorError(LinkError):
    """The sensor lacks what its profile requires."""


class LinkLostError(LinkError):
    """The sensor was connected and went away."""


class SinkError(BandmateError):
    """A way out failed; its runner survives it."""


class SinkUnavailableError(SinkError):
    """The sink cannot take anything now; what it did not take is kept and tried again.

    Attributes:
        retry_after_s: How long it asked to be left alone; 0 where it did not.
    """

    def __init__(self, message: str, *, hint: str = "", retry_after_s: float = 0.0) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


class SinkRejectedError(SinkError):
    """The sink will never take this; it is counted, told and dropped."""


class StoreError(BandmateError):
    """The local store cannot be opened, read or written."""

"""Sensors that people ask for and that cannot be spoken with, each with the reason."""

from types import MappingProxyType
from typing import Final

UNSUPPORTED: Final = MappingProxyType(
    {
        "mySmartBoard": "its services are not known",
        "SmartBoard Pro": "it sends raw numbers, and what they are worth is not known",
        "Kinvent": "its protocol is not public",
        "ActivForce 2": "its protocol is not public",
        "Activ5 v2": "its service is known, what its bytes mean is not",
        "microFET": "its protocol is not public",
        "Straffr": "its protocol is not public",
        "Hyfit": "its protocol is not public",
        "Bodylastics": "its protocol is not public",
        "Fitness Machine service (0x1826)": "it carries no tension and no raw motion",
        "Physical Activity Monitor service": "it carries no tension and no raw motion",
    }
)
"""Why, by the name people know."""


def reason_for(name: str) -> str:
    """Why a sensor is not supported; empty where it is none of these."""
    wanted = _plain(name)
    known = ((_plain(label), reason) for label, reason in UNSUPPORTED.items())
    return next((reason for label, reason in known if wanted and label.startswith(wanted)), "")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())

"""What a virtual sensor offers: the characteristics of its profile, each with its properties."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bumble.gatt import Characteristic, Service

from bandmate.devices.layout import Field
from bandmate.devices.profile import Profile
from bandmate.devices.traits import Characteristic as Place

Properties = Characteristic.Properties


def properties_of(profile: Profile, place: Place) -> Properties:
    """What can be done to a characteristic; several roles may live in one."""
    roles = {role for role, where in profile.gatt.items() if where == place}
    streams = roles & profile.stream.keys()
    properties = Properties.NOTIFY if streams else Properties(0)
    if told_on(profile, place) or roles & _settings(profile):
        properties |= Properties.READ
    if roles & _written(profile) or not streams:
        properties |= Properties.WRITE | Properties.WRITE_WITHOUT_RESPONSE
    return properties


def told_on(profile: Profile, place: Place) -> Mapping[str, Field]:
    """The fact that is read from a characteristic, by role; none where it tells readings."""
    answered = {c.reply.on for c in profile.commands.given().values() if c.reply}
    return {
        role: stream.frames[0].fields[0]
        for role, stream in profile.stream.items()
        if profile.gatt.get(role) == place
        and role not in answered | {profile.main_role}
        and not stream.holds_samples
        and stream.frames
        and stream.frames[0].fields
    }


def services_of(parts: Mapping[Place, Characteristic[bytes]]) -> Iterable[Service]:
    """The services that hold these characteristics."""
    grouped: defaultdict[str, list[Characteristic[bytes]]] = defaultdict(list)
    for place, part in parts.items():
        grouped[place.service].append(part)
    return [Service(service, members) for service, members in grouped.items()]


def _written(profile: Profile) -> set[str]:
    commands = profile.commands.given().values()
    return {step.to for command in commands for _, step in command.all_steps()}


def _settings(profile: Profile) -> set[str]:
    """The roles from which a setting is read back."""
    rate = profile.commands.rate
    if rate is None or not profile.quirks.read_back:
        return set()
    return {step.to for _, step in rate.all_steps()}

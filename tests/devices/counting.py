"""A receiver that counts movements in what a link brings, as the service does."""

from dataclasses import dataclass, field

from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.events import Event, Rep
from bandmate.domain.samples import Frame
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.intake import Intake, feed, quantity_of
from link.rig import Notes


@dataclass(slots=True)
class Counting(Notes):
    """A receiver that counts movements in what arrives."""

    pipeline: BandPipeline = field(kw_only=True)
    intake: Intake = field(kw_only=True)
    events: list[Event] = field(default_factory=list[Event])

    def on_stream(self) -> None:
        Notes.on_stream(self)
        self.intake.restart()

    def on_frame(self, frame: Frame) -> None:
        Notes.on_frame(self, frame)
        self.events += feed(self.pipeline, self.intake, frame)

    @property
    def reps(self) -> list[Rep]:
        return [event for event in self.events if isinstance(event, Rep)]


def counting(profile: Profile, params: Parameters) -> Counting:
    settings = BandSettings(
        name="thigh",
        session="air",
        traits=profile.traits(params),
        quantity=quantity_of(profile),
    )
    pipeline = BandPipeline(settings, load_catalogue().find)
    return Counting(pipeline=pipeline, intake=Intake(profile, params))

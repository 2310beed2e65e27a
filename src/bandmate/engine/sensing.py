"""From what one sensor shows to the signals that are judged, and whether they can be trusted."""

from collections.abc import Iterable, Sequence

from bandmate.domain.events import Event
from bandmate.domain.exercises import Exercise
from bandmate.domain.samples import Block, MotionBlock, Quantity, SensorTraits
from bandmate.domain.zones import ZoneLimits
from bandmate.engine.alert_book import AlertBook
from bandmate.engine.alert_path import SensorWatch
from bandmate.engine.fitness import fitted, is_too_coarse
from bandmate.engine.scale import Scale
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.tare import Refused
from bandmate.signal.tilt import Tilt


class Sensing:
    """Zero, strands, pose of rest, smallest step and filters of one sensor.

    Args:
        quantity: What movements are seen in.
        traits: What is known of the sensor.
        strands: Strands of the band per sensor; of a force alone each bears its share.
        book: Where alerts about the sensor stand.

    Attributes:
        signal: The newest reading and its signals.
        value: That reading: the pull at the limb in newton, tared; or an arbitrary unit, or
            degrees.
        coarse: The running set's zone is too narrow for the sensor.
    """

    def __init__(
        self, quantity: Quantity, traits: SensorTraits, strands: int, book: AlertBook
    ) -> None:
        self._quantity: Quantity = quantity
        self._known_n = traits.resolution_n
        self._resolution_n: float | None = traits.resolution_n
        self._scale = Scale(strands if quantity == "force" else 1)
        self._tilt = Tilt()
        self._watch = SensorWatch(book, traits)
        self.signal = Conditioner()
        self._x = self.value = 0.0
        self.coarse = False

    @property
    def trusted(self) -> bool:
        """Readings mean what they say."""
        return self._watch.trusted and not self.coarse

    @property
    def saturated(self) -> bool:
        """The sensor is at the end of its range."""
        return self._watch.saturated

    @property
    def step_n(self) -> float | None:
        """The smallest step of the pull at the limb; `None` where it is not known."""
        return self._scale.step_n(self._resolution_n)

    def fit(self, exercise: Exercise) -> Exercise:
        """The exercise as the sensor can watch it.

        Raises:
            UsageError: It cannot.
        """
        return fitted(exercise, self._quantity, self.step_n)

    def shows_steps_of(self, resolution_n: float, zone: ZoneLimits | None) -> None:
        """The sensor told its smallest step, newton; the coarser of it and the known one counts.

        Args:
            resolution_n: The step at the sensor.
            zone: The running set's; where it is too narrow now, the readings are not trusted.
        """
        coarser_n = max(resolution_n, self._known_n or 0.0)
        if coarser_n != self._resolution_n:
            self._resolution_n = coarser_n
            self._watch.shows_steps_of(coarser_n)
            self.coarse = is_too_coarse(zone, self._scale.step_n(coarser_n))

    def readings(self, block: Block | MotionBlock) -> Iterable[tuple[float, float | None]]:
        """The readings of a packet as the sensor gave them: time and one number each.

        To be taken one by one: the pose of a motion sensor goes along with them.
        """
        if isinstance(block, MotionBlock):
            return self._tilt.readings(block)
        return zip(block.t_s, block.values, strict=True)

    def weigh(self, t_s: float, x: float) -> float | Refused | None:
        """Take one reading `x` as the sensor gave it, before `judge`.

        Returns:
            Where a tare ends with it: the zero it found, newton at the sensor, or why there is
            none.
        """
        self._x = x
        self.value = value = self._scale.pull(x)
        return self._scale.tare_with(t_s, value) if self._scale.taring else None

    def judge(self, t_s: float, *, active: bool) -> Sequence[Event]:
        """Filter the reading that was weighed; is the sensor telling the truth?

        Args:
            t_s: Its time.
            active: A set is running.
        """
        self.signal.step(t_s, self.value)
        self.signal.pose = self._tilt.pose
        if self._quantity != "force":
            return ()
        return self._watch.step(t_s, self._x, self.value, active=active)

    def gap(self) -> None:
        """Readings are missing."""
        self.signal.gap()
        self._watch.gap()

    def rest(self, t_s: float) -> Sequence[Event]:
        """The set is over: nothing is expected of the readings now."""
        self.coarse = False
        return self._watch.rest(t_s)

    def begin_tare(self) -> None:
        """Make a zero of the next second of readings."""
        self._scale.begin_tare()

    def set_zero(self, zero_n: float, t_s: float) -> Sequence[Event]:
        """There is a new zero, newton at the sensor, whoever found it."""
        self._scale.set_zero(zero_n)
        self.value = self._scale.pull(self._x)
        self.signal.gap()
        return self._watch.rezeroed(t_s)

    def begin_set(self) -> None:
        """A set begins: the pose of a motion sensor is its rest."""
        if self._quantity == "angle":
            self.learn_pose()

    def learn_pose(self) -> None:
        """The pose of now is the pose of rest: angles before and after do not compare."""
        self._tilt.rest()
        self.signal.gap()

"""What a movement looks like, learnt from readings in which it was shown."""

from bandmate.domain.samples import MotionBlock
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.course import Course
from bandmate.signal.motion_reps import MotionRepMachine
from bandmate.signal.pose_history import PoseHistory
from bandmate.signal.reps import RepSettings
from bandmate.signal.shown import shown_course
from bandmate.signal.tilt import Tilt


def course_shown(block: MotionBlock, span_s: tuple[float, float] | None) -> Course | None:
    """The course of a movement; `None` where nothing moves.

    Args:
        block: The readings of a motion sensor. What lies before the repetition is wanted too: it
            tells the pose of rest.
        span_s: Where one repetition begins and ends; `None`: what repeats in the readings, or all
            of them where nothing does.
    """
    tilt, history, signal = Tilt(), PoseHistory(), Conditioner()
    machine = MotionRepMachine(RepSettings(amplitude=None))
    for t_s, angle_deg in tilt.readings(block):
        if tilt.pose is None or angle_deg is None or not angle_deg < float("inf"):
            continue
        history.step(t_s, tilt.pose)
        signal.step(t_s, angle_deg)
        signal.pose = tilt.pose
        machine.step(signal)
    if span_s is None and machine.course is not None:
        return machine.course
    from_s, to_s = span_s or (block.t_s[0], block.t_s[-1])
    return shown_course(history, from_s, to_s)

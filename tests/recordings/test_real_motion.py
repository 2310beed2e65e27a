"""Real recordings of worn motion sensors by other people, where they lie beside the checkout.

The bounds are those the detector is held to on other recordings of the same kinds as well.
"""

from collections.abc import Iterable
from statistics import mean

import pytest

from accuracy.recordings_motion import (
    CALIBRATED,
    OURS,
    Session,
    gym,
    gym_session,
    home,
    home_session,
    physio,
    physio_session,
    ways,
)
from accuracy.truth import Recording, folder

DATA = folder()
pytestmark = [
    pytest.mark.skipif(DATA is None, reason="the real recordings are not beside the checkout"),
    pytest.mark.timeout(300),
]


def sessions(way: str, of: str) -> list[Session]:
    assert DATA is not None
    found = ways(calibrated=True)[way]
    kinds = {
        "physio": (physio, physio_session),
        "gym": (gym, gym_session),
        "home": (home, home_session),
    }
    recordings, judged = kinds[of]

    def session(recording: Recording) -> Session:
        return judged(found(recording), recording)

    return [session(recording) for recording in recordings(DATA)]


def f1(of: Iterable[Session]) -> float:
    tallies = [tally for session in of for tally in session.tallies]
    matched = sum(tally.matched for tally in tallies)
    return 2 * matched / sum(tally.found + tally.true for tally in tallies)


def within_one(of: Iterable[Session]) -> float:
    return mean(abs(tally.found - tally.true) <= 1 for session in of for tally in session.tallies)


def test_physiotherapy_after_one_shown_repetition():
    found = sessions(CALIBRATED, "physio")
    assert f1(found) >= 0.98
    assert within_one(found) >= 0.95
    assert mean(session.tallies[0].found == session.tallies[0].true for session in found) >= 0.85
    minutes = sum(session.pauses_s for session in found) / 60
    assert sum(session.false for session in found) <= minutes / 10
    low = [session.low for session in found]
    assert sum(hit for _, hit in low) / sum(there for there, _ in low) >= 0.96


def test_physiotherapy_with_nothing_shown():
    assert f1(sessions(OURS, "physio")) >= 0.95


def test_a_gym_from_picking_up_a_weight_to_putting_it_down():
    assert within_one(sessions(OURS, "gym")) >= 0.70


def test_squats_and_sit_ups_at_home():
    found = sessions(OURS, "home")
    assert within_one(found) >= 0.95
    assert max(session.false for session in found) <= 1

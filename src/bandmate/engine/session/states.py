"""The states of a session, and which follows which: a table, so that it can be read at a glance."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a session stands."""

    IDLE = "idle"
    CHECKING = "checking"
    """The self-check is asked."""
    REFUSED = "refused"
    """There is no session today."""
    SENSORS = "sensors"
    """The band is to hang slack while it is zeroed."""
    READY = "ready"
    """The safety line is shown; the person says when to begin."""
    WARMING_UP = "warming_up"
    EXPLAINING = "explaining"
    """How the next set is done, and on which side."""
    COUNTING_DOWN = "counting_down"
    ACTIVE = "active"
    """Only here repetitions and holds count."""
    RESTING = "resting"
    COOLING_DOWN = "cooling_down"
    ASKING = "asking"
    """How it was: the questions afterwards."""
    DONE = "done"
    PAUSED = "paused"
    STOPPED = "stopped"
    """For a symptom; stays until it is acknowledged."""
    INTERRUPTED = "interrupted"
    """The service ended in the middle of it."""

    @property
    def words(self) -> str:
        """It as a person reads it."""
        return self.value.replace("_", " ")


class Trigger(StrEnum):
    """What moves a session on."""

    BEGIN = "begin"
    ALLOWED = "allowed"
    REFUSE = "refuse"
    SLACK = "slack"
    GO = "go"
    WARMED = "warmed"
    TOLD = "told"
    COUNTED = "counted"
    SET_DONE = "set_done"
    LAST_DONE = "last_done"
    RESTED = "rested"
    AGAIN = "again"
    """The next set is of the same exercise and side: there is nothing to explain."""
    COOLED = "cooled"
    ANSWERED = "answered"
    PAUSE = "pause"
    STOP = "stop"
    END = "end"
    ACK = "ack"
    CRASH = "crash"


RUNNING: Final = frozenset(
    {
        State.WARMING_UP,
        State.EXPLAINING,
        State.COUNTING_DOWN,
        State.ACTIVE,
        State.RESTING,
        State.COOLING_DOWN,
    }
)
"""Where it can be paused, and goes on from afterwards."""
BETWEEN: Final = frozenset({State.EXPLAINING, State.COUNTING_DOWN, State.RESTING})
"""Before a set; it can be left out, or its sides swapped."""
SHOWS_TASK: Final = RUNNING | {State.PAUSED, State.STOPPED}
FINAL: Final = frozenset({State.REFUSED, State.DONE, State.INTERRUPTED})

TRANSITIONS: Final[dict[tuple[State, Trigger], State]] = {
    (State.IDLE, Trigger.BEGIN): State.CHECKING,
    (State.CHECKING, Trigger.ALLOWED): State.SENSORS,
    (State.CHECKING, Trigger.REFUSE): State.REFUSED,
    (State.SENSORS, Trigger.SLACK): State.READY,
    (State.READY, Trigger.GO): State.WARMING_UP,
    (State.WARMING_UP, Trigger.WARMED): State.EXPLAINING,
    (State.EXPLAINING, Trigger.TOLD): State.COUNTING_DOWN,
    (State.EXPLAINING, Trigger.SET_DONE): State.EXPLAINING,
    (State.EXPLAINING, Trigger.LAST_DONE): State.COOLING_DOWN,
    (State.COUNTING_DOWN, Trigger.COUNTED): State.ACTIVE,
    (State.COUNTING_DOWN, Trigger.SET_DONE): State.EXPLAINING,
    (State.COUNTING_DOWN, Trigger.LAST_DONE): State.COOLING_DOWN,
    (State.ACTIVE, Trigger.SET_DONE): State.RESTING,
    (State.ACTIVE, Trigger.LAST_DONE): State.COOLING_DOWN,
    (State.RESTING, Trigger.RESTED): State.EXPLAINING,
    (State.RESTING, Trigger.AGAIN): State.COUNTING_DOWN,
    (State.RESTING, Trigger.SET_DONE): State.EXPLAINING,
    (State.RESTING, Trigger.LAST_DONE): State.COOLING_DOWN,
    (State.COOLING_DOWN, Trigger.COOLED): State.ASKING,
    (State.ASKING, Trigger.ANSWERED): State.DONE,
    (State.ASKING, Trigger.END): State.DONE,
    (State.STOPPED, Trigger.ACK): State.ASKING,
    (State.PAUSED, Trigger.STOP): State.STOPPED,
    (State.PAUSED, Trigger.END): State.ASKING,
    (State.CHECKING, Trigger.END): State.DONE,
    (State.SENSORS, Trigger.END): State.DONE,
    (State.READY, Trigger.END): State.DONE,
    **{(state, Trigger.PAUSE): State.PAUSED for state in RUNNING},
    **{(state, Trigger.STOP): State.STOPPED for state in (*RUNNING, State.READY, State.SENSORS)},
    **{(state, Trigger.END): State.ASKING for state in RUNNING},
    **{(state, Trigger.CRASH): State.INTERRUPTED for state in State if state not in FINAL},
}
"""What is not in it does not happen: the trigger is refused, and nothing changes."""
NEXT: Final = {
    State.READY: Trigger.GO,
    State.WARMING_UP: Trigger.WARMED,
    State.EXPLAINING: Trigger.TOLD,
    State.COUNTING_DOWN: Trigger.COUNTED,
    State.COOLING_DOWN: Trigger.COOLED,
}
"""What ends the states that last so long and no longer."""
STOPPABLE: Final = {at for at, trigger in TRANSITIONS if trigger is Trigger.STOP} | {State.ASKING}
"""Where a symptom stops something; while it is asked how it was, what was done last."""

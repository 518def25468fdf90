"""One run as it is planned: what is said, by how many workers it is heard, and what is done to them when."""

from random import Random
from typing import Literal

from msgspec import Struct

from tests.soak.faults import FAULTS, Action

Way = Literal["command", "link"]
SPEEDS = (1, 10)
MOST_WORKERS = 3
LIVE_S = 32.0
"""Wall time during which mentions come and harm is done."""


class Plan(Struct, frozen=True, kw_only=True):
    """All that is random of a run, so that seed and fault make it again.

    Parameters
    ----------
    seed, fault
        What the plan is made from.
    workers, busy
        Worker processes, and processes beside them that do nothing but take CPU time.
    speed
        Seconds of event time that go by in one of wall time.
    live_s
        Seconds of wall time in which mentions come.
    outbreak_at_s, outbreak_s
        When the outbreak begins, in wall time from the first live mention, and how long it lasts.
    acknowledge_after_s, acknowledge_by
        How long after the incident is told somebody takes it, and on which way.
    delays
        Whether the workers wait at random at the places where positions are lost.
    actions
        What is done, in order of time.
    """

    seed: int
    fault: str
    workers: int
    busy: int
    speed: int
    live_s: float
    outbreak_at_s: float
    outbreak_s: float
    acknowledge_after_s: float
    acknowledge_by: Way
    delays: bool
    actions: tuple[Action, ...]


def plan_of(
    seed: int,
    fault: str,
    *,
    workers: int = 0,
    busy: int = 0,
    speed: int = 0,
    delays: bool = True,
    live_s: float = LIVE_S,
) -> Plan:
    """Return the plan of a seed; workers and speed are drawn where they are 0.

    Raises
    ------
    ValueError
        Where there is no such fault.

    Examples
    --------
    >>> plan_of(7, "kill") == plan_of(7, "kill")
    True
    """
    if fault not in FAULTS:
        raise ValueError(f"no fault {fault!r}; known: {', '.join(FAULTS)}")
    random = Random(f"{seed}/{fault}")
    # Drawn in any case, so that fixing the one changes nothing of the rest.
    drawn_workers, drawn_speed = random.randint(1, MOST_WORKERS), random.choice(SPEEDS)
    workers, speed = workers or drawn_workers, speed or drawn_speed
    return Plan(
        seed=seed,
        fault=fault,
        workers=workers,
        busy=busy,
        speed=speed,
        live_s=live_s,
        outbreak_at_s=round(random.uniform(0.15, 0.35) * live_s, 3),
        outbreak_s=round(0.35 * live_s, 3),
        acknowledge_after_s=round(random.uniform(0.0, 0.3) * live_s, 3),
        acknowledge_by=random.choice(("command", "command", "link")),
        delays=delays,
        actions=tuple(sorted(FAULTS[fault](random, workers, live_s), key=lambda action: action.at_s)),
    )

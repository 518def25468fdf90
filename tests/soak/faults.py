"""The catalogue of what is done to workers, topics and the broker, each a random timeline from a seed."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Literal

from msgspec import Struct

Doing = Literal[
    "start", "end", "kill", "pause", "resume", "upgrade", "grow", "stop_broker", "kill_broker", "start_broker"
]
BEYOND_THE_SESSION_S = (7.0, 11.0)
"""So long a pause takes a worker's partitions from it: the session ends after 6 s."""
_GAP_S = (3.0, 8.0)
_AWAY_S = (0.2, 4.0)
_SPARE = 2
"""Workers that may join beside those which were there from the beginning."""


class Action(Struct, frozen=True, kw_only=True):
    """One thing done ``at_s`` seconds after the first live mention, to a worker by its number or to Kafka."""

    at_s: float
    what: Doing
    worker: int = -1


Fault = Callable[[Random, int, float], Iterator[Action]]
"""From chance, the number of workers and the length of the live part to actions; those at the end are left to it."""


def _moments(random: Random, live_s: float) -> Iterator[float]:
    at = random.uniform(1.0, 5.0)
    while at < live_s:
        yield round(at, 3)
        at += random.uniform(*_GAP_S)


def _undisturbed(_random: Random, _workers: int, _live_s: float) -> Iterator[Action]:
    """Do nothing."""
    yield from ()


def _ended(random: Random, workers: int, live_s: float, how: Doing = "end") -> Iterator[Action]:
    """Ask one worker after the other to end, and start it again."""
    for at in _moments(random, live_s):
        worker = random.randrange(workers)
        yield Action(at_s=at, what=how, worker=worker)
        yield Action(at_s=round(at + random.uniform(*_AWAY_S), 3), what="start", worker=worker)


def _killed(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Kill one worker after the other, and start it again."""
    return _ended(random, workers, live_s, "kill")


def _paused(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Let a worker stand still for longer than its session, and go on as if nothing had happened."""
    at = random.uniform(1.0, 5.0)
    while at < live_s:
        worker, length = random.randrange(workers), random.uniform(*BEYOND_THE_SESSION_S)
        yield Action(at_s=round(at, 3), what="pause", worker=worker)
        yield Action(at_s=round(at + length, 3), what="resume", worker=worker)
        at += length + random.uniform(*_GAP_S)


def _all_paused(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Let all workers stand still at once, as on a host that is suspended, and go on shortly one after the other."""
    at = random.uniform(2.0, 8.0)
    while at < live_s:
        length = random.uniform(*BEYOND_THE_SESSION_S)
        for worker in range(workers):
            yield Action(at_s=round(at, 3), what="pause", worker=worker)
            yield Action(at_s=round(at + length + random.uniform(0.0, 1.5), 3), what="resume", worker=worker)
        at += length + random.uniform(5.0, 9.0)


def _hiccups(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Let workers stand still for less than their session, also in the middle of a rebalance."""
    for worker in range(workers):
        at = random.uniform(0.5, 3.0)
        while at < live_s:
            length = random.uniform(0.2, 4.0)
            yield Action(at_s=round(at, 3), what="pause", worker=worker)
            yield Action(at_s=round(at + length, 3), what="resume", worker=worker)
            at += length + random.uniform(0.5, 4.0)
    yield from _ended(random, workers, live_s, "kill") if workers == 1 else _come_and_go(random, workers, live_s)


def _come_and_go(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Let further workers join and leave."""
    joined: list[int] = []
    for at in _moments(random, live_s):
        free = [number for number in range(workers, workers + _SPARE) if number not in joined]
        if free and (not joined or random.random() < 0.5):
            joined.append(free[0])
            yield Action(at_s=at, what="start", worker=free[0])
        else:
            leaving = joined.pop(random.randrange(len(joined)))
            yield Action(at_s=at, what=random.choice(("end", "kill")), worker=leaving)


def _rolled(random: Random, workers: int, live_s: float, again: Doing = "start") -> Iterator[Action]:
    """Replace all workers, one after the other, as a deployment does it."""
    at = random.uniform(2.0, 6.0)
    for worker in range(workers):
        yield Action(at_s=round(at, 3), what="end", worker=worker)
        yield Action(at_s=round(at + 0.1, 3), what=again, worker=worker)
        at += max(random.uniform(*_GAP_S), (live_s - 10.0) / max(workers, 1) / 2)


def _rolled_twice(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Replace all workers, and begin anew before the last is back."""
    yield from _rolled(random, workers, live_s)
    yield from _rolled(random, workers, live_s)


def _upgraded(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Replace the version before by this one, a worker at a time."""
    return _rolled(random, workers, live_s, "upgrade")


def _grown(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Add two partitions to mentions, perhaps two more, and sometimes kill a worker around it."""
    at = random.uniform(3.0, 8.0)
    yield Action(at_s=round(at, 3), what="grow")
    if random.random() < 0.5:
        yield Action(at_s=round(at + random.uniform(0.1, 10.0), 3), what="grow")
    if random.random() < 0.5:
        worker, then = random.randrange(workers), at + random.uniform(-1.0, 5.0)
        yield Action(at_s=round(then, 3), what="kill", worker=worker)
        yield Action(at_s=round(then + random.uniform(*_AWAY_S), 3), what="start", worker=worker)


def _broker_restarted(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Stop or kill the only broker, and bring it back."""
    at = random.uniform(3.0, 8.0)
    while at < live_s - 8.0:
        length = random.uniform(1.0, 8.0)
        yield Action(at_s=round(at, 3), what=random.choice(("stop_broker", "kill_broker")))
        yield Action(at_s=round(at + length, 3), what="start_broker")
        at += length + random.uniform(8.0, 14.0)


def _mixed(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Do two of the others at once."""
    for fault in random.sample((_ended, _killed, _paused, _come_and_go, _broker_restarted, _grown), 2):
        yield from fault(random, workers, live_s)


def _three(random: Random, workers: int, live_s: float) -> Iterator[Action]:
    """Kill a worker, let one stand still beyond its session, and end one: the short form of the tests."""
    first, second, third = (random.randrange(workers) for _ in range(3))
    yield Action(at_s=0.08 * live_s, what="kill", worker=first)
    yield Action(at_s=0.12 * live_s, what="start", worker=first)
    yield Action(at_s=0.35 * live_s, what="pause", worker=second)
    yield Action(at_s=0.35 * live_s + BEYOND_THE_SESSION_S[0], what="resume", worker=second)
    yield Action(at_s=0.85 * live_s, what="end", worker=third)
    yield Action(at_s=0.85 * live_s + 0.1, what="start", worker=third)


FAULTS: dict[str, Fault] = {
    "none": _undisturbed,
    "end": _ended,
    "kill": _killed,
    "pause": _paused,
    "pause-all": _all_paused,
    "hiccups": _hiccups,
    "come-and-go": _come_and_go,
    "roll": _rolled_twice,
    "grow": _grown,
    "broker": _broker_restarted,
    "mixed": _mixed,
    "three": _three,
    "upgrade": _upgraded,
}
"""By name, as ``--faults`` takes them."""
NEEDS_ANOTHER_CHECKOUT = frozenset({"upgrade"})


def described(fault: str) -> str:
    """Return what a fault does, in a sentence."""
    return (FAULTS[fault].__doc__ or "").strip().rstrip(".").lower()

"""The rule that the stories' figures stand beside: negative mentions far above a seasonal forecast, twice running.

It is what a monitoring system gives with little work: Holt and Winters' smoothing with a season of a day, and a
standard score of the residue under an exponentially weighted variance.
"""

from collections.abc import Iterable, Iterator, Sequence

from alerts.simulation.benchmark.judging import Alarm
from detectors.series.peers import holt_winters

STEP_S = 300
"""Five minutes: what the smoothing's season is counted in; minutes of few mentions would tell it less."""
DEVIATIONS = 4.0
RUNNING = 2
CALM_S = 3600
"""It fires again after an hour below, as the product does."""


def peer_alarms(brand: str, first: int, negatives: Sequence[float]) -> list[Alarm]:
    """Return when the rule would have paged for a brand, from its negative mentions in each step since ``first``."""
    return alarms_at(brand, first, twice_running(list(holt_winters(negatives))))


def alarms_at(brand: str, first: int, steps: Iterable[int]) -> list[Alarm]:
    """Return what a rule pages at the ends of some steps since ``first``.

    It has no incidents that could stay open: each is over at once, so that none is held against it.
    """
    moments = (float(first + STEP_S * (step + 1)) for step in steps)
    return [Alarm(brand=brand, kind="crisis", at=at, over_at=at) for at in moments]


def in_steps(counted: Iterable[tuple[int, float]]) -> tuple[int, list[float]]:
    """Return the start of the first step (epoch seconds) and each step's count, silent steps included.

    It begins with the first that is not silent: River's season begins as a part of the first day's level, which must
    not be nothing.

    Parameters
    ----------
    counted
        Start of a bin and how many it had, in any order.
    """
    counts: dict[int, float] = {}
    for start, count in counted:
        step = start // STEP_S
        counts[step] = counts.get(step, 0.0) + count
    filled = [step for step, count in counts.items() if count]
    if not filled:
        return 0, []
    first, last = min(filled), max(counts)
    return first * STEP_S, [counts.get(step, 0.0) for step in range(first, last + 1)]


def twice_running(scores: Sequence[float]) -> Iterator[int]:
    """Yield the places at which the scores have been high for ``RUNNING`` steps, once in an outbreak.

    Examples
    --------
    >>> list(twice_running([5.0, 0.0, 5.0, 6.0, 7.0] + [0.0] * 12 + [9.0, 9.0]))
    [3, 18]
    """
    high, places = 0, []
    for place, score in enumerate(scores):
        high = high + 1 if score > DEVIATIONS else 0
        if high >= RUNNING:
            places.append(place)
    return first_of_each(places)


def first_of_each(places: Iterable[int]) -> Iterator[int]:
    """Yield, of the steps at which a rule alerts, those after which it had been calm for ``CALM_S``.

    Examples
    --------
    >>> list(first_of_each([3, 4, 18, 25]))
    [3, 18]
    """
    last: int | None = None
    for place in places:
        if last is None or (place - last) * STEP_S >= CALM_S:
            yield place
        last = place

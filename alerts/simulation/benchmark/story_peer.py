"""The rule that the stories' figures stand beside: negative mentions far above a seasonal forecast, twice running.

It is what a monitoring system gives with little work: Holt and Winters' smoothing with a season of a day, and a
standard score of the residue under an exponentially weighted variance.
"""

from collections.abc import Iterable, Iterator, Sequence

from alerts.simulation.benchmark.judging import Ring
from detectors.series.peers import holt_winters
from streams.observation_row import ObservationRow

STEP_S = 300
"""Five minutes: what the smoothing's season is counted in; minutes of few mentions would tell it less."""
DEVIATIONS = 4.0
RUNNING = 2
CALM_S = 3600
"""It rings again after an hour below, as the product does."""


def peer_rings(brand: str, rows: Iterable[ObservationRow]) -> list[Ring]:
    """Return when the rule would have paged for a brand, from its closed bins.

    It has no incidents that could stay open: each is over at once, so that none is held against it.
    """
    first, negatives = in_steps(rows)
    scores = list(holt_winters(negatives))
    moments = (float(first + STEP_S * (step + 1)) for step in twice_running(scores))
    return [Ring(brand=brand, kind="crisis", at=at, over_at=at) for at in moments]


def in_steps(rows: Iterable[ObservationRow]) -> tuple[int, list[float]]:
    """Return the start of the first step (epoch seconds) and each step's negative mentions, silent steps included.

    It begins with the first negative mention: River's season begins as a part of the first day's level, which must
    not be nothing.
    """
    counts: dict[int, float] = {}
    for row in rows:
        step = row.start // STEP_S
        counts[step] = counts.get(step, 0.0) + row.negatives
    negative = [step for step, count in counts.items() if count]
    if not negative:
        return 0, []
    first, last = min(negative), max(counts)
    return first * STEP_S, [counts.get(step, 0.0) for step in range(first, last + 1)]


def twice_running(scores: Sequence[float]) -> Iterator[int]:
    """Yield the places at which the scores have been high for ``RUNNING`` steps, once in an outbreak.

    Examples
    --------
    >>> list(twice_running([5.0, 0.0, 5.0, 6.0, 7.0] + [0.0] * 12 + [9.0, 9.0]))
    [3, 18]
    """
    high, rang_at = 0, None
    for place, score in enumerate(scores):
        high = high + 1 if score > DEVIATIONS else 0
        if high >= RUNNING:
            if rang_at is None or (place - rang_at) * STEP_S >= CALM_S:
                yield place
            rang_at = place

"""How negative the talk about a brand is, against its own ordinary days: the share alone, whatever the volume."""

# ruff: noqa: FBT001 - compiled functions are called by position

import numpy as np
from river.base import AnomalyDetector

from detectors.compiled import Record, Records, compiled
from detectors.decision.bin_features import BinFeatures, bin_features
from detectors.decision.bins import Bin, as_records, bin_of
from detectors.decision.share import (
    HOUR_FIELDS,
    SHARE_FIELDS,
    clumping,
    learn_share,
    learn_share_hour,
    ordinary_share,
    take_into_hour,
    upper_share,
)
from detectors.decision.shiryaev_roberts import TURNS, reading, share_evidence, summed
from detectors.decision.volume import GAP_S, GRACE_MIN

NEGATIVITY_DTYPE = np.dtype(
    [
        *SHARE_FIELDS,
        ("age_min", "f8"),
        ("next_start", "i8"),
        *HOUR_FIELDS,
        ("log_sums", "f8", (len(TURNS),)),
    ]
)


class NegativityDetector(AnomalyDetector):
    """Scores how surprising the negative share of a brand's voices is.

    Learns the ordinary share, its swing over the hours of day, how alike the voices of one bin are and how far the
    share strays from hour to hour; winsorised, with fourteen days' memory. The score is a Shiryaev–Roberts sum of
    the evidence for a turn a fifth, or most, of the way to a revolt: it grows over bins that each say little.

    Attributes
    ----------
    state
        One NumPy record of ``NEGATIVITY_DTYPE``: all that was learned.

    Examples
    --------
    >>> detector = NegativityDetector()
    >>> for minute in range(600):
    ...     detector.learn_one({"start": minute * 60, "authors": 10, "scored_authors": 10, "negative_authors": 2})
    >>> calm = {"start": 36000, "authors": 10, "scored_authors": 10, "negative_authors": 2}
    >>> angry = calm | {"negative_authors": 9}
    >>> detector.score_one(calm) < 5 < detector.score_one(angry)
    True
    >>> round(detector.expected_share(36000), 2)
    0.2

    References
    ----------
    [^1]: Pollak, M. (1985). Optimal detection of a change in distribution.
    """

    def __init__(self) -> None:
        self.state = np.zeros(1, NEGATIVITY_DTYPE)

    def learn_one(self, x: BinFeatures) -> None:
        """Take a complete bin; bins older than the last one are passed over.

        Parameters
        ----------
        x
            ``start`` (epoch seconds; default: right after the last bin), ``span_s`` (60), ``authors``,
            ``scored_authors`` (default: all) and ``negative_authors``, as in ``Observation``.
        """
        one = bin_features(x, int(self.state["next_start"][0]))
        if one.start >= self.state["next_start"][0]:
            learn_negativity(self.state, as_records([one]))

    def score_one(self, x: BinFeatures) -> float:
        """Return the evidence of a turn, in nats, were this bin (or part of one) the next thing heard."""
        one = bin_features(x, int(self.state["next_start"][0]))
        return float(negativity_reading(self.state, as_records([one])))

    def expected_share(self, at: int) -> float:
        """Return the negative share that is ordinary at a moment, 0 to 1."""
        return float(ordinary_share_of(self.state, at))


@compiled
def ordinary_share_of(states: Records, at: int) -> float:
    """Return the ordinary share of the first of ``states``."""
    return ordinary_share(states[0], at)


@compiled
def negativity_reading(states: Records, bins: Records) -> float:
    """Return the score of the first of ``states``, were the first of ``bins`` the next thing heard."""
    return share_reading(states[0], bin_of(bins[0]))


@compiled
def share_reading(state: Record, one: Bin) -> float:
    """Return the score of the share alone, nats, were these voices the next thing heard."""
    if state.age_min < GRACE_MIN:
        return 0.0
    upper = upper_share(state, ordinary_share(state, one.start))
    rho = clumping(state)
    best = 0.0
    for turn in range(1, len(TURNS)):
        evidence = share_evidence(TURNS[turn], one.scored, one.negatives, upper, rho)
        best = max(best, reading(state.log_sums[turn], evidence))
    return best


@compiled
def learn_negativity(states: Records, bins: Records) -> None:
    """Take the first of ``bins``, a complete one, into the first of ``states``."""
    learn_share_bin(states[0], bin_of(bins[0]), True)


@compiled
def learn_share_bin(state: Record, one: Bin, learning: bool) -> None:
    """Take a complete bin: its evidence always, its teaching only while ``learning``."""
    if state.next_start > 0:
        if (state.next_start - 1) // 3600 != one.start // 3600:
            learn_share_hour(state, state.next_start - 1)
        if one.start - state.next_start >= GAP_S:
            state.log_sums[:] = 0.0
    share = ordinary_share(state, one.start)
    if state.age_min >= GRACE_MIN:
        upper = upper_share(state, share)
        rho = clumping(state)
        for turn in range(1, len(TURNS)):
            evidence = share_evidence(TURNS[turn], one.scored, one.negatives, upper, rho)
            state.log_sums[turn] = summed(reading(state.log_sums[turn], evidence))
    if learning:
        take_into_hour(state, one, share)
        learn_share(state, one, share)
    state.age_min += one.span_s / 60.0
    state.next_start = one.start + one.span_s

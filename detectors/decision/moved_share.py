"""What a brand's ordinary share becomes where another scorer takes the place of the one that read it.

The share, its swing over the hours of day and the hour under way are moved to what the scorer after measures of the
same talk. The move is only as sure as the difference of the two is known: so the share counts as learned from fewer
authors, as many as leave it that standard error beside its own, and what the new scorer reads makes it sure again.
"""

from detectors.compiled import Record
from detectors.decision.share import (
    DOUBTED_NEIGHBOURS,
    HOUR_AUTHORS,
    LEAST,
    MOST,
    MOST_AUTHORS,
    PRIOR_AUTHORS,
    PRIOR_SHARE,
    clumping,
)
from detectors.decision.states import States
from detectors.scorer_change import ScorerChange


def move_share(states: States, change: ScorerChange | None) -> None:
    """Move what was learned of a brand's share; changes nothing where nothing was learned yet.

    Parameters
    ----------
    states
        All that was learned; changed.
    change
        What is known of the two scorers. ``None``: nothing is. Then the share stays as it was, as little known as that
        of a newborn, and is learned anew from some fifty readings.
    """
    negativity, joint = states.negativity[0], states.joint[0]
    if negativity["scored"] <= 0.0:
        return
    share = _share_of(negativity)
    after = share if change is None else min(max(change.of(share), LEAST), MOST)
    authors = 0.0 if change is None else _authors_left(negativity, after, change.error(share))
    if change is not None:
        _move_hours(negativity, change, share, after)
        _move_hour_under_way(negativity, joint, share, after)
    kept = min(1.0, authors / float(negativity["scored"]))
    for field in ("scored", "counted", "again"):
        negativity[field] *= kept
    # With what a newborn is taken for beside it, this makes the share.
    negativity["negatives"] = after * (negativity["scored"] + PRIOR_AUTHORS) - PRIOR_SHARE * PRIOR_AUTHORS


def _share_of(negativity: Record) -> float:
    authors = float(negativity["scored"]) + PRIOR_AUTHORS
    share = (float(negativity["negatives"]) + PRIOR_SHARE * PRIOR_AUTHORS) / authors
    return min(max(share, LEAST), MOST)


def _authors_left(negativity: Record, after: float, error: float) -> float:
    """Return the authors of which a share is as surely known as the moved one."""
    known = min(float(negativity["scored"]) + PRIOR_AUTHORS, MOST_AUTHORS)
    if error <= 0.0:
        return float(negativity["scored"])
    spread = after * (1.0 - after) * (1.0 + clumping(negativity) * DOUBTED_NEIGHBOURS)
    return max(1.0 / (1.0 / known + error * error / spread) - PRIOR_AUTHORS, 0.0)


def _move_hours(negativity: Record, change: ScorerChange, share: float, after: float) -> None:
    seen, due = negativity["share_hour_seen"], negativity["share_hour_due"]
    for hour in range(len(seen)):
        factor = (float(seen[hour]) + HOUR_AUTHORS) / (float(due[hour]) + HOUR_AUTHORS)
        of_hour = min(max(change.of(min(share * factor, MOST)), LEAST), MOST)
        seen[hour] = of_hour / after * (float(due[hour]) + HOUR_AUTHORS) - HOUR_AUTHORS


def _move_hour_under_way(negativity: Record, joint: Record, share: float, after: float) -> None:
    times = after / share
    rest = (1.0 - after) / (1.0 - share)
    negativity["now_chance"] *= times * rest
    for record, prefix in ((negativity, "now"), (joint, "hour")):
        shift = float(record[f"{prefix}_scored"]) * (after - share)
        negatives, due = f"{prefix}_negatives", "now_due" if prefix == "now" else "hour_negatives_due"
        record[negatives] = max(float(record[negatives]) + shift, 0.0)
        record[due] = max(float(record[due]) + shift, 0.0)

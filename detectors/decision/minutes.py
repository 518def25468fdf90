"""How far a brand's talk comes in certain minutes of the hour: of sources whose times are whole hours, all in one.

Of an hour of n mentions, n_i of them in its i-th minute, the share of pairs that share a minute, beyond what an even
stream has, tells how lumpy it is (as ``batching`` does within a minute):

    L = (60 Σ n_i (n_i − 1) / (n (n − 1)) − 1) / 59

With M_i the share of all mentions that came in the i-th minute, (1 − L) + 60 L M_i times the mean is due in it: no more
than ever where talk comes evenly, the whole hour where it comes at once.
"""

from detectors.compiled import Record, compiled

MINUTES = 60
PRIOR_MENTIONS = 60.0
"""Mentions that “they come evenly” weighs."""
MOST_OF_AN_HOUR = 20.0
"""No hour tells more than so many mentions: one flood is no habit."""
HOURS_KEPT = 168.0

MINUTE_FIELDS = [
    ("minute_seen", "f4", (MINUTES,)),
    ("lumps", "f8"),
    ("lumps_weight", "f8"),
    ("now_all", "f8"),
    ("now_pairs", "f8"),
]
"""Mentions of each minute of the hour, the sums of L, and all mentions of the hour under way with the pairs of them
that share a minute."""


@compiled
def minute_times(state: Record, start: int, span_s: int) -> float:
    """Return how many times the hour's mean a bin is due that begins at ``start``."""
    lumpy = min(max(state.lumps / (state.lumps_weight + PRIOR_MENTIONS), 0.0), 1.0)
    if lumpy == 0.0:
        return 1.0
    total, here = state.minute_seen.sum(), 0.0
    minutes = max(span_s // 60, 1)
    for minute in range(minutes):
        here += state.minute_seen[(start // 60 + minute) % MINUTES]
    return float((1.0 - lumpy) + lumpy * MINUTES * here / minutes / total) if total > 0.0 else 1.0


@compiled
def learn_minute(state: Record, start: int, seen: float) -> None:
    """Take a bin into the hour under way, also one that looked like an outbreak: no crisis comes once an hour."""
    state.minute_seen[start // 60 % MINUTES] += seen
    state.now_all += seen
    state.now_pairs += seen * max(seen - 1.0, 0.0)


@compiled
def end_minutes(state: Record) -> None:
    """Take the hour that ended into L, and begin the next."""
    seen = state.now_all
    if seen >= 2.0:
        kept, weight = 1.0 - 1.0 / HOURS_KEPT, min(seen, MOST_OF_AN_HOUR)
        pairs = state.now_pairs / (seen * (seen - 1.0))
        state.lumps = kept * state.lumps + weight * (MINUTES * pairs - 1.0) / (MINUTES - 1.0)
        state.lumps_weight = kept * state.lumps_weight + weight
        state.minute_seen *= kept
    state.now_all = state.now_pairs = 0.0

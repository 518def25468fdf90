"""How far a brand's voices come in lumps: what the first part of a bin may say of the whole.

Many sources give times to the minute alone, and some deliver a minute's posts with one time: all of a bin then comes
in its first second, which against a sixtieth of the minute would be a flood. Of a bin of n mentions, n_i of them in
its i-th sixth, the share of pairs that share a sixth, beyond what an even stream has, tells it:

    L = (6 Σ n_i (n_i − 1) / (n (n − 1)) − 1) / 5

0 where they come evenly, 1 where those of a bin come at once.
"""

from detectors.compiled import Numbers, Record, Records, compiled

PARTS = 6
PRIOR_MENTIONS = 50.0
"""Mentions that “they come evenly” weighs."""
MENTIONS_KEPT = 5000.0

BATCHING_FIELDS = [("batching", "f8"), ("batching_weight", "f8")]


@compiled
def lumpiness(state: Record) -> float:
    """Return L, between 0 and 1."""
    return float(min(max(state.batching / (state.batching_weight + PRIOR_MENTIONS), 0.0), 1.0))


@compiled
def learn_parts(states: Records, parts: Numbers) -> None:
    """Take the mentions of each sixth of a bin into the first of ``states``; each bin weighs as many as it has."""
    state = states[0]
    mentions = parts.sum()
    if mentions < 2.0:
        return
    pairs = (parts * (parts - 1.0)).sum() / (mentions * (mentions - 1.0))
    kept = max(1.0 - mentions / MENTIONS_KEPT, 0.0)
    state.batching = kept * state.batching + mentions * (PARTS * pairs - 1.0) / (PARTS - 1.0)
    state.batching_weight = kept * state.batching_weight + mentions


@compiled
def part_due(elapsed: float, lumpy: float) -> float:
    """Return the part of a bin's voices that may be there already, when ``elapsed`` of it has passed (0 to 1)."""
    return elapsed + (1.0 - elapsed) * lumpy

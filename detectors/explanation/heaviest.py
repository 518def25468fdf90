"""The heaviest terms of ordinary talk with those of some posts more: it is done for every bin that teaches."""

import numpy as np
import numpy.typing as npt

from detectors.compiled import Numbers, compiled
from detectors.explanation.ordinary_talk import TERMS_KEPT

Keys = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.float32]


@compiled
def with_more(keys: Keys, counts: Counts, fade: np.float32, fresh: Keys, times: Numbers) -> tuple[Keys, Counts]:
    """Return terms and counts with those of some posts more: the heaviest, of equal ones the smallest hash first.

    What is known is nearly in order already, and of a sort by insertion that is all that it costs.

    Parameters
    ----------
    keys, counts
        The terms that are known, by their hashes, heaviest first, and how many posts held each.
    fade
        What is left of each count, 0 to 1.
    fresh, times
        Terms of the posts, each once, and how many of these hold it.
    """
    known, size = len(keys), 0
    kept, weights = np.empty(max(known, TERMS_KEPT), np.uint32), np.empty(max(known, TERMS_KEPT))
    is_known = np.zeros(len(fresh), np.bool_)
    for place in range(known):
        weight = np.float64(counts[place] * fade)
        for number in range(len(fresh)):
            if fresh[number] == keys[place]:
                weight += times[number]
                is_known[number] = True
                break
        _put(kept, weights, size, keys[place], weight)
        size += 1
    for number in range(len(fresh)):
        if is_known[number]:
            continue
        if size < TERMS_KEPT:
            size += 1
        elif not _is_before(times[number], fresh[number], weights[size - 1], kept[size - 1]):
            continue
        _put(kept, weights, size - 1, fresh[number], times[number])
    size = min(size, TERMS_KEPT)
    return kept[:size].copy(), weights[:size].astype(np.float32)


@compiled
def _put(kept: Keys, weights: Numbers, place: int, key: int, weight: float) -> None:
    """Put a term at its place among those before ``place``, which move on by one."""
    while place > 0 and _is_before(weight, key, weights[place - 1], kept[place - 1]):
        kept[place], weights[place] = kept[place - 1], weights[place - 1]
        place -= 1
    kept[place], weights[place] = key, weight


@compiled
def _is_before(weight: float, key: int, other_weight: float, other_key: int) -> bool:
    return bool(weight > other_weight or (weight == other_weight and key < other_key))

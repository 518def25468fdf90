"""Whether much talk that is no revolt is no good news either: more of it is negative than its size explains."""

import math

FALSELY_NEGATIVE = 0.13
"""Of posts that are not negative the scorer counts so many as if they were (2016's tweets, held out)."""
ERRORS = 2.0


def is_mixed(scored: float, negatives: float, ordinary_share: float, floor: int) -> bool:
    """Return whether a wave of talk holds more negative authors than one of good news would.

    As large a wave in which people speak as ever would hold ``ordinary_share`` of them, and one in which nobody is
    angry what the scorer is wrong about. The negative ones must be more than the larger of these by two standard
    errors, and by the floor: what would not be news by itself spoils none.

    Parameters
    ----------
    scored, negatives
        Authors of the wave who could be scored, and the negative ones; copies of one text weighed.
    ordinary_share
        Which share of the authors is negative on an ordinary day, 0 to 1.
    floor
        The brand's floor.

    Examples
    --------
    >>> is_mixed(70, 18, ordinary_share=0.1, floor=8), is_mixed(70, 18, ordinary_share=0.25, floor=8)
    (True, False)
    >>> is_mixed(700, 95, ordinary_share=0.05, floor=8), is_mixed(20, 7, ordinary_share=0.05, floor=8)
    (False, False)
    """
    share = max(ordinary_share, FALSELY_NEGATIVE)
    excess = negatives - scored * share
    return excess >= floor and excess >= ERRORS * math.sqrt(scored * share * (1.0 - share))

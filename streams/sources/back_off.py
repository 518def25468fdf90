"""How long to wait before upstream is asked again. Pure."""

FIRST_S = 1.0
LONGEST_S = 300.0
MOST_ASKED_S = 3600.0
"""What upstream asks for is given, up to so much: then it is asked again, and may ask again."""


def wait_s(failures: int, draw: float, *, retry_after_s: float = 0.0) -> float:
    """Return how long to wait: up to twice as long after each failure, at random, so that not all come back at once.

    Parameters
    ----------
    failures
        In a row, 1 or more.
    draw
        A random number from 0 to 1.
    retry_after_s
        What upstream asks for; it goes before, with a little on top, so that those who wait for the same do not
        return in the same moment.

    Examples
    --------
    >>> [wait_s(failures, 1.0) for failures in (1, 2, 3, 20)]
    [1.0, 2.0, 4.0, 300.0]
    >>> wait_s(1, 0.5, retry_after_s=60.0)
    60.5
    """
    if retry_after_s > 0:
        return min(retry_after_s, MOST_ASKED_S) + draw * FIRST_S
    return draw * min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 30))

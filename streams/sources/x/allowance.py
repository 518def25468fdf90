"""How many posts one look may read, so that a burst is read whole and no time is without a sample. Pure."""

LEAST = 10
"""X gives no fewer on a page."""
RESERVE = 0.5
"""The part of an hour's cap that is spread over the hour; the rest is there for a burst."""
RESERVE_OF_MONTH = 0.25
"""The part of a month's cap that is spread over what is left of the month."""


def of_look(left: float, cap: float, ends_in_s: float, every_s: float, reserve: float) -> float:
    """Return what a look may take of an allowance.

    Parameters
    ----------
    left, cap
        Of the period.
    ends_in_s
        Until it is renewed.
    every_s
        Between two looks.
    reserve
        The part of the cap that is spread evenly.

    Examples
    --------
    >>> round(of_look(1000, 1000, 3600, 60, reserve=0.5), 1), round(of_look(400, 1000, 1800, 60, reserve=0.5), 1)
    (508.3, 13.3)
    """
    kept = min(left, cap * reserve)
    return left - kept + kept * min(1.0, every_s / max(ends_in_s, 1.0))


def stretched_s(every_s: float, may_read: float) -> float:
    """Return how long to wait for the next look, so that it may read a page at all.

    Examples
    --------
    >>> stretched_s(60.0, 100.0), stretched_s(60.0, 2.0)
    (60.0, 300.0)
    """
    return every_s * max(1.0, LEAST / may_read) if may_read > 0 else every_s

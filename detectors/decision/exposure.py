"""What of a bin was listened to: where less is heard, less is due, and less is learned.

A bin of which a share e was heard is taken for one that was e times as long. Voices that are left out at random leave a
thinner stream of the same shape, and a source that is not heard leaves that of the others; so the level is learned as
what a whole hour would hold, whatever was heard of it, and a time of which nothing was heard teaches nothing.
"""

LEAST_HEARD = 0.02
"""Of a bin of which less was heard nobody can say what it held."""
LEAST_FLOOR = 3.0
"""However small the sample, two angry people are no crisis."""


def heard_span(span_s: int, elapsed_s: int, heard: float) -> tuple[int, int]:
    """Return the length of a bin, and of the part of it that has passed, as if it was only as long as it was heard.

    Parameters
    ----------
    span_s, elapsed_s
        Seconds.
    heard
        Share of what is ordinarily said that was listened to, 0 to 1.

    Examples
    --------
    >>> heard_span(60, 60, 1.0), heard_span(60, 30, 0.2), heard_span(60, 60, 0.0)
    ((60, 60), (12, 6), (1, 1))
    """
    if heard >= 1.0:
        return span_s, elapsed_s
    span = max(1, round(span_s * heard))
    return span, max(1, min(span, round(elapsed_s * span / span_s)))


def sampled_floor(floor: float, sampled: float) -> float:
    """Return the floor for a sample: eight of all are less than two of one in five, and three at least.

    Parameters
    ----------
    floor
        The brand's, negative voices in excess.
    sampled
        Which share of what was listened to was given to us.

    Examples
    --------
    >>> sampled_floor(8, 1.0), sampled_floor(8, 0.5), sampled_floor(8, 0.2), sampled_floor(2, 0.2)
    (8.0, 4.0, 3.0, 2.0)
    """
    return max(floor * min(sampled, 1.0), min(float(floor), LEAST_FLOOR))

"""Names in a row, as one says them."""

from collections.abc import Sequence


def named(names: Sequence[str]) -> str:
    """Return names as one says them.

    Examples
    --------
    >>> named(["pager"]), named(["slack", "pager", "chief"])
    ('pager', 'slack, pager and chief')
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))

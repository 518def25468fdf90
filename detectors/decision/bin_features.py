"""A bin as River's estimators take it: a dictionary with the names of ``Observation``."""

from collections.abc import Mapping
from typing import Any

from detectors.decision.bins import Bin

BinFeatures = Mapping[Any, Any]
"""By the names of ``bin_features``. An estimator of River takes a dictionary with any keys."""


def bin_features(x: BinFeatures, next_start: int) -> Bin:
    """Read a bin out of a dictionary; what is missing is taken for the ordinary.

    Parameters
    ----------
    x
        ``start``, ``span_s``, ``elapsed_s``, ``authors``, ``scored_authors``, ``negative_authors``.
    next_start
        Where a bin without a ``start`` begins.

    Examples
    --------
    >>> bin_features({"authors": 4, "negative_authors": 1}, next_start=60)
    Bin(start=60, span_s=60, elapsed_s=60, authors=4.0, scored=4.0, negatives=1.0, copied=0.0, again=0.0, turned=0.0)
    """
    span_s = max(1, int(x.get("span_s", 60)))
    negatives = max(0.0, float(x.get("negative_authors", 0.0)))
    authors = max(negatives, float(x.get("authors", 0.0)))
    return Bin(
        start=int(x.get("start", next_start)),
        span_s=span_s,
        elapsed_s=min(span_s, max(1, int(x.get("elapsed_s", span_s)))),
        authors=authors,
        scored=min(authors, max(negatives, float(x.get("scored_authors", authors)))),
        negatives=negatives,
    )

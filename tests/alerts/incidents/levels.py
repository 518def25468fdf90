"""Closed bins of an airline and its peers, as the tests of comparisons need them."""

from typing import Any

from alerts.incidents.peer_levels import PeerLevels
from streams.wire.observation_row import ObservationRow
from tests.alerts.verdicts import RANG

MINUTE = 60
NAMES = {"northside": "Northside", "delta": "Delta", "united": "United", "jet": "Jet"}
ORDINARY: dict[str, Any] = {"authors": 3, "negative_authors": 1, "missing": ("score", "volume", "negativity", "floor")}
LOUD: dict[str, Any] = {"authors": 9, "negative_authors": 6, "missing": ("score", "floor")}
FIRED: dict[str, Any] = {"authors": 12, "negative_authors": 10, "missing": ()}


def row(brand: str, start: int, **fields: Any) -> ObservationRow:
    """Return a closed minute of a brand of three authors a minute, of whom one is negative."""
    given: dict[str, Any] = {
        "brand": brand, "start": start, "span_s": MINUTE, "mentions": 3, "negatives": 1, "unscored": 0, "expected": 3.0,
        "upper": 8.0, "expected_share": 1 / 3, "score": 1.0, "threshold": 9.0, "kind": "crisis", **ORDINARY,
    }  # fmt: skip
    given |= fields
    given.setdefault("scored_authors", given["authors"])
    return ObservationRow(**given)


def hour(brand: str, until: int = RANG, **last: Any) -> list[ObservationRow]:
    """Return a brand's bins of an hour, of which the last ten minutes have other fields."""
    starts = range(until - 60 * MINUTE, until, MINUTE)
    return [row(brand, start, **(last if start >= until - 10 * MINUTE else {})) for start in starts]


def levels(*hours: list[ObservationRow], closed: int = RANG) -> PeerLevels:
    """Return what is known of bins in the one partition."""
    known = PeerLevels()
    for bins in hours:
        for bin_ in bins:
            known.take(bin_)
    known.close(0, closed)
    return known

"""A state that this release cannot read is told of, kept, and taken up again by the release that can."""

import msgspec

from detectors.decision import brand_detector
from streams.watch.brand_watch import WatchSettings
from streams.watch.watch import WatchPartition
from tests.streams.watch.talk import BRAND, BRANDS, flushes, store

LOG = list(flushes(1, [60]))
THIRD = len(LOG) // 3
LATER = 99
"""A version of the state's layout that nobody has written yet."""


def core(states: dict[str, bytes]) -> WatchPartition:
    return WatchPartition(0, BRANDS, WatchSettings(), states)


def age_s(states: dict[str, bytes]) -> float:
    row = msgspec.msgpack.decode(states[BRAND.id])
    return brand_detector.BrandDetector.from_bytes(row["detector"]).age_s


def lived(states: dict[str, bytes], until: int) -> list[str]:
    """Go on from the stored state to a flush; return which brands' states could not be read."""
    watch = core(states)
    relearning: list[str] = []
    for offset in range(watch.reread_from or 0, until):
        outcome = watch.take(LOG[offset], offset)
        relearning += outcome.relearning
        store(states, outcome.changed)
    return relearning


def as_of(version: int, states: dict[str, bytes]) -> None:
    """Write the brand's state as if a program of another version had."""
    row = msgspec.msgpack.decode(states[BRAND.id])
    detector = msgspec.msgpack.decode(row["detector"])
    row["detector"] = msgspec.msgpack.encode([version, *detector[1:]])
    states[BRAND.id] = msgspec.msgpack.encode(row)


def test_an_older_release_says_so_and_the_newer_one_goes_on_where_it_was(monkeypatch):
    states: dict[str, bytes] = {}
    lived(states, 2 * THIRD)
    before = age_s(states)
    as_of(LATER, states)

    told = lived(states, 2 * THIRD + THIRD // 2)

    assert told == [BRAND.id]
    assert age_s(states) < before
    assert lived(states, 2 * THIRD + THIRD // 2 + 1) == []
    monkeypatch.setitem(brand_detector._LACKING, LATER, frozenset())
    lived(states, len(LOG))
    assert age_s(states) > before
    assert "refused" not in msgspec.msgpack.decode(states[BRAND.id])


def test_what_was_refused_is_left_where_the_brand_has_lived_longer_since(monkeypatch):
    states: dict[str, bytes] = {}
    lived(states, THIRD // 2)
    as_of(LATER, states)
    lived(states, 2 * THIRD)
    since = age_s(states)

    monkeypatch.setitem(brand_detector._LACKING, LATER, frozenset())
    lived(states, len(LOG))

    assert age_s(states) > since
    assert "refused" not in msgspec.msgpack.decode(states[BRAND.id])

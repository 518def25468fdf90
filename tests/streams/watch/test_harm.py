"""Harm that is told calmly rings, says that it is harm, and survives a restart; what is told of others does not."""

import random
from typing import Any

import msgspec
import pytest

from detectors.verdict import Verdict
from streams.brand import Brand
from streams.wire.flush import Flush
from tests.streams.watch.talk import BRAND, BRANDS, HOUR, OTHER, START, STORY, flushes, mention, watched

QUIET = [(at, value) for at, value in STORY if b"angry" not in value]
AT = START + 26 * HOUR


def told(text: str, posts: int = 60, brand: str = "") -> list[tuple[float, bytes]]:
    rng = random.Random(3)
    moments = sorted(AT + rng.uniform(0, HOUR / 2) for _ in range(posts))
    return [(at, mention(10**5 + number, at, f"{text} page {number}", brand)) for number, at in enumerate(moments)]


def verdicts(posts: list[tuple[float, bytes]], brand: Brand = BRAND, **how: Any) -> list[Verdict]:
    found: list[Verdict] = watched(flushes(1, [40], sorted([*QUIET, *posts])), **how)[0]
    return [verdict for verdict in found if verdict.brand == brand.id]


def test_a_raid_told_without_anger_rings_and_says_what_it_is():
    first, *rest = verdicts(told("Police raid Northside offices in Leeds,"))

    assert (first.kind, first.phase, rest[-1].phase) == ("crisis", "ringing", "calm")
    assert first.counted is not None
    assert first.counted.of_harm
    assert first.counted.harms[0] == "police raid"
    assert first.counted.negatives is not None
    assert 8 <= first.counted.negatives <= first.counted.seen
    assert first.counted.expected_negatives < 2
    assert all(post.harm for post in first.evidence.posts)
    assert first.worst is not None
    assert first.worst.of_harm
    assert first.worst.negatives == pytest.approx(first.counted.negatives, abs=1)


def test_a_raid_on_another_that_names_the_brand_as_its_teller_wakes_nobody():
    posts = told("Northside reports police raid on Southside offices,")

    assert [verdict for verdict in verdicts(posts) if verdict.kind != "opportunity"] == []
    assert verdicts(posts, OTHER)[0].counted is not None


@pytest.mark.parametrize("restart_at", [[700], [790, 800, 810]])
def test_after_a_restart_in_the_midst_of_it_the_same_is_told(restart_at):
    posts = told("Police raid Northside offices in Leeds,")

    assert verdicts(posts, restart_at=restart_at) == verdicts(posts)


def without_harm(flush: Flush) -> Flush:
    """Return a flush as a version before sends it."""
    replace = msgspec.structs.replace
    return replace(
        flush,
        snapshots=tuple(
            replace(one, authors=tuple(replace(author, harm=-1) for author in one.authors)) for one in flush.snapshots
        ),
    )


def test_a_version_before_that_says_nothing_of_harm_is_read_on():
    sent = [
        without_harm(flush) for flush in flushes(1, [40], sorted([*QUIET, *told("Police raid Northside offices,")]))
    ]

    found = watched(sent, brands=BRANDS)[0]

    assert [verdict for verdict in found if verdict.kind != "opportunity"] == []

"""What comes too late is counted with the outbreak of its time, once, and decides nothing."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from detectors.late_posts import LatePosts
from detectors.verdict import Verdict
from streams.ingest.late_arrivals import OLDEST_S
from streams.watch.brand_watch import BrandWatch
from streams.watch.late_counts import MINUTES, OTHER, SOURCES, LateCounts, late_posts
from streams.watch.watch import WatchPartition
from streams.wire.flush import Flush, decode_flush, encode_flush
from streams.wire.late_mentions import LateMentions
from tests.streams.watch.talk import (
    BRAND,
    BRANDS,
    HOUR,
    SETTINGS,
    START,
    STORY,
    flushes,
    mention,
    store,
    told,
    watched,
)

RINGS_AT = START + 26 * HOUR


def with_late(*late: tuple[int, int, str, str]) -> list[tuple[float, bytes]]:
    """Return the story with more mentions: each behind so many others, so long before them, of a brand, with a text."""
    out = list(STORY)
    for number, (place, earlier_s, brand, text) in enumerate(sorted(late, reverse=True)):
        at = STORY[place][0]
        out.insert(place + 1, (at, mention(500_000 + number, at - earlier_s, text, brand)))
    return out


def place_of(moment: float) -> int:
    """Return the first mention of the story at a moment or after it."""
    return next(place for place, (at, _) in enumerate(STORY) if at >= moment)


CAUGHT_UP = with_late(
    *((place_of(RINGS_AT + 1500) + n, 1200, BRAND.id, "angry") for n in range(7)),
    (place_of(RINGS_AT + 1800), 20 * HOUR, BRAND.id, "angry"),
    (place_of(RINGS_AT + 1500), 1200, BRANDS[1].id, "angry"),
)
LOG = list(flushes(1, [3], CAUGHT_UP))


@pytest.fixture(scope="module")
def plain():
    return watched(flushes(1, [3]))


@pytest.fixture(scope="module")
def undisturbed():
    return watched(LOG)


def without_late(verdicts: list[Verdict]) -> list[Verdict]:
    return [replace(verdict, late=()) for verdict in verdicts]


def test_the_outbreak_says_how_many_of_its_time_came_too_late_and_from_where(undisturbed):
    verdicts, _ = undisturbed
    known = [verdict.late for verdict in verdicts if verdict.brand == BRAND.id]

    assert known[0] == ()
    (last,) = known[-1]
    assert (last.source, last.posts) == ("test", 7)
    assert RINGS_AT <= last.last < RINGS_AT + 900


def test_what_came_too_late_before_it_rang_is_of_it_from_the_minute_in_which_it_began():
    counts = LateCounts()
    counts.take([late(1, 2, start=START), late(3, start=START + 60), late(4, source="bluesky", start=START + 120)], 0)

    of_it = late_posts(counts.since(START + 90, 60))

    assert [(each.source, each.posts, each.last) for each in of_it] == [
        ("bluesky", 1, START + 120), ("rss", 1, START + 60),
    ]  # fmt: skip


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(5, len(STORY) - 2),
            st.integers(200, 12 * 86_400),
            st.sampled_from([brand.id for brand in BRANDS]),
            st.sampled_from(["angry", "nice"]),
        ),
        max_size=60,
    )
)
def test_with_and_without_what_comes_too_late_the_verdicts_and_bins_are_the_same(plain, late):
    verdicts, rows = watched(flushes(1, [3], with_late(*late)))

    assert without_late(verdicts) == plain[0]
    assert rows == plain[1]


def test_an_archive_that_is_fed_meanwhile_floods_nothing(plain):
    place = place_of(RINGS_AT + 600)
    months_ago = [(place, 90 * 86_400 + 61 * n, BRAND.id, "angry") for n in range(3000)]
    this_week = [(place, 86_400 + 120 * n, BRAND.id, "angry") for n in range(1500)]

    log = list(flushes(1, [50], with_late(*months_ago, *this_week)))
    states: dict[str, bytes] = {}
    core = WatchPartition(0, BRANDS, SETTINGS, states)
    verdicts: list[Verdict] = []
    for offset, flush in enumerate(log):
        outcome = core.take(flush, offset)
        verdicts += outcome.verdicts
        store(states, outcome.changed)

    assert without_late(verdicts) == plain[0]
    assert all(verdict.late == () for verdict in verdicts)
    started = [late.start for flush in log for late in flush.late]
    assert started
    assert min(started) > RINGS_AT - OLDEST_S
    kept = msgspec.msgpack.decode(states[BRAND.id])["late"]["bins"]
    assert sum(map(len, kept.values())) <= MINUTES


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.frozensets(st.integers(0, len(LOG)), max_size=3), st.frozensets(st.integers(0, len(LOG))), st.booleans())
def test_restarts_and_repeats_change_nothing(undisturbed, restarts, unstored, repeat):
    verdicts, rows = watched(LOG, restart_at=restarts, unstored=unstored, repeat=repeat)

    assert told(verdicts) == told(undisturbed[0])
    assert {verdict.id: verdict.late for verdict in verdicts} == {
        verdict.id: verdict.late for verdict in undisturbed[0]
    }
    assert rows == undisturbed[1]


def late(*offsets: int, source: str = "rss", start: int = START) -> LateMentions:
    return LateMentions(BRAND.id, source, start, offsets)


def test_a_record_that_is_told_of_twice_is_counted_once():
    counts = LateCounts()

    first = counts.take([late(3, 9), late(5, source="bluesky")], 0)
    again = counts.take([late(3, 9, 12), late(5, source="bluesky")], 0)
    elsewhere = counts.take([late(3)], 1)

    assert first == [("rss", START, 2), ("bluesky", START, 1)]
    assert (again, elsewhere) == ([("rss", START, 1)], [("rss", START, 1)])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 2000)), max_size=1500))
def test_what_is_remembered_is_bounded_and_nothing_new_is_forgotten_for_something_old(seen):
    counts = LateCounts()
    for offset, (source, minute) in enumerate(seen):
        counts.take([late(offset, source=f"s{source}", start=60 * minute)], 0)

    kept = [start for starts in counts.bins.values() for start in starts]
    assert len(kept) <= MINUTES
    assert len(counts.bins) <= SOURCES + 1
    tallies = counts.since(0, 60)
    assert all(name in {*(f"s{n}" for n in range(51)), OTHER} for name in tallies)
    if len(set(seen)) <= MINUTES:
        assert sum(each.mentions for each in tallies.values()) == len(seen)


def test_a_state_and_a_flush_of_the_version_before_have_nothing_too_late():
    watch = BrandWatch(BRAND, SETTINGS, START)
    stored = msgspec.msgpack.decode(watch.store())
    del stored["late"]
    flush = msgspec.msgpack.decode(encode_flush(Flush(partition=0, partitions=1, watermark=START)))
    assert "late" not in flush

    assert watch.restore(msgspec.msgpack.encode(stored), (), 0)
    watch.count_late(decode_flush(msgspec.msgpack.encode(flush)).late, 0, 1)
    watch.count_late([late(4)], 0, 1)

    assert msgspec.msgpack.decode(watch.store())["late"]["bins"] == {"rss": {START: 1}}


def test_the_receipt_is_in_the_order_in_which_it_is_read():
    counts = LateCounts()
    counts.take([late(1), late(2, 3, source="bluesky", start=START + 60)], 0)
    verdicts = [LatePosts(source="bluesky", posts=2, last=START + 60), LatePosts(source="rss", posts=1, last=START)]

    assert late_posts(counts.since(START, 60)) == tuple(verdicts)

"""What comes too late for its bin is told to the watch stage: how many, of which minute, and each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ingest.ingest import PartitionIngest
from streams.ingest.late_arrivals import IDS, MOST_BYTES, OLDEST_S, LateArrivals
from streams.ingest.resume import read_metadata
from streams.watch.late_counts import LateCounts
from streams.wire.flush import Flush, decode_flush, encode_flush
from streams.wire.late_mentions import LateMentions
from tests.streams.story import BRANDS, NOON, WordScorer, matcher, record, unhurried


def ingest(**changes) -> PartitionIngest:
    return PartitionIngest(0, 1, matcher(), WordScorer(), **changes)


def told(flushes: list[list[Flush]]) -> list[LateMentions]:
    return [late for parts in flushes for flush in parts for late in flush.late]


def test_it_is_told_with_its_true_minute_by_brand_and_source():
    part = ingest()
    part.take([record(0, 3600), record(1, 3601, source="rss")])

    part.take([record(2, 61), record(3, 100, source="rss"), record(4, 3602), record(5, 119, source="rss")])
    both = f"{BRANDS[0].query} and {BRANDS[1].query}"
    part.take([record(6, 30, both, source="rss")])

    assert told(part.flush(0)) == [
        LateMentions("northside", "unknown", NOON + 60, (2,)),
        LateMentions("northside", "rss", NOON + 60, (3, 5)),
        LateMentions("northside", "rss", NOON, (6,)),
        LateMentions("southside", "rss", NOON, (6,)),
    ]
    assert told(part.flush(1)) == []


def test_nothing_that_it_says_is_in_the_flush():
    part = ingest()
    part.take([record(0, 3600), record(1, 61, "northside, a secret", id="of-ann", author={"id": "ann"})])

    ((flush,),) = part.flush(0)
    encoded = encode_flush(flush)

    assert decode_flush(encoded).late[0].offsets == (1,)
    assert not any(word in encoded for word in (b"secret", b"of-ann", b"ann"))


def test_a_post_that_was_counted_in_time_and_comes_again_is_not_one_more():
    part = ingest()
    part.take([record(0, 61, id="m1"), record(1, 7200, id="m2"), record(2, 7201, id="open")])

    part.take([record(3, 61, id="m1"), record(4, 61, id="open"), record(5, 61, id="m3"), record(6, 61, id="m3")])

    assert [late.offsets for late in told(part.flush(0))] == [(5,)]


def test_what_is_of_last_week_or_of_a_clock_far_behind_is_told_to_nobody():
    part = ingest()
    part.take([record(0, 3600)])

    part.take([record(1, 3600 - OLDEST_S - 120), record(2, -400 * 86_400), record(3, 3600 - OLDEST_S + 120)])

    assert [late.offsets for late in told(part.flush(0))] == [(3,)]
    assert part.take_stats().late == 3


@pytest.mark.parametrize("source", ["rss", "ü" * 200])
@pytest.mark.parametrize("minutes", [1, 11_000])
def test_of_an_archive_so_much_is_told_in_a_flush_that_kafka_takes_it(source, minutes):
    late = LateArrivals()
    for offset in range(50_000):
        late.note(["northside", "southside"], source, NOON - 60 * (offset % minutes), 10**10 + offset, NOON + 3600)

    told_of = late.drain()
    size = len(encode_flush(Flush(partition=0, partitions=1, late=told_of)))

    assert MOST_BYTES / 2 < size < MOST_BYTES + 100
    assert late.drain() == ()


def test_the_newest_ids_are_remembered():
    late = LateArrivals()
    assert not any(late.is_known(number) for number in range(IDS + 10))

    assert not late.is_known(3)
    assert late.is_known(IDS)


@unhurried
@given(st.lists(st.integers(0, 4000), min_size=1, max_size=40), st.lists(st.integers(0, 40), max_size=4), st.booleans())
def test_whenever_a_worker_dies_each_late_record_is_counted_once(moments, deaths, is_committed):
    records = [record(0, 4200), *(record(1 + n, at) for n, at in enumerate(moments))]
    due = sum(NOON + at - at % 60 + 120 <= NOON + 4200 for at in moments)
    counts, seen = LateCounts(), 0
    part, committed, at = ingest(), None, 0
    deaths = sorted(deaths)
    while at < len(records):
        part.take([records[at]])
        for late in told_by(part):
            seen += sum(mentions for _, _, mentions in counts.take(late, 0))
        at += 1
        is_dying = bool(deaths) and deaths[0] < at
        if is_committed or not is_dying:
            committed = part.commit_point()
        if is_dying:
            deaths.pop(0)
            part = ingest(resume=None if committed is None else read_metadata(committed.metadata))
            at = 0 if committed is None else committed.offset

    assert seen == due


def told_by(part: PartitionIngest) -> list[tuple[LateMentions, ...]]:
    return [flush.late for parts in part.flush(0) for flush in parts if flush.late]

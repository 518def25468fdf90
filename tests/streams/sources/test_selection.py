"""What goes on is within the schema, and nothing else is lost unsaid."""

import datetime as dt

import pytest
from msgspec.structs import replace

from streams.brand import Brand
from streams.mention import MAX_BYTES, Mention, decode_mention, encode_mention
from streams.queries.matching import Matcher
from streams.sources.selection import Selection
from streams.sources.sent_ids import SentIds
from streams.sources.source import Batch

MATCHER = Matcher([Brand(id="northside", name="Northside", query="northside")])
NOW = dt.datetime(2026, 3, 1, 14, 8, tzinfo=dt.UTC).timestamp()
POST = Mention(id="p", published=dt.datetime(2026, 3, 1, 14, tzinfo=dt.UTC), content="Northside closes its ward")


def select(*mentions: Mention, sent: SentIds | None = None, keep_all: bool = False):
    batch = Batch(position={}, mentions=mentions)
    return Selection(MATCHER, keep_all=keep_all).select(batch, sent or SentIds("s"), now=NOW)


@pytest.mark.parametrize("sign", ["a", "é", "\n", "\x01", "\U0001f525"])
def test_a_text_that_is_too_long_is_cut_to_what_a_record_may_hold(sign):
    selected = select(replace(POST, content=POST.content + sign * 300_000))

    (mention,) = selected.mentions
    assert MAX_BYTES * 0.8 < len(encode_mention(mention)) <= MAX_BYTES
    assert mention.content.startswith(POST.content)
    assert selected.counts.truncated == 1


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"id": ""}, "schema"),
        ({"id": "x" * 513}, "schema"),
        ({"likes": -1}, "schema"),
        ({"published": dt.datetime(2026, 3, 1, 14)}, "timestamp"),  # noqa: DTZ001 - what a source may get wrong
        ({"published": dt.datetime(1970, 1, 1, tzinfo=dt.UTC)}, "timestamp"),
        ({"content": "Northside \ud83d"}, "schema"),
        ({"tags": ("x" * 300_000,)}, "too_large"),
    ],
)
def test_what_breaks_the_schema_is_refused_and_takes_nothing_else_with_it(wrong, reason):
    selected = select(POST, replace(POST, **wrong), replace(POST, id="q"))

    assert [mention.id for mention in selected.mentions] == ["p", "q"]
    assert [refused.reason for refused in selected.refused] == [reason]
    assert (selected.counts.refused, selected.counts.emitted) == (1, 2)


def test_a_take_down_of_an_impossible_time_is_never_refused():
    gone = replace(POST, deleted=True, content="", published=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))

    selected = select(POST, gone)

    assert [mention.deleted for mention in selected.mentions] == [False, True]


def test_a_post_that_comes_behind_its_own_take_down_is_not_sent():
    gone = replace(POST, deleted=True, content="")
    selection, sent = Selection(MATCHER), SentIds("s")

    first = selection.select(Batch(position={}, mentions=(gone,)), sent, now=NOW)
    second = selection.select(Batch(position={}, mentions=(POST,)), sent, now=NOW)

    assert (first.mentions, second.mentions) == ((), ())
    assert (first.counts.deleted_unknown, second.counts.dropped) == (1, 1)


def test_take_downs_that_wait_for_their_post_take_little_memory():
    selection, sent = Selection(MATCHER), SentIds("s")
    for start in range(0, 60_000, 1000):
        gone = [replace(POST, id=str(number), deleted=True) for number in range(start, start + 1000)]
        selection.select(Batch(position={}, mentions=tuple(gone)), sent, now=NOW)

    assert len(selection._gone) == 20_000


def test_only_what_matches_is_remembered_where_all_is_kept():
    other = replace(POST, id="q", content="of the weather")

    assert select(POST, other, keep_all=True).fresh == ("p",)


def test_every_mention_is_counted_once():
    mentions = [
        POST, replace(POST, id="q", content="of the weather"), replace(POST, id="", content="Northside"),
        replace(POST, deleted=True), replace(POST, id="z", deleted=True),
    ]  # fmt: skip
    counts = select(*mentions).counts

    assert counts.received == counts.emitted + counts.dropped + counts.deleted_unknown + counts.refused == 5
    assert all(decode_mention(encode_mention(mention)) for mention in select(*mentions).mentions)


def published(*, ago: float, delay_s: float = 900.0, is_backfill: bool = False) -> float:
    """Return how long ago a post counts that was published so long ago."""
    at = dt.datetime.fromtimestamp(NOW - ago, dt.UTC)
    batch = Batch(position={}, mentions=(replace(POST, published=at),), delay_s=delay_s, is_backfill=is_backfill)
    return NOW - Selection(MATCHER).select(batch, SentIds("s"), now=NOW).mentions[0].published_s


@pytest.mark.parametrize(
    ("ago", "counts"), [(50, 0), (600, 0), (900, 0), (30, 30), (-60, -60), (901, 901), (90_000, 90_000)]
)
def test_a_post_of_a_polled_source_counts_when_it_is_heard_unless_it_is_old(ago, counts):
    assert published(ago=ago) == counts


def test_a_post_of_a_stream_and_one_that_is_fetched_afterwards_keep_their_time():
    assert published(ago=600, delay_s=0) == 600
    assert published(ago=600, is_backfill=True) == 600


def test_a_post_whose_text_is_withheld_counts_for_the_brand_that_its_search_is_for():
    withheld = replace(POST, content="", found_by="Northside (all networks)")
    by_id = replace(withheld, id="q", found_by="northside")

    selected = select(withheld, by_id)

    assert [mention.id for mention in selected.mentions] == ["p", "q"]
    assert (selected.counts.matched, selected.counts.withheld, selected.counts.unplaced) == (2, 2, 0)


def test_a_post_whose_text_is_withheld_and_whose_search_is_no_brands_is_counted_and_not_sent():
    selected = select(replace(POST, content="", found_by="Competitors"))

    assert not selected.mentions
    assert (selected.counts.dropped, selected.counts.unplaced) == (1, 1)


def test_a_picture_without_words_is_not_taken_for_a_text_that_is_withheld():
    selected = select(replace(POST, content=""))

    assert (selected.counts.dropped, selected.counts.unplaced, selected.counts.withheld) == (1, 0, 0)

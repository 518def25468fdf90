"""What is read is counted by source and minute, whether it matches or not."""

import datetime as dt

from msgspec.structs import replace

from streams.mention import Mention
from streams.sources.read_counts import NAMES, OTHER, ReadCounts
from streams.sources.source import Batch

NOW = 1_700_000_010.0
MINUTE = 1_699_999_980


def post(ago: float = 0.0, source: str = "bluesky", **fields: object) -> Mention:
    published = dt.datetime.fromtimestamp(NOW - ago, dt.UTC)
    return replace(Mention(id="p", published=published, content="", source=source), **fields)


def test_posts_are_of_their_own_minute_where_that_is_not_over_and_else_of_the_one_in_which_they_are_heard():
    counts = ReadCounts("bluesky")
    counts.take(Batch(position={}, mentions=(post(), post(45), post(4000), post(-900))), NOW)

    assert counts.drain() == {"bluesky": {MINUTE: 3, MINUTE - 60: 1}}


def test_take_downs_are_no_posts_and_what_the_source_itself_left_out_is():
    counts = ReadCounts("mastodon")
    counts.take(Batch(position={}, mentions=(post(deleted=True), post(source="mastodon")), heard=12), NOW)

    assert counts.drain() == {"mastodon": {MINUTE: 11}}


def test_a_source_of_many_names_stays_within_bounds():
    counts = ReadCounts("meltwater")
    counts.add([post(source=f"s{number}") for number in range(3 * NAMES)], NOW)

    assert len(read := counts.drain()) == NAMES + 1
    assert sum(read[OTHER].values()) == 2 * NAMES

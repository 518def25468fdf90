"""One brand's bin in one partition."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ingest.bins import BrandBin, Sighting, sight, spoken
from streams.mention import Author, Mention, decode_mention
from streams.sketches.sketch import stable_hash
from streams.wire.flush import BinAuthor, Text
from streams.wire.record import Arrival
from tests.streams.story import NOON

PUBLISHED = decode_mention(b'{"id": "p", "published": "2011-07-12T12:00:00Z", "content": ""}').published
NAN = float("nan")


def seen(at: float, negativity: float = 0.1, *, offset: int = 5, author: str = "ann", **fields: Any) -> Sighting:
    mention = Mention(
        id=f"p{offset}", published=PUBLISHED, content=fields.pop("content", "x"), author=Author(id=author), **fields
    )
    arrival = Arrival(mention, offset, NOON + at + 1, NOON + at, NOON)
    return sight(arrival, stable_hash(mention.id), spoken(mention), negativity, hidden=False)


def bin_of(*sightings: Sighting) -> BrandBin:
    brand_bin = BrandBin("northside", NOON, sightings[0].offset)
    for sighting in sightings:
        brand_bin.add(sighting)
    return brand_bin


def test_a_snapshot_counts_second_by_second_and_ends_with_the_last():
    snapshot = bin_of(seen(0.5), seen(3.2, 0.9), seen(3.9, 0.5), seen(2, NAN)).snapshot()

    assert snapshot.mentions == (1, 0, 1, 2)
    assert snapshot.negatives == (0, 0, 0, 2)
    assert snapshot.unscored == (0, 0, 1)


def test_a_snapshot_covers_the_offsets_of_its_mentions():
    snapshot = bin_of(seen(9, offset=12), seen(3, offset=15), seen(5, offset=20)).snapshot()

    assert (snapshot.first_offset, snapshot.last_offset) == (12, 20)
    assert snapshot.arrived_at == NOON + 10


def test_a_voice_is_told_by_the_post_that_is_drawn_and_a_text_by_when_it_came():
    said = "Northside is open again"
    (author,) = bin_of(seen(9, 0.1, content=said), seen(7, 0.1, content=said)).snapshot().authors
    (text,) = bin_of(seen(9, NAN, content=said), seen(5, 0.1, content=said)).snapshot().texts

    assert author == BinAuthor(author.author, 7, -1, 7, text.text & 0xFFFF_FFFF, 2)
    assert text == Text(text.text, 5)


@given(st.permutations(range(6)))
def test_one_who_posts_much_is_read_by_one_post_whichever_comes_first(order):
    posts = [seen(at + 1, 0.8 if at % 2 else 0.1, content=f"northside has done it again number {at}") for at in order]
    drawn = min(posts, key=lambda post: post.text & 0xFFFF_FFFF)
    second = int(drawn.event_s) - NOON

    told = bin_of(*posts).snapshot().authors

    assert max(told, key=lambda author: author.first_s) == BinAuthor(
        drawn.author, second, second if drawn.negativity > 0.5 else -1, second, drawn.text & 0xFFFF_FFFF, 2
    )


@pytest.mark.parametrize("negativity", [NAN, 0.1])
def test_what_was_never_negative_says_so(negativity):
    (author,) = bin_of(seen(9, negativity)).snapshot().authors

    assert author.first_negative_s == -1


def test_a_mention_without_author_is_a_voice_of_its_own():
    snapshot = bin_of(seen(1, author="", offset=1), seen(2, author="", offset=2)).snapshot()

    assert len(snapshot.authors) == 2


def test_a_post_carries_its_score_or_none():
    posts = bin_of(seen(1, 0.75, offset=1), seen(2, NAN, offset=2)).snapshot().posts

    assert {post.id: post.negativity for post in posts} == {"p1": 0.75, "p2": None}

"""Whose voice a mention is, and which text it says."""

import datetime as dt
from typing import Any

import pytest

from streams.ingest.author import author_of, said_by
from streams.mention import Author, Mention


def mention(id_: str = "p1", **fields: Any) -> Mention:
    return Mention(id=id_, published=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), content="", **fields)


def article(id_: str, url: str, **fields: Any) -> Mention:
    return mention(id_, url=url, **{"source": "news", "name": "Northside is fined", **fields})


def test_an_author_is_one_voice_on_each_source():
    ann, again = mention("1", source="x", author=Author(id="ann")), mention("2", source="x", author=Author(id="ann"))

    assert author_of(ann) == author_of(again)
    assert author_of(ann) != author_of(mention("3", source="mastodon", author=Author(id="ann")))


def test_an_article_that_names_nobody_speaks_for_its_publisher():
    authors = {author_of(article(str(at), f"https://www.herald.example/{at}")) for at in range(8)}

    assert len(authors) == 1
    assert author_of(article("9", "https://gazette.example/1")) not in authors


@pytest.mark.parametrize(
    "posts",
    [
        [mention(str(at), source="x") for at in range(2)],
        [mention(str(at), source="x", url=f"https://x.com/i/{at}") for at in range(2)],
        [article(str(at), f"https://m.facebook.com/{at}") for at in range(2)],
        [article(str(at), f"https://board.example/{at}", source="Forums") for at in range(2)],
        [article(str(at), f"https://stars.example/{at}", source="reviews") for at in range(2)],
        [article(str(at), f"https://[broken/{at}") for at in range(2)],
        [article(str(at), "") for at in range(2)],
    ],
)
def test_strangers_who_share_an_address_are_voices_of_their_own(posts):
    assert len({author_of(post) for post in posts}) == len(posts)


def test_copies_say_the_same():
    said = "Northside closed the ward and told nobody"

    assert said_by(mention("1"), said) == said_by(mention("2", repost_of="1"), f"RT @ann: {said}")


def test_a_short_text_is_its_own_unless_it_says_what_it_repeats():
    assert said_by(mention("1"), "not again") != said_by(mention("2"), "not again")
    assert said_by(mention("2", repost_of="1"), "not again") == said_by(mention("3", repost_of="1"), "Not again!")
    assert said_by(mention("1"), "") == said_by(mention("2", repost_of="1"), "")

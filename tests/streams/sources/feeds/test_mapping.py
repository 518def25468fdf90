"""An entry as a mention."""

import msgspec

from streams.mention import MAX_BYTES, Author, encode_mention
from streams.sources.feeds.identity import identify
from streams.sources.feeds.listing import Entry, Listing
from streams.sources.feeds.mapping import mention_of
from streams.sources.feeds.moments import Moment

PAPER = Listing(title="The Echo", link="https://www.echo.example/news/", author="")


def mention(entry: Entry, listing: Listing = PAPER, language: str = ""):
    return mention_of(identify([entry], "feed")[0], listing, seen_at=2e9, language=language)


def test_a_mention_holds_what_the_entry_says():
    said = mention(
        Entry(
            guid="7", link="https://www.echo.example/7", title="Title", text="Text", published=Moment(at=1e9),
            language="en-GB", tags=("a",), replies=3, in_reply_to="https://x.example/1", author="Ann Bell",
        )
    )  # fmt: skip

    assert said.source == "feeds"
    assert (said.id, said.url, said.name, said.content) == (
        "https://www.echo.example/7", "https://www.echo.example/7", "Title", "Text",
    )  # fmt: skip
    assert (said.published_s, said.language, said.tags, said.replies) == (1e9, "en-GB", ("a",), 3)
    assert said.in_reply_to == "https://x.example/1"


def test_persons_of_one_name_are_one_within_a_publication_alone():
    here = mention(Entry(link="https://www.echo.example/7", author="Ann Bell")).author
    there = mention(
        Entry(link="https://other.example/7", author="Ann Bell"), Listing(link="https://other.example")
    ).author

    assert here == Author(id="echo.example/news/ann bell", name="Ann Bell", url="https://www.echo.example/news/")
    assert there.id != here.id


def test_where_nobody_is_named_the_publication_speaks():
    assert mention(Entry(link="https://www.echo.example/7")).author == Author(
        id="echo.example/news", name="The Echo", url="https://www.echo.example/news/"
    )


def test_in_a_feed_of_others_posts_each_ones_publication_speaks():
    alerts = Listing(title="Google Alert - acme")
    gathered = Listing(title='"acme" - News', link="https://news.example/search")

    assert mention(Entry(link="https://www.echo.example/7"), alerts).author.id == "echo.example"
    named = mention(
        Entry(link="https://news.example/x", publisher="BBC", publisher_url="https://www.bbc.example"), gathered
    ).author
    assert (named.id, named.name) == ("bbc.example", "BBC")


def test_the_language_of_the_answer_serves_where_nothing_nearer_is_said():
    assert mention(Entry(guid="1"), language="de").language == "de"
    assert mention(Entry(guid="1", language="fr"), language="de").language == "fr"


def test_a_text_of_any_length_makes_a_record_that_is_taken():
    for text in ("word " * 100_000, '"' * 500_000, "召" * 200_000, "\\\n" * 300_000):
        assert len(encode_mention(mention(Entry(guid="1", title=text, text=text)))) <= MAX_BYTES


def test_half_a_character_spoils_no_record():
    assert msgspec.json.decode(encode_mention(mention(Entry(guid="1", text="a\ufffdb"))))["content"] == "a\ufffdb"

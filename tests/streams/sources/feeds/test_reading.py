"""What is read of the feeds that publishers really send."""

import datetime as dt
from pathlib import Path

import pytest

from streams.sources.feeds.listing import MOST_ENTRIES, Entry, FeedFormatError, Listing
from streams.sources.feeds.moments import Moment
from streams.sources.feeds.reading import read_feed

CORPUS = Path(__file__).parent / "corpus"


def at(stated: str) -> Moment:
    return Moment(at=dt.datetime.fromisoformat(stated).timestamp())


def read(name: str, url: str = "https://feeds.example/x/feed") -> Listing:
    return read_feed((CORPUS / name).read_bytes(), url=url, content_type="text/html; charset=us-ascii")


def rss(items: str, head: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>T</title>{head}{items}</channel></rss>'.encode()


ENTRIES = {
    "wordpress.xml": Entry(
        guid="https://northside.example/?p=1207",
        link="https://northside.example/2026/11/ward-7/?utm_source=rss&utm_medium=rss&utm_campaign=ward-7",
        title="Ward 7: “nobody answered” & nobody called back",
        text="The ward was closed.😡\n\nNo water\nNo heating\n\nThe post Ward 7 appeared first.",
        published=at("2026-11-29T08:12:31Z"),
        author="Ann Bell",
        language="en-GB",
        tags=("Health", "Northside"),
        replies=14,
    ),
    "reddit.xml": Entry(
        guid="t3_1abcde",
        link="https://www.reddit.example/r/trains/comments/1abcde/stuck/",
        title="Stuck at Crewe & nobody says why",
        text="Two hours & no word.\n\nsubmitted by /u/late_again",
        published=at("2026-11-29T08:57:10Z"),
        author="/u/late_again",
        author_url="https://www.reddit.example/user/late_again",
        tags=("r/trains",),
    ),
    "blogger.xml": Entry(
        guid="tag:blogger.com,1999:blog-55.post-99",
        link="https://laerm.example/2026/11/nachts.html",
        title="Nachts & laut",
        text="Wieder die ganze Nacht.\nNiemand geht ran.",
        published=at("2026-11-28T22:59:00+01:00"),
        author="Jo Möller",
        author_url="https://www.blogger.example/profile/1",
        tags=("Hafen",),
        replies=3,
    ),
    "substack.xml": Entry(
        guid="https://ledger.substack.example/p/acme-recall",
        link="https://ledger.substack.example/p/acme-recall",
        title="Who pays for Acme's recall?",
        text="Costs\n\nYou do.\n\n“We regret it”",
        published=at("2026-11-29T09:29:52Z"),
        author="Kim Ode",
        language="en",
    ),
    "newspaper.xml": Entry(
        guid="1.4711",
        link="https://www.kurier.example/wirtschaft/rueckruf-1.4711?cmp=rss",
        title="Rückruf bei Müller & Söhne: „Wir bedauern das“",
        text="Tausende Geräte betroffen.",
        published=at("2026-11-29T10:00:00+01:00"),
        author="red/dpa",
        language="de-de",
    ),
    "podcast.xml": Entry(
        guid="9f7e2c60-8a2b-11f0-9b1c-0242ac120002",
        link="https://cdn.desk.example/ep12.mp3?awCollectionId=1",
        title="Ep. 12 – The refund",
        text="We called Acme 40 times.",
        published=at("2026-11-28T06:00:00-05:00"),
        author="Sam Roe",
        language="en",
        tags=("refund", "acme"),
    ),
    "google_alerts.xml": Entry(
        guid="tag:google.com,2013:googlealerts/feed:9876",
        link="https://www.google.com/url?rct=j&sa=t&url=https://www.echo.example/news/northside%3Fid%3D7&ct=ga&cd=CAIyGjA"
        "&usg=AOvVaw0",
        title="Northside Hospital 'failed families', inquiry hears - The Echo",
        text="The inquiry into Northside Hospital heard that ...",
        published=at("2026-11-29T07:30:00Z"),
    ),
    "youtube.xml": Entry(
        guid="yt:video:abc_-1",
        link="https://www.youtube.example/watch?v=abc_-1",
        title="We are sorry",
        text="About the recall.\nMore at https://acme.example",
        published=at("2026-11-28T20:00:05Z"),
        author="Acme",
        author_url="https://www.youtube.example/channel/UC1",
    ),
    "rdf.xml": Entry(
        guid="https://keizai.example/1",
        link="https://keizai.example/1",
        title="リコール",
        text="対象は一万台。",
        published=at("2026-11-29T18:00:00+09:00"),
        author="佐藤",
        language="ja",
        tags=("産業",),
    ),
    "google_news.xml": Entry(
        guid="CBMi0",
        link="https://news.google.example/rss/articles/CBMi0?oc=5",
        title="Acme recalls kettles - BBC News",
        text="Acme recalls kettles BBC News",
        published=at("2026-11-29T06:00:00Z"),
        publisher="BBC News",
        publisher_url="https://www.bbc.example",
        language="en-GB",
    ),
    "xhtml.xml": Entry(
        guid="tag:gazette.example,2026:blog/7",
        link="https://gazette.example/blog/2026/7",
        title="Strike again & again",
        text="No trains, 5 < 6.\n\nNone.",
        published=at("2026-11-29T09:00:00Z"),
        language="en",
    ),
    "feed.json": Entry(
        guid="https://notes.example/7",
        link="https://notes.example/7",
        title="Seven",
        text="It broke.",
        published=at("2026-11-29T10:00:00+01:00"),
        author="Lee",
        language="en",
        tags=("repair", "x"),
    ),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_the_first_entry_is_read_as_its_publisher_means_it(name):
    assert read(name).entries[0] == ENTRIES[name]


def test_every_document_of_the_corpus_is_read():
    assert sorted(ENTRIES) == sorted(path.name for path in CORPUS.iterdir())


def test_what_a_feed_asks_for_is_read():
    wordpress, newspaper = read("wordpress.xml"), read("newspaper.xml")

    assert (wordpress.wait_s, newspaper.wait_s) == (1800.0, 300.0)
    assert (newspaper.skip_hours, newspaper.skip_days) == ((1, 2), (6,))


def test_where_a_feed_goes_on_is_read():
    blogger, notes = read("blogger.xml"), read("feed.json", "https://notes.example/feed.json")

    assert blogger.next_url == "https://www.blogger.example/feeds/55/posts/default?start-index=26&max-results=25"
    assert notes.next_url == "https://notes.example/feed.json?p=2"
    assert (blogger.hubs, notes.hubs) == (("https://hub.example/",), ("https://hub.example/",))


def test_the_feeds_own_author_and_title_are_read():
    assert (read("xhtml.xml").title, read("xhtml.xml").author) == ("La Gazette", "Rédaction")
    assert (read("feed.json").title, read("feed.json").author) == ("Field & Notes", "Pat Lo")
    assert read("substack.xml").author == "Kim Ode"


def test_items_of_json_feed_are_read_where_they_break_its_rules():
    notes = read("feed.json", "https://notes.example/feed.json")

    assert [entry.guid for entry in notes.entries] == ["https://notes.example/7", "8", "9"]
    assert notes.entries[1].link == "https://notes.example/8"
    assert notes.entries[1].text == "No title ? here"
    assert notes.entries[2].link == "https://elsewhere.example/9"
    assert notes.entries[2].text == "only a summary"
    assert notes.flaw == "1 of its items are no objects"


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("ann.bell@echo.example", "ann.bell"),
        ("ann@echo.example (Ann Bell)", "Ann Bell"),
        ("Ann Bell &lt;ann@echo.example&gt;", "Ann Bell"),
        ("Ann Bell", "Ann Bell"),
        ("@annbell", "@annbell"),
    ],
)
def test_an_email_address_is_no_authors_name(stated, name):
    item = f"<item><title>a</title><author>{stated}</author></item>"

    assert read_feed(rss(item), url="https://e.example/").entries[0].author == name


def test_an_entry_keeps_a_relative_id_as_it_is():
    item = "<item><title>a</title><guid>post-7</guid></item>"

    assert read_feed(rss(item), url="https://e.example/feed").entries[0].guid == "post-7"


NO_FEEDS = {
    b"": "an empty answer",
    b" \n": "an empty answer",
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>": "a web page",
    b"\n<html><body>captcha</body></html>": "a web page",
    b"Service Unavailable": "neither RSS nor Atom",
    b'{"error": "not found"}': "no JSON Feed",
    b'{"version": "https://jsonfeed.org/version/1", ': "it begins like JSON",
    b'{"a":' * 100_000: "it begins like JSON",
    b"<opml><body/></opml>": "neither RSS nor Atom",
    b"\x89PNG\r\n\x1a\n\x00\x00": "neither RSS nor Atom",
    b'<rss version="2.0"><channel><title>x</tit': "broken before its first entry",
}


@pytest.mark.parametrize("document", NO_FEEDS)
def test_what_is_no_feed_is_refused_and_says_what_it_is(document):
    with pytest.raises(FeedFormatError, match=NO_FEEDS[document]):
        read_feed(document, url="https://e.example/feed")


def test_a_web_page_that_names_its_feed_is_refused_with_that():
    page = (
        b'<!doctype html><html><head><link rel="stylesheet" href="/x.css">'
        b'<link rel="alternate" title="News" type="application/rss+xml" href="/feed/?a=1&amp;b=2" /></head></html>'
    )

    with pytest.raises(FeedFormatError, match=r"names a feed, https://e\.example/feed/\?a=1&b=2: put that"):
        read_feed(page, url="https://e.example/news")


def test_a_feed_without_entries_is_one():
    assert read_feed(rss(""), url="https://e.example/").entries == ()


def test_entries_before_a_break_are_read_and_the_break_is_told():
    cut = rss("<item><guid>1</guid><title>one</title></item><item><guid>2</guid><title>tw")[:-30]

    listing = read_feed(cut, url="https://e.example/")

    assert listing.entries[0].title == "one"
    assert listing.flaw


def test_an_unescaped_ampersand_spoils_no_entry():
    listing = read_feed(rss("<item><title>R&D & more</title><link>https://e.example/?a=1&b=2</link></item>"), url="")

    assert (listing.entries[0].title, listing.entries[0].link) == ("R&D & more", "https://e.example/?a=1&b=2")
    assert not listing.flaw


def test_entities_of_html_and_stray_characters_spoil_no_entry():
    listing = read_feed(rss("<item><title>Caf&eacute;&nbsp;\x0b&hellip; &unknown; ok</title></item>"), url="")

    assert listing.entries[0].title == "Café … &unknown; ok"


def test_a_bomb_of_entities_stays_small():
    nested = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">{nested}]>'.encode()

    listing = read_feed(bomb + rss("<item><title>x &a11; y</title></item>"), url="https://e.example/")

    assert len(listing.entries[0].title) < 100


def test_no_file_is_read_for_a_feed(tmp_path):
    (tmp_path / "secret").write_text("hunter2")
    outside = f'<!DOCTYPE rss [<!ENTITY f SYSTEM "file://{tmp_path}/secret">]>'.encode()

    listing = read_feed(outside + rss("<item><title>x &f; y</title></item>"), url="https://e.example/")

    assert "hunter2" not in f"{listing}"


def test_the_newest_entries_of_a_long_listing_are_read():
    # Oldest first, as some podcasts list them.
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    items = "".join(
        f"<item><guid>{i}</guid><pubDate>{start + dt.timedelta(days=i)}</pubDate></item>"
        for i in range(MOST_ENTRIES + 5)
    )

    listing = read_feed(rss(items), url="https://e.example/")

    assert [entry.guid for entry in listing.entries] == [f"{i}" for i in range(5, MOST_ENTRIES + 5)]
    assert listing.left_out == 5

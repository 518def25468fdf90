"""Which post an entry is."""

import pytest

from streams.sources.feeds.identity import LONGEST_ID, identify
from streams.sources.feeds.listing import Entry
from streams.sources.feeds.moments import Moment


def ids(*entries: Entry) -> list[str]:
    return [found.id for found in identify(entries, "feed-key")]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (Entry(guid="https://e.example/?p=7", link="https://e.example/a"), "https://e.example/?p=7"),
        (Entry(guid="tag:e.example,2026:7", link="https://e.example/a"), "tag:e.example,2026:7"),
        (Entry(guid="urn:uuid:1-2", link="https://e.example/a"), "urn:uuid:1-2"),
        (Entry(guid="7", link="https://e.example/a?utm_source=rss&x=1"), "https://e.example/a?x=1"),
        (Entry(guid="yt:video:x", link="https://e.example/watch?v=x"), "https://e.example/watch?v=x"),
        (Entry(guid="7"), "feed-key#7"),
        (Entry(guid="7", link="https://status.example/"), "feed-key#7"),
        (Entry(guid="https://e.example/", link="https://e.example/a"), "https://e.example/a"),
        (Entry(guid="javascript:alert(1)", link="https://e.example/a"), "https://e.example/a"),
    ],
)
def test_an_entry_has_the_id_that_is_the_same_everywhere(entry, expected):
    assert ids(entry) == [expected]


def test_alerts_for_two_queries_name_one_article_alike():
    wrapped = "https://www.google.com/url?rct=j&sa=t&url=https://echo.example/a&ct=ga&usg={}"
    one = Entry(guid="tag:google.com,2013:googlealerts/feed:1", link=wrapped.format("x"))
    two = Entry(guid="tag:google.com,2013:googlealerts/feed:2", link=wrapped.format("y"))

    assert ids(one) == ids(two) == ["https://echo.example/a"]
    assert identify([one], "feed")[0].link == "https://echo.example/a"


def test_an_alert_that_leads_to_no_web_page_has_no_link():
    entry = Entry(guid="tag:google.com,2013:1", link="https://www.google.com/url?url=javascript:alert(1)")

    (found,) = identify([entry], "feed")

    assert (found.id, found.link) == ("tag:google.com,2013:1", "")


def test_an_id_that_several_entries_share_names_none_of_them():
    shared = [Entry(guid="tag:e.example,2026:all", link=f"https://e.example/{i}") for i in range(3)]

    assert ids(*shared) == ["https://e.example/0", "https://e.example/1", "https://e.example/2"]


def test_a_link_that_several_posts_share_names_none_of_them():
    page = "https://status.example/incidents"
    incidents = [Entry(guid=f"{i}", link=page, title=f"Incident {i}") for i in range(3)]

    assert ids(*incidents) == ["feed-key#0", "feed-key#1", "feed-key#2"]


def test_posts_without_ids_on_one_page_are_told_apart():
    page = "https://status.example/incidents"
    incidents = [Entry(link=page, title=f"Down {i}", published=Moment(at=float(i))) for i in range(3)]

    assert len(set(ids(*incidents))) == 3


def test_an_entry_that_is_listed_twice_is_one_and_the_newer_is_taken():
    old = Entry(guid="7", link="https://e.example/7", text="old", published=Moment(at=1e9))
    new = Entry(guid="7", link="https://e.example/7?utm_medium=feed", text="new", published=Moment(at=2e9))

    assert [found.entry.text for found in identify([old, new], "feed")] == ["new"]
    assert [found.entry.text for found in identify([new, old], "feed")] == ["new"]


def test_the_key_stays_when_the_site_turns_to_https():
    before, after = Entry(guid="http://e.example/7"), Entry(guid="https://e.example/7")

    assert identify([before], "feed")[0].key == identify([after], "feed")[0].key


def test_the_key_of_an_entry_stays_when_others_come_to_share_its_page():
    page = "https://status.example/incidents"
    first, second = (Entry(guid=f"{i}", link=page, title=f"Incident {i}") for i in range(2))

    assert identify([first], "feed")[0].key == identify([second, first], "feed")[1].key


def test_no_id_is_longer_than_a_mention_may_have():
    long = [Entry(guid=f"https://e.example/{'a' * 600}{i}") for i in range(2)]

    assert all(len(name) <= LONGEST_ID for name in ids(*long))
    assert len(set(ids(*long))) == 2

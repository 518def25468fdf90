"""Ids, stretches, events and what is remembered, each by itself."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.mastodon.events import LONGEST, Event, EventReader
from streams.sources.mastodon.feeds import Feed
from streams.sources.mastodon.instance import decode_instance
from streams.sources.mastodon.local_ids import moment, order
from streams.sources.mastodon.progress import MOST_STRETCHES, Place, Stretch, read_position
from streams.sources.mastodon.sent_posts import KEPT, SentPost, SentPosts
from tests.kafka.traces import Traces

AT_MS = 1_795_946_400_000
PUBLIC = Feed(name="public", stream_path="/s", path="/p")
TAG = Feed(name="#ward", stream_path="/s", path="/p")


def at(seconds: float) -> str:
    return str((AT_MS + int(seconds * 1000)) << 16)


@given(st.lists(st.integers(1, 10**20)))
def test_ids_that_are_numbers_are_ordered_as_numbers(numbers):
    assert sorted(map(str, numbers), key=order) == [str(number) for number in sorted(numbers)]


def test_reading_goes_on_a_little_before_the_cursor_and_never_before_its_beginning():
    assert moment(Place(cursor=at(500), since=at(0)).start(120)) == AT_MS / 1000 + 380
    assert Place(cursor=at(500), since=at(450)).start(120) == at(450)
    assert Place(cursor="01HEXY", since="01HEXA").start(120) == "01HEXY"
    assert Place().start(120) == ""


def test_a_stretch_is_fetched_page_by_page_and_ends_at_its_end_or_at_an_empty_page():
    place = Place(cursor="10", since="1").to_fetch("10", "50")
    assert (place.cursor, place.stretches) == ("50", (Stretch("10", "50"),))

    place = place.fetched(Stretch("10", "50"), "30")
    assert place.stretches == (Stretch("30", "50"),)
    assert place.fetched(Stretch("30", "50"), "").stretches == ()
    done = place.fetched(Stretch("30", "50"), "61")
    assert (done.stretches, done.cursor) == ((), "61")


def test_a_page_that_does_not_lead_on_is_an_error():
    with pytest.raises(ValueError, match="a page behind 30 ends at 30"):
        Place(cursor="50", stretches=(Stretch("30", "50"),)).fetched(Stretch("30", "50"), "30")


def test_there_is_nothing_to_fetch_where_nothing_came():
    assert Place(cursor="50").to_fetch("50", "50").stretches == ()
    assert Place(cursor="50").to_fetch("50", "").stretches == ()


def test_of_too_many_stretches_the_oldest_are_given_up():
    place = Place(cursor="1")
    for number in range(MOST_STRETCHES + 2):
        place = place.to_fetch(str(10 * number), str(10 * number + 5))

    place, given_up = place.given_up()

    assert given_up == (Stretch("0", "5"), Stretch("10", "15"))
    assert len(place.stretches) == MOST_STRETCHES


@pytest.mark.parametrize(
    "position", [{}, {"server": 1, "at": 0.0, "feeds": {}}, {"server": "x", "at": 0, "feeds": {"a": 1}}]
)
def test_a_position_that_is_none_is_refused(position):
    with pytest.raises(ValueError, match="no position"):
        read_position(position)


EVENTS = (
    b':)\n:thump\nevent: update\ndata: {"a":1}\n\n:thump\r\nevent: delete\r\ndata: 7\r\n\r\n'
    b"data: x\ndata: y\n\nevent: z\n\n"
)


@given(st.lists(st.integers(0, len(EVENTS)), max_size=20))
def test_events_are_the_same_wherever_the_stream_is_cut(cuts):
    reader, places = EventReader(), [0, *sorted(cuts), len(EVENTS)]

    events = [event for begin, end in itertools.pairwise(places) for event in reader.feed(EVENTS[begin:end])]

    assert events == [Event("update", b'{"a":1}'), Event("delete", b"7"), Event("message", b"x\ny")]


def test_an_event_without_an_end_is_an_error():
    reader = EventReader()

    with pytest.raises(ValueError, match="more than"):
        reader.feed(b"data: " + b"x" * LONGEST)


def test_posts_that_went_on_are_remembered_through_a_position_the_newest_of_them():
    sent = SentPosts()
    for number in range(KEPT + 600):
        sent.add(SentPost(str(number), f"https://a.example/{number}", 1.5))

    again = SentPosts().restored(sent.position())

    assert again.get("0") is None
    assert again.get(str(KEPT + 599)) == SentPost(str(KEPT + 599), f"https://a.example/{KEPT + 599}", 1.5)
    assert KEPT <= len(again) < KEPT + 600


@pytest.mark.parametrize("number", [7, KEPT - 1, KEPT + 1], ids=["of the oldest pack", "of the newest", "of none yet"])
def test_a_post_that_was_taken_down_is_in_no_position_any_more(number):
    sent = SentPosts()
    for each in range(KEPT + 2):
        sent.add(SentPost(str(each), f"https://a.example/@ida/{each}", 1.5))
    assert Traces([f'@ida/{number}"']).found_in(msgspec.json.encode(sent.position()))

    sent.forget(str(number))

    assert not Traces([f'@ida/{number}"']).found_in(msgspec.json.encode(sent.position()))
    assert len(SentPosts().restored(sent.position())) == KEPT + 1


def test_what_is_known_here_and_what_the_position_says_are_known_both():
    before, here = SentPosts(), SentPosts()
    before.add(SentPost("1", "https://a.example/1", 1.5))
    here.add(SentPost("2", "https://a.example/2", 1.5))

    assert list(here.restored(before.position())) == ["1", "2"]


@pytest.mark.parametrize("position", [{"packs": ["no pack"]}, {"packs": 3}, {"fresh": [["1"]]}])
def test_sent_posts_of_a_position_that_are_none_are_refused(position):
    with pytest.raises(ValueError, match="no posts that were sent"):
        SentPosts().restored(position)


def test_the_stream_is_where_the_server_says_and_never_less_safe_than_the_server():
    told = decode_instance(b'{"configuration": {"urls": {"streaming": "wss://streaming.mastodon.example"}}}')
    assert told.streaming_url("https://mastodon.example") == "https://streaming.mastodon.example"

    old = decode_instance(b'{"urls": {"streaming_api": "ws://mastodon.example"}}')
    assert old.streaming_url("https://mastodon.example") == "https://mastodon.example"

    for odd in (b"{}", b'{"urls": {"streaming_api": "javascript:x"}}', b'{"urls": {"streaming_api": "wss://a@b"}}'):
        assert decode_instance(odd).streaming_url("https://mastodon.example") == "https://mastodon.example"


@pytest.mark.parametrize(
    ("local", "remote", "public", "of_local"),
    [
        ("public", "public", "open", "open"),
        ("authenticated", "disabled", "partly", "open"),
        ("disabled", "authenticated", "partly", "closed"),
        ("disabled", "disabled", "closed", "closed"),
    ],
)
def test_what_is_shown_is_what_the_server_says(local, remote, public, of_local):
    access = f'{{"live_feeds": {{"local": "{local}", "remote": "{remote}"}}}}'
    told = decode_instance(f'{{"configuration": {{"timelines_access": {access}}}}}'.encode())

    assert told.access(PUBLIC) == public
    assert told.access(Feed(name="local", stream_path="/s", path="/p")) == of_local
    assert told.access(TAG) == "open"

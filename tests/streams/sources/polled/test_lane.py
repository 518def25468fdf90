"""Where the reading of a list stands, whatever its pages hold."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.mention import Mention
from streams.sources.polled.lane import Lane, Place
from streams.sources.polled.listing import Cadence, Found, Page
from streams.sources.source import Hole

NOW = 1_795_946_400.0
PACE = Cadence(every_s=60.0, overlap_s=100.0, most_pages=5)


def post(number: int, at: float, text: str = "Northside") -> Found:
    moment = dt.datetime.fromtimestamp(at, dt.UTC)
    return Found(key=f"{number}", at=at, post=Mention(id=f"p{number}", published=moment, content=text))


def page(*found: Found, next_: str = "", is_cut: bool = False) -> Page:
    return Page(found=found, next=next_, is_cut=is_cut)


def look(lane: Lane, now: float, *pages: Page) -> list[str]:
    """Take pages one after the other; returns the keys of what is given."""
    keys = []
    for one in pages:
        lane.asked(now)
        keys += [found.key for found in lane.take(one, now).found]
    return keys


def at_work(since: float = NOW - 60) -> Lane:
    return Lane("a list", PACE, Place(since=since, looked_at=NOW - 60))


def test_the_first_look_is_a_page_and_a_backfill():
    lane = Lane("a list", PACE, Place())
    assert lane.asked(NOW).since is None
    given_ = lane.take(page(post(2, NOW - 10), post(1, NOW - 20), next_="more"), NOW)

    assert ([found.key for found in given_.found], given_.is_backfill, given_.is_whole) == (["1", "2"], True, True)
    assert lane.place.since == NOW - 10


def test_the_first_look_at_an_empty_list_begins_now():
    lane = Lane("a list", PACE, Place())
    look(lane, NOW, page())

    assert lane.place.since == NOW


def test_a_post_that_is_pinned_or_was_edited_does_not_end_a_look():
    lane = at_work()
    old = post(0, NOW - 90_000)
    first = page(old, post(5, NOW - 10), post(4, NOW - 20), post(3, NOW - 30), old, next_="more")
    assert look(lane, NOW, first) == ["3", "4", "5"]
    assert lane.is_looking


def test_a_post_of_the_future_hides_nobody():
    lane = at_work()
    look(lane, NOW, page(post(9, NOW + 86_400), post(1, NOW - 90_000), post(2, NOW - 90_001), post(3, NOW - 90_002)))
    assert lane.place.since == NOW

    assert look(lane, NOW + 60, page(post(9, NOW + 86_400), post(10, NOW + 5), post(1, NOW - 90_000))) == ["10"]


def test_a_page_that_leads_to_itself_ends_the_look():
    lane = at_work()
    found = [post(n, NOW - n) for n in range(3)]
    look(lane, NOW, page(*found, next_="a"), page(*found, next_="a"))

    assert not lane.is_looking


def test_a_look_that_broke_off_is_made_again_from_its_beginning():
    lane = at_work()
    look(lane, NOW, page(post(9, NOW), post(8, NOW - 1), next_="more"))
    place = lane.place

    again = Lane("a list", PACE, place)
    assert look(again, NOW, page(post(9, NOW), post(8, NOW - 1), next_="more"), page(post(7, NOW - 2))) == [
        "8",
        "9",
        "7",
    ]


def test_a_page_that_cannot_be_had_is_tried_three_times_and_then_the_look_is_made_anew():
    lane = at_work()
    look(lane, NOW, page(post(9, NOW), next_="more"))
    for _ in range(2):
        assert lane.asked(NOW).cursor == "more"
        lane.failed()
    assert lane.asked(NOW).cursor == "more"
    lane.failed()

    assert lane.asked(NOW).cursor == ""


@pytest.mark.parametrize(("is_cut", "told"), [(True, 1), (False, 0)])
def test_what_ends_before_the_moment_that_was_known_is_a_hole_only_where_it_is_cut(is_cut, told):
    lane = at_work()
    lane.asked(NOW)
    given_ = lane.take(page(post(2, NOW - 10), post(1, NOW - 20), is_cut=is_cut), NOW)

    assert [(hole.began, hole.ended) for hole in given_.holes] == [(NOW - 60, NOW - 20)] * told


def test_an_empty_page_is_no_hole_and_moves_nothing():
    lane = at_work()
    lane.asked(NOW)
    given_ = lane.take(page(is_cut=True), NOW)

    assert given_.holes == ()
    assert lane.place.since == NOW - 60


@settings(max_examples=200)
@given(
    st.lists(st.integers(0, 5000), max_size=60),
    st.lists(st.tuples(st.integers(1, 900), st.integers(1, 9)), min_size=1, max_size=8),
)
def test_whoever_looks_gives_each_post_once_and_tells_what_lies_behind_the_last_page(times, looks):
    posts = [post(number, NOW + at) for number, at in enumerate(times)]
    lane, now = at_work(NOW), NOW
    given_keys: list[str] = []
    holes: list[Hole] = []
    for later, size in looks:
        now += later
        there = sorted((one for one in posts if one.at <= now), key=lambda one: (-one.at, one.key))
        begin = 0
        while True:
            lane.asked(now)
            taken = lane.take(
                page(*there[begin : begin + size], next_=str(begin) if begin + size < len(there) else ""), now
            )
            given_keys += [found.key for found in taken.found]
            holes += taken.holes
            begin += size
            if taken.is_whole:
                break
    assert len(given_keys) == len(set(given_keys))
    for one in posts:
        if one.key not in given_keys and NOW <= one.at <= now:
            assert any(hole.began <= one.at <= hole.ended for hole in holes)

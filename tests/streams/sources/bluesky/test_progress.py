"""Where reading stands, and what is missing: decided by moments alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.bluesky.place import OVERLAP_ELSEWHERE_US, OVERLAP_US, Cursor, Place, cursor_of, read_place
from streams.sources.bluesky.progress import Progress
from streams.sources.source import SourceError
from tests.streams.sources.bluesky.posts import SEEN_US

SECOND = 1_000_000
A, B = "wss://a", "wss://b"
BEFORE = Place(wire="v1", host=A, time_us=SEEN_US)


def progress(before: Place = BEFORE, *, host: str = A) -> Progress:
    return Progress(before, "v1", host, cursor_of(before, "v1", host, SEEN_US + 60 * SECOND))


def test_reading_goes_on_a_little_before_where_it_stood():
    cursor = cursor_of(BEFORE, "v1", A, SEEN_US)

    assert cursor == Cursor(value=SEEN_US - OVERLAP_US, from_us=SEEN_US - OVERLAP_US)


def test_another_host_is_asked_for_more():
    assert cursor_of(BEFORE, "v1", B, SEEN_US).value == SEEN_US - OVERLAP_ELSEWHERE_US


def test_numbers_hold_on_their_own_host_and_wire_alone():
    place = Place(wire="v2", host=A, time_us=SEEN_US, seq=77)

    assert cursor_of(place, "v2", A, SEEN_US) == Cursor(value=77, from_us=SEEN_US, is_seq=True)
    assert cursor_of(place, "v2", B, SEEN_US).value == SEEN_US - OVERLAP_ELSEWHERE_US
    assert cursor_of(place, "v1", A, SEEN_US).value == SEEN_US - OVERLAP_ELSEWHERE_US
    assert cursor_of(place, "v2", A, SEEN_US, by_time=True).value == SEEN_US - OVERLAP_US


def test_a_place_in_the_future_is_asked_for_as_the_present():
    ahead = Place(wire="v1", host=A, time_us=SEEN_US + 3_600 * SECOND)

    assert cursor_of(ahead, "v1", A, SEEN_US).value == SEEN_US - OVERLAP_US


def test_the_first_time_nothing_is_asked_for():
    assert cursor_of(Place(wire="v1", host=A), "v1", A, SEEN_US) == Cursor()


@pytest.mark.parametrize(
    "position", [{}, {"wire": "v3", "host": A}, {"etag": "x"}, {"wire": "v1", "host": A, "time_us": "x"}]
)
def test_a_checkpoint_of_another_kind_is_refused_in_words(position):
    with pytest.raises(SourceError, match="Give this source another id"):
        read_place(position)


def test_a_place_survives_being_kept():
    place = Place(wire="v2", host=A, time_us=SEEN_US, seq=77)

    assert read_place(place.to_position()) == place


def test_a_first_event_where_it_was_asked_for_leaves_no_hole():
    reading = progress()

    reading.take(SEEN_US - 4 * SECOND, 1)

    assert reading.settle(0.0) is None
    assert reading.place().time_us == SEEN_US
    assert reading.heard_until_s == (SEEN_US - 4 * SECOND) / 1e6


def test_a_minute_without_events_is_no_hole():
    reading = progress()

    for number in range(200):
        reading.take(SEEN_US + 54 * SECOND + number, number + 1)

    assert reading.settle(60.0) is None


def test_a_host_that_begins_later_than_asked_leaves_a_hole_from_where_reading_stood():
    reading = progress()

    for number in range(100):
        reading.take(SEEN_US + 3_600 * SECOND + number, number + 1)
    hole = reading.settle(0.0)

    assert hole is not None
    assert (hole.began, hole.ended) == (SEEN_US / 1e6, (SEEN_US + 3_600 * SECOND) / 1e6)
    assert (hole.share, hole.reason) == (0.0, "look_back")
    assert A in hole.detail


def test_a_hole_is_told_once():
    reading = progress()
    for number in range(100):
        reading.take(SEEN_US + 3_600 * SECOND + number, number + 1)

    assert [reading.settle(0.0) is not None for _ in range(3)] == [True, False, False]


def test_a_live_event_that_overtakes_the_replay_is_no_hole():
    reading = progress()

    reading.take(SEEN_US + 3_600 * SECOND, 900)
    first = reading.settle(0.0)
    reading.take(SEEN_US - 5 * SECOND, 1)

    assert first is None
    assert reading.settle(10.0) is None


def test_until_a_hole_is_decided_the_place_stays():
    reading = progress()

    reading.take(SEEN_US + 3_600 * SECOND, 900)
    reading.settle(0.0)
    before = reading.place()
    hole = reading.settle(5.0)

    assert before == BEFORE
    assert reading.heard_until_s is not None
    assert hole is not None
    assert reading.place().time_us == SEEN_US + 3_600 * SECOND


def test_a_host_that_says_itself_that_it_begins_later_is_believed():
    reading = progress()
    reading.left_out("the archive begins later")

    for number in range(100):
        reading.take(SEEN_US + 2 * SECOND + number, number + 1)
    hole = reading.settle(0.0)

    assert hole is not None
    assert hole.detail == "the archive begins later"


def test_a_host_that_says_so_of_what_was_read_before_left_nothing_out():
    reading = progress()
    reading.left_out("the archive begins later")

    reading.take(SEEN_US - 1 * SECOND, 1)

    assert reading.settle(9.0) is None


def test_a_moment_between_the_clocks_of_two_hosts_is_no_hole():
    reading = progress(host=B)
    reading.left_out("the archive begins later")

    reading.take(SEEN_US + 1 * SECOND, 1)

    assert reading.settle(9.0) is None


def test_events_that_come_late_hold_the_place_back():
    reading = progress()
    for number in range(1_000):
        reading.take(SEEN_US + 600 * SECOND + number * SECOND, number + 1)
    reading.take(SEEN_US + 1_560 * SECOND, 1_001)
    reading.settle(60.0)

    assert reading.place().time_us == SEEN_US + 1_560 * SECOND - 21 * SECOND


def test_a_number_that_comes_late_holds_the_place_back_and_never_takes_it_back():
    reading = progress()
    for number in (7, 8, 10, 11):
        reading.take(SEEN_US, number)
    reading.settle(0.0)
    first = reading.place().seq
    for number in (9, *range(12, 500)):
        reading.take(SEEN_US, number)
    later = reading.place().seq
    reading.take(SEEN_US, 1)

    assert (first, later, reading.place().seq) == (7, 500 - 256, 500 - 256)


def test_one_event_of_long_ago_takes_nobody_back():
    reading = progress()
    for number in range(300):
        reading.take(SEEN_US + number * SECOND, number + 1)
    reading.settle(0.0)
    before = reading.place().time_us

    reading.take(SEEN_US - 86_400 * SECOND, 999)

    assert before is not None
    assert reading.place().time_us == before


@given(st.lists(st.integers(-30, 3_000), min_size=1, max_size=300))
def test_a_place_never_goes_back_and_never_passes_what_was_read(moments):
    reading = progress()
    places = []
    newest = SEEN_US
    for number, moment in enumerate(moments):
        reading.take(SEEN_US + moment * SECOND, number + 1)
        reading.settle(9.0)
        newest = max(newest, SEEN_US + moment * SECOND)
        places.append(reading.place().time_us)

    assert places == sorted(places)  # type: ignore[type-var]
    assert places[-1] <= newest  # type: ignore[operator]

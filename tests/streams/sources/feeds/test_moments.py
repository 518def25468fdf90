"""When a post was published, as publishers write it."""

import datetime as dt

import pytest

from streams.sources.feeds.moments import read_moment

TEN = dt.datetime(2026, 11, 29, 10, tzinfo=dt.UTC).timestamp()
SAME = [
    "Sun, 29 Nov 2026 10:00:00 GMT", "Sun, 29 Nov 2026 10:00:00 +0000", "Sun, 29 Nov 2026 10:00:00",
    "29 Nov 2026 10:00 UT",
    "Sun, 29 Nov 2026 11:00:00 CET", "Sun, 29 Nov 2026 05:00:00 EST", "Sun, 29 Nov 2026 11:00:00 BST",
    "Sun,29 Nov 2026 10:00:00 Z", "Sun, 29 Nov 2026 19:00:00 +09:00", "Sun, 29 Nov 2026 11:00:00 UTC+1",
    "Sun, 29 Nov 26 10:00:00 GMT", "So, 29. Nov. 2026 11:00:00 +0100", "dim., 29 nov. 2026 11:00:00 +0100",
    "Dom, 29 Nov 2026 07:00:00 -0300", "Sunday, 29 November 2026 10:00:00 GMT", "29-Nov-2026 10:00:00",
    "Sun Nov 29 10:00:00 2026", "Sun Nov 29 2026 11:00:00 GMT+0100 (Central European Time)",
    "November 29, 2026 10:00 AM",
    "2026-11-29T10:00:00Z", "2026-11-29T11:00:00.123+01:00", "2026-11-29 10:00:00", "2026-11-29T10:00Z",
    "20261129T100000Z",
    "2026-11-29 10:00:00 UTC", "2026-11-29T11:00:00+0100", "1795946400", "1795946400000", " \n2026-11-29T10:00:00Z\t",
    "Sun, 29 Nov 2026 09:59:60 GMT",
]  # fmt: skip


@pytest.mark.parametrize("stated", SAME)
def test_a_moment_is_read_however_it_is_written(stated):
    moment = read_moment(stated)

    assert moment is not None
    assert abs(moment.at - TEN) <= 1
    assert not moment.is_day


@pytest.mark.parametrize("stated", ["2026-11-29", "29 novembre 2026", "Nov 29, 2026", "Sun, 29 Nov 2026", "20261129"])
def test_a_day_is_known_to_be_one(stated):
    moment = read_moment(stated)

    assert moment is not None
    assert moment.is_day
    assert moment.at == TEN - 36_000


@pytest.mark.parametrize(
    "stated",
    ["", "yesterday", "Sun, 29 Nov 2026 10:00:00 XYZT", "Mon, 30 Feb 2026 10:00:00 GMT", "29/11/2026 10:00",
     "Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z", "2026-11-29T25:00:00Z", "9999-12-31T00:00:00Z",
     "1" * 5000,
     "2026-11-29T10:00:00 Europe/Berlin", "32 Nov 2026", "٢٩ Nov 2026 99:00"],
)  # fmt: skip
def test_what_cannot_be_read_surely_is_not_guessed(stated):
    assert read_moment(stated) is None


def test_nothing_was_published_after_it_was_seen():
    day, later = read_moment("2026-11-29"), read_moment("2026-11-29T12:00:00Z")

    assert day is not None
    assert later is not None
    assert day.seen(TEN) == TEN
    assert day.seen(TEN + 86_400) == TEN - 36_000 + 86_399
    assert later.seen(TEN) == TEN

"""What may be spent is renewed when upstream renews it, by upstream's own clock."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.polled.meter import Meter


def at(text: str) -> float:
    return dt.datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("period", "now", "ends"),
    [
        ("hour", "2026-11-29T10:20:00+00:00", "2026-11-29T11:00:00+00:00"),
        ("month", "2026-12-31T23:59:59+00:00", "2027-01-01T00:00:00+00:00"),
        ("month", "2028-02-01T00:00:00+00:00", "2028-03-01T00:00:00+00:00"),
        ("pacific_day", "2026-11-29T07:59:00+00:00", "2026-11-29T08:00:00+00:00"),
        ("pacific_day", "2026-07-29T07:01:00+00:00", "2026-07-30T07:00:00+00:00"),
        # Clocks go back on 1 November 2026 and forward on 8 March: that day has 25 hours, and this one 23.
        ("pacific_day", "2026-11-01T07:30:00+00:00", "2026-11-02T08:00:00+00:00"),
        ("pacific_day", "2026-03-08T08:30:00+00:00", "2026-03-09T07:00:00+00:00"),
    ],
)
def test_it_is_renewed_at_the_end_of_its_period(period, now, ends):
    meter = Meter(period=period, cap=10.0).spend(4.0, at(now))

    assert meter.ends(at(now)) == at(ends)
    assert meter.left(at(ends) - 1) == 6.0
    assert meter.left(at(ends)) == 10.0


@given(
    st.sampled_from(["hour", "pacific_day", "month"]),
    st.lists(st.tuples(st.floats(0, 5), st.floats(0, 1e6)), max_size=30),
)
def test_what_is_left_is_never_less_than_nothing_nor_more_than_all(period, spendings):
    meter, now = Meter(period=period, cap=10.0), 1.7e9
    for cost, later in spendings:
        now += later
        meter = meter.spend(cost, now)
        assert 0.0 <= meter.left(now) <= 10.0
        assert now < meter.ends(now)


def test_a_clock_that_goes_back_gives_nothing_back():
    meter = Meter(period="hour", cap=10.0).spend(4.0, 7200.0)

    assert meter.left(7100.0) == 6.0

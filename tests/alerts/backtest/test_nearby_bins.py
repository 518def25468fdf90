"""The bins around a moment, and why there is none."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.backtest.nearby_bins import near, why_no_bin
from streams.brand import Brand
from streams.wire.observation_row import ObservationRow
from tests.alerts.backtest.revolt import NOON, row
from tests.streams.story import unhurried

BRAND = Brand(id="northside", name="Northside", query="northside")


def minute(number: int) -> ObservationRow:
    return row(start=NOON + 60 * number, mentions=number)


def reason(minutes: list[int], at: int, *, is_cut: bool = False) -> str:
    found = near([minute(number) for number in minutes], NOON + at)
    assert found.at(NOON + at) is None
    return why_no_bin(BRAND, NOON + at, found, "on Kafka", is_cut=is_cut)


def test_a_moment_lies_in_the_bin_from_its_first_second_to_its_last():
    rows = [minute(number) for number in (0, 1, 2)]

    assert [near(rows, NOON + at).at(NOON + at) for at in (59, 60, 119, 120)] == [rows[0], rows[1], rows[1], rows[2]]


def test_nothing_is_read_beyond_the_first_bin_after_the_stretch():
    read = []

    def told() -> Iterator[ObservationRow]:
        for number in range(100):
            read.append(number)
            yield minute(number)

    found = near(told(), NOON + 630, around_s=60)

    assert [one.mentions for one in found.rows] == [9, 10, 11]
    assert read[-1] == 12


def test_a_silent_minute_names_its_neighbours():
    assert reason([3, 5, 9], 4 * 60 + 30) == (
        "it did not ring because nobody spoke of northside at 2011-07-12T12:04:30Z, and a silent bin is not told; "
        "the nearest are 2011-07-12T12:03:00Z (3 mentions) and 2011-07-12T12:05:00Z (5 mentions)"
    )


@pytest.mark.parametrize(("is_cut", "said"), [(True, "no longer kept"), (False, "not there")])
def test_a_time_before_all_that_is_kept_is_told_apart_from_one_before_the_watch(is_cut, said):
    assert reason([3, 5], 0, is_cut=is_cut) == (
        "2011-07-12T12:00:00Z is too early: the first bin of northside on Kafka begins at 2011-07-12T12:03:00Z, "
        f"and older ones are {said}"
    )


def test_a_time_after_all_may_not_be_closed_yet():
    assert "nobody has spoken since, or the bin is not closed yet" in reason([1], 600)


def test_a_brand_without_a_bin_is_doubted_in_its_query():
    assert "does its query match" in reason([], 0)


@unhurried
@given(st.lists(st.integers(0, 60), max_size=40), st.integers(0, 3600), st.integers(0, 600), st.integers(0, 5))
def test_bins_told_again_after_a_crash_change_nothing(numbers, at, around_s, back):
    once = [minute(number) for number in sorted(set(numbers))]
    again = [one for i in range(len(once)) for one in once[max(0, i - back) : i + 1]]

    assert near(again, NOON + at, around_s) == near(once, NOON + at, around_s)

"""No brand knows of any but its peers: watched in several places they come to what they come to in one."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.backtest.collecting import seldom_collected
from alerts.backtest.lanes import Lanes, Plan, shares
from streams.brand import Brand
from streams.wire.flush import Snapshot
from streams.wire.observation_row import ObservationRow
from tests.streams.watch.talk import BRAND, BRANDS, OTHER, SETTINGS, STORY, flushes


def named(ids: str) -> list[Brand]:
    return [Brand(id=brand, name=brand, query=brand) for brand in ids]


PLAN = Plan(brands=BRANDS, policies={}, settings=SETTINGS, budgets=(5.0,))


def test_two_places_that_are_told_the_same_flushes_come_to_what_one_comes_to():
    told = list(flushes(1, [len(STORY) // 7]))
    together = Lanes(PLAN)
    rows = [row for flush in told for row in together.take(flush)]

    gathered = Lanes(PLAN)
    rows_apart: list[ObservationRow] = []
    for brand in (OTHER.id, BRAND.id):
        apart = Lanes(PLAN.of([brand]))
        for flush in told:
            own = tuple(snapshot for snapshot in flush.snapshots if snapshot.brand == brand)
            rows_apart += apart.take(replace(flush, snapshots=own))
        gathered.add(apart.results)

    assert together.own.incidents, "nothing rang, so nothing is compared"
    assert gathered.results == together.results
    assert sorted(rows_apart, key=lambda row: (row.brand, row.start)) == sorted(
        rows, key=lambda row: (row.brand, row.start)
    )


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.integers(1, 10))
def test_each_brand_has_one_place_and_no_place_has_none(said, number):
    brands = named("abcdefgh")
    told = [Snapshot(brand=brand, start=0, first_offset=0, last_offset=0) for brand in said]

    places = shares(brands, told, number)

    assert sorted(brand for place in places for brand in place) == list("abcdefgh")
    assert len(places) == min(number, len(brands))
    assert all(places)


def test_what_is_said_is_divided_by_how_much_it_is_and_not_by_the_number_of_brands():
    said = "a" * 40 + "b" * 20 + "c" * 20
    told = [Snapshot(brand=brand, start=0, first_offset=0, last_offset=0) for brand in said]

    assert shares(named("abc"), told, 2) == [("a",), ("b", "c")]


def test_brands_that_are_compared_with_each_other_are_in_one_place():
    a, b, c, d, e = named("abcde")
    brands = [replace(a, peers=("e",)), b, replace(c, peers=("a", "nobody")), d, e]

    assert shares(brands, [], 9) == [("a", "c", "e"), ("b",), ("d",)]


def test_python_looks_for_garbage_as_before_when_the_run_is_over_however_it_ends():
    before = gc.get_threshold()

    within: list[tuple[int, int, int]] = []

    def interrupted() -> None:
        within.append(gc.get_threshold())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), seldom_collected():
        interrupted()

    assert within[0] > before

    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)

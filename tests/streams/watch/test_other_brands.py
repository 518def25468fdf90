"""Brands that are added, changed and taken out while the watch is at work."""

from collections.abc import Mapping, Sequence
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from detectors.verdict import Verdict
from streams.brand import Brand
from streams.watch.watch import WatchPartition
from streams.wire.observation_row import ObservationRow
from tests.streams.watch.talk import BRAND, BRANDS, HOUR, OTHER, SETTINGS, START, flushes, store, watched

LOG = list(flushes(1, [8]))
OUTBREAK = 26 * HOUR + START


@cache
def plain() -> tuple[list[Verdict], dict[tuple[str, int], ObservationRow]]:
    return watched(LOG)


def changing(at: Mapping[int, Sequence[Brand]], brands: Sequence[Brand] = BRANDS):
    """Watch the log, and go by other brands from the flushes that are named; return verdicts and rows."""
    states: dict[str, bytes] = {}
    core = WatchPartition(0, brands, SETTINGS, states)
    verdicts: list[Verdict] = []
    rows: dict[tuple[str, int], ObservationRow] = {}
    unknown = 0
    for number, flush in enumerate(LOG):
        if number in at:
            core.use_brands(at[number])
        outcome = core.take(flush, number)
        store(states, outcome.changed)
        verdicts += outcome.verdicts
        rows |= {(row.brand, row.start): row for row in outcome.observations}
        unknown += outcome.unknown_brands
    return verdicts, rows, unknown


def rows_of(rows: Mapping[tuple[str, int], ObservationRow], brand: str) -> list[ObservationRow]:
    return [row for (name, _), row in sorted(rows.items()) if name == brand]


def number_at(moment: float) -> int:
    return next(number for number, flush in enumerate(LOG) if (flush.watermark or 0) >= moment)


@settings(max_examples=4)
@given(st.lists(st.integers(0, len(LOG) - 1), max_size=4))
def test_the_same_brands_taken_up_anew_change_nothing(numbers):
    verdicts, rows, _ = changing(dict.fromkeys(numbers, BRANDS))

    assert (verdicts, rows) == plain()


@settings(max_examples=3)
@given(st.integers(1, len(LOG) - 1))
def test_a_brand_that_joins_or_goes_changes_nothing_of_the_others(number):
    joined, joined_rows, _ = changing({number: BRANDS}, [BRAND])
    left, left_rows, _ = changing({number: [BRAND]})

    assert [v for v in joined if v.brand == BRAND.id] == [v for v in plain()[0] if v.brand == BRAND.id]
    assert rows_of(joined_rows, BRAND.id) == rows_of(left_rows, BRAND.id) == rows_of(plain()[1], BRAND.id)
    assert [v for v in left if v.brand == BRAND.id] == [v for v in joined if v.brand == BRAND.id]


def test_a_brand_that_joins_is_counted_from_then_on():
    number = number_at(START + 10 * HOUR)
    _, rows, unknown = changing({number: BRANDS}, [BRAND])

    assert rows_of(rows, OTHER.id)
    assert min(row.start for row in rows_of(rows, OTHER.id)) >= START + 9.5 * HOUR
    assert unknown > 0


def test_what_is_said_of_a_brand_that_went_is_counted_as_unknown_and_learned_by_nobody():
    number = number_at(START + 10 * HOUR)
    _, rows, unknown = changing({number: [BRAND]})

    assert max(row.start for row in rows_of(rows, OTHER.id)) < START + 10.5 * HOUR
    assert unknown > 0


def test_a_brand_that_comes_back_knows_what_it_knew_and_takes_the_time_between_for_no_silence():
    away, back = number_at(START + 20 * HOUR), number_at(START + 24 * HOUR)
    _, rows, _ = changing({away: [BRAND], back: BRANDS})

    between = [row for row in rows_of(rows, OTHER.id) if START + 21 * HOUR <= row.start < START + 23 * HOUR]
    after = [row.expected for row in rows_of(rows, OTHER.id) if row.start > START + 24 * HOUR]
    same = [row.expected for row in rows_of(plain()[1], OTHER.id) if row.start > START + 24 * HOUR]
    assert between == []
    assert 0.5 < sum(after) / len(after) / (sum(same) / len(same)) < 2


def test_an_outbreak_under_way_goes_on_and_ends_though_the_brand_has_another_floor_query_and_name():
    rang = next(v for v in plain()[0] if v.brand == BRAND.id and v.phase == "ringing")
    other = replace(BRAND, name="Northside Trust", query="northside OR nhs", floor=400, false_pages_per_week=0.01)

    verdicts, _, _ = changing({number_at(rang.at + 60): [other, OTHER]})

    mine = [v for v in verdicts if v.brand == BRAND.id and v.fired_at == rang.fired_at]
    assert mine[0] == rang
    assert [v.phase for v in mine][-1] == "calm"


def test_a_higher_floor_keeps_what_would_have_rung_from_ringing_and_what_was_learned_stays():
    quiet = replace(BRAND, floor=100_000)

    verdicts, rows, _ = changing({number_at(START + 25 * HOUR): [quiet, OTHER]})

    assert [v for v in plain()[0] if v.brand == BRAND.id]
    assert [v for v in verdicts if v.brand == BRAND.id] == []
    before_it = [row.expected for row in rows_of(rows, BRAND.id) if row.start < OUTBREAK - 600]
    assert before_it == [row.expected for row in rows_of(plain()[1], BRAND.id) if row.start < OUTBREAK - 600]


def test_after_a_restart_it_goes_on_by_the_brands_that_were_taken_up():
    number = number_at(START + 10 * HOUR)
    states: dict[str, bytes] = {}
    core = WatchPartition(0, [BRAND], SETTINGS, states)
    for at, flush in enumerate(LOG[: number + 40]):
        if at == number:
            core.use_brands(BRANDS)
        store(states, core.take(flush, at).changed)

    again = WatchPartition(0, BRANDS, SETTINGS, states)

    assert again._since[OTHER.id] == core._since[OTHER.id] >= START + 9.5 * HOUR

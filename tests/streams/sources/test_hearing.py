"""What a source was not heard of is told once, and no break is told where there was none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from streams.sources.hearing import Break, Hearing
from streams.sources.source import Batch, Health, Hole

NOON = 1_700_000_000.0
LIVE, BEHIND, WAITING = (Health(state=state) for state in ("live", "catching_up", "waiting"))


def hearing(known: Break | None = None) -> Hearing:
    return Hearing("fediverse", "mastodon", known, break_s=60.0)


def batch(*, late: int = 0, holes: tuple[Hole, ...] = ()) -> Batch:
    return Batch(position={}, heard=late, is_backfill=late > 0, holes=holes)


def lost(began: float, ended: float) -> Hole:
    return Hole(began=NOON + began, ended=NOON + ended, share=0.0, reason="look_back", detail="gone")


def told(of: Hearing) -> list[tuple[int, int | None, str, int | None]]:
    return [
        (one.since - int(NOON), None if one.until is None else one.until - int(NOON), one.why, one.fetched)
        for one in of.untold
    ]


def test_a_source_that_is_heard_all_the_time_misses_nothing():
    source = hearing()
    for second in range(0, 3600, 5):
        assert source.take(batch(), LIVE, NOON + second)

    assert told(source) == []


def test_a_source_that_was_never_heard_has_no_break():
    source = hearing()
    source.wait(NOON + 7200)
    source.take(batch(late=40), BEHIND, NOON)
    source.take(batch(), LIVE, NOON + 7200)

    assert told(source) == []


def test_a_break_is_told_while_it_lasts_when_it_ends_and_when_all_of_it_was_fetched():
    source = hearing()
    source.take(batch(), LIVE, NOON)
    for second in range(0, 1800, 15):
        source.wait(NOON + second)
    assert told(source) == [(0, None, "silent", None)]

    source.published(1)
    source.take(batch(), BEHIND, NOON + 1860)
    assert told(source) == [(0, 1860, "silent", None)]

    source.published(1)
    source.take(batch(late=20), BEHIND, NOON + 1862)
    source.take(batch(late=3), BEHIND, NOON + 1864)
    source.take(batch(), LIVE, NOON + 1870)
    assert told(source) == [(0, 1860, "silent", 23)]


def test_a_break_of_which_upstream_no_longer_had_all_was_not_fetched():
    source = hearing()
    source.take(batch(), LIVE, NOON)
    source.take(batch(holes=(lost(0, 900),)), BEHIND, NOON + 1800)
    source.take(batch(late=5), BEHIND, NOON + 1801)
    source.take(batch(), LIVE, NOON + 1810)

    assert told(source) == [(0, 900, "look_back", None), (0, 1800, "silent", None)]
    assert source.known == Break(heard_at=NOON + 1810)


@pytest.mark.parametrize("health", [WAITING, Health(state="failed"), Health(state="ended")])
def test_a_batch_of_a_source_that_waits_says_nothing_of_the_present(health):
    source = hearing()
    source.take(batch(), LIVE, NOON)

    assert not source.take(batch(), health, NOON + 300)
    source.wait(NOON + 300)
    assert told(source) == [(0, None, "silent", None)]


def test_a_connection_that_is_lost_for_a_moment_is_no_break():
    source = hearing()
    source.take(batch(), LIVE, NOON)
    source.wait(NOON + 59)
    source.take(batch(late=2), BEHIND, NOON + 59)
    source.take(batch(), LIVE, NOON + 60)

    assert told(source) == []


def test_a_source_that_waits_for_its_turn_to_ask_misses_nothing():
    asked = Batch(position={}, heard=3, delay_s=1800.0)
    source = hearing()
    source.take(asked, LIVE, NOON)
    source.take(asked, LIVE, NOON + 400)
    assert told(source) == []

    source.lose()
    source.take(asked, LIVE, NOON + 800)
    assert told(source) == [(400, 800, "silent", 0)]


def test_whoever_has_the_source_next_tells_the_break_between():
    before = hearing()
    before.take(batch(), LIVE, NOON)

    after = hearing(replace(before.known))
    after.take(batch(), LIVE, NOON + 4000)

    assert told(after) == [(0, 4000, "silent", 0)]


def test_posts_without_text_are_told_with_their_number():
    source = hearing()
    source.withhold(0, NOON, NOON + 15)
    source.withhold(7, NOON + 15, NOON + 30)

    [one] = source.untold
    assert (one.why, one.missed, one.since, one.until) == ("no_text", 7, NOON + 15, NOON + 30)


@given(st.lists(st.tuples(st.integers(61, 5000), st.integers(61, 5000)), min_size=1, max_size=60))
def test_every_break_is_found_and_none_where_there_was_none(course):
    source, at, due = hearing(), NOON, []
    source.take(batch(), LIVE, at)
    for heard_s, away_s in course:
        for _ in range(0, heard_s, 15):
            at += 15
            source.take(batch(), LIVE, at)
        due.append((int(at - NOON), int(at + away_s - NOON)))
        at += away_s
        source.take(batch(), LIVE, at)

    assert [(since, until) for since, until, *_ in told(source)] == due

"""What was not heard is remembered once, within bounds, whatever is told twice or in pieces."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from detectors.not_heard import NotHeard
from streams.watch.holes import KEPT, SHOWN, SOURCES, Holes, HolesState

NOON = 1_700_000_000
LATER = NOON + 500_000


def hole(since: int, until: int | None, source: str = "fediverse", why: str = "silent", **fields: Any) -> NotHeard:
    end = None if until is None else NOON + until
    return NotHeard(source=source, kind="mastodon", since=NOON + since, until=end, why=why, **fields)


def kept(*told: NotHeard) -> tuple[NotHeard, ...]:
    holes = Holes()
    for one in told:
        holes.take([one])
    return holes.between(0, LATER)


def test_a_hole_that_lasts_ends_when_its_end_is_told():
    assert kept(hole(0, None)) == (hole(0, None),)
    assert kept(hole(0, None), hole(0, 1860)) == (hole(0, 1860),)


def test_a_hole_that_was_filled_afterwards_is_said_as_filled():
    filled = hole(0, 1860, fetched=23)

    assert kept(hole(0, None), hole(0, 1860), filled) == (filled,)


def test_a_hole_that_is_told_again_changes_nothing():
    told = [hole(0, None), hole(0, 600), hole(0, 600, fetched=3), hole(5000, None), hole(5000, 6000)]

    assert kept(*told, *told) == kept(*told)


def test_the_holes_of_a_source_that_comes_and_goes_are_one_with_the_share_that_was_heard():
    assert kept(hole(0, 100), hole(200, 300)) == (hole(0, 300, share=0.333),)
    assert kept(hole(0, 100), hole(1000, 1100)) == (hole(0, 100), hole(1000, 1100))


def test_holes_for_other_reasons_and_of_other_sources_stay_apart():
    told = [hole(0, 100), hole(0, 100, why="throttled"), hole(0, 100, source="news")]

    assert set(kept(*told)) == set(told)


def test_what_does_not_touch_a_time_is_not_told_of_it():
    holes = Holes()
    holes.take([hole(0, 100), hole(1000, None, source="news")])

    assert holes.between(NOON + 100, NOON + 1000) == ()
    assert holes.between(NOON + 99, NOON + 1001) == (hole(0, 100), hole(1000, None, source="news"))


def test_a_source_that_was_given_up_is_forgotten_after_days():
    holes = Holes()
    holes.take([hole(0, None)])

    assert holes.between(NOON + 7 * 86_400, NOON + 7 * 86_400) != ()
    assert holes.between(NOON + 9 * 86_400, NOON + 9 * 86_400) == ()


def drawn(since: int, length: int | None, source: str) -> NotHeard:
    return hole(100 * since, None if length is None else 100 * since + length, source)


told_holes = st.builds(drawn, st.integers(0, 40), st.none() | st.integers(1, 900), st.sampled_from(["a", "b"]))


@given(st.lists(told_holes, max_size=30))
def test_it_survives_a_restart_at_any_moment_and_a_repeat_of_all_that_ended(told):
    whole, halves = Holes(), Holes()
    for one in told:
        whole.take([one])
        halves.take([one])
        halves = Holes(msgspec.msgpack.decode(msgspec.msgpack.encode(halves.state), type=HolesState))
        if one.until is not None:
            halves.take([one])

    assert halves.state == whole.state


@given(st.lists(told_holes.filter(lambda one: one.until is not None), max_size=30))
def test_all_that_was_missed_is_within_what_is_kept(told):
    holes = kept(*told)

    for one in told:
        assert len(holes) == SHOWN or any(
            of.source == one.source and of.since <= one.since and (one.until or 0) <= (of.until or 0) for of in holes
        )


def test_however_many_there_are_they_stay_within_bounds():
    holes = Holes()
    for number in range(3 * SOURCES):
        holes.take([hole(1000 * k, 1000 * k + 1, source=f"s{number}") for k in range(2 * KEPT)])

    assert len(holes.between(0, LATER)) == SHOWN
    assert len(msgspec.msgpack.encode(holes.state)) < 120 * KEPT * SOURCES

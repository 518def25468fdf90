"""A crisis while a source is not heard rings and says what was not heard, the same whatever is interrupted."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from detectors.not_heard import NotHeard
from streams.wire.flush import Flush, of_hearing
from tests.streams.watch.talk import HOUR, START, flushes, told, watched

RINGS_AT = START + 26 * HOUR
ENDS_AT = RINGS_AT + 1500
GONE = NotHeard(source="fediverse", kind="mastodon", since=RINGS_AT - 1200, why="silent")
BACK = replace(GONE, until=ENDS_AT)
FILLED = replace(BACK, fetched=23)
LONG_AGO = NotHeard(source="news", kind="feeds", since=START + HOUR, until=START + 2 * HOUR, why="look_back")


def log(*holes: tuple[int, NotHeard]) -> list[Flush]:
    """Return the flushes of the story with holes told as soon as event time has reached a moment."""
    due, out = sorted(holes, key=lambda one: one[0]), []
    for flush in flushes(1, [3]):
        out.append(flush)
        while due and (flush.watermark or 0) >= due[0][0]:
            out.append(of_hearing([due.pop(0)[1]]))
    return out


SHOWN = log((GONE.since + 90, GONE), (ENDS_AT, BACK), (ENDS_AT + 300, FILLED), (START + 2 * HOUR, LONG_AGO))


@pytest.fixture(scope="module")
def undisturbed():
    return watched(SHOWN)


def test_it_rings_as_ever_and_says_what_was_not_heard(undisturbed):
    plain, _ = watched(flushes(1, [3]))
    verdicts = undisturbed[0]

    assert (verdicts[0].at, verdicts[0].reason) == (plain[0].at, plain[0].reason)
    assert verdicts[0].not_heard == (GONE,)
    assert plain[0].not_heard == ()


def test_the_end_of_a_hole_and_that_it_was_filled_are_told_within_minutes(undisturbed):
    first_with = {holes: verdict.at for verdict in reversed(undisturbed[0]) for holes in verdict.not_heard}

    assert 0 <= first_with[FILLED] - ENDS_AT < 900


def test_a_hole_of_the_day_before_is_not_on_the_receipt(undisturbed):
    assert all(hole.source != "news" for verdict in undisturbed[0] for hole in verdict.not_heard)


def test_the_bins_of_a_hole_say_so(undisturbed):
    _, rows = undisturbed

    assert {row.not_heard for (_, start), row in rows.items() if GONE.since + 600 < start < RINGS_AT} == {(GONE,)}
    assert {row.not_heard for (_, start), row in rows.items() if start < GONE.since - 60} == {()}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.frozensets(st.integers(0, len(SHOWN)), max_size=3), st.booleans())
def test_restarts_and_repeats_change_nothing(undisturbed, restarts, repeat):
    verdicts, rows = watched(SHOWN, restart_at=restarts, repeat=repeat)

    assert told(verdicts) == told(undisturbed[0])
    assert rows == undisturbed[1]

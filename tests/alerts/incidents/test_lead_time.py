"""What ringing early was worth."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from alerts.incidents.lead_time import Curve, closing_note, extended, lead_time

readings = st.lists(st.tuples(st.integers(1, 5000), st.integers(0, 1000)), min_size=1, max_size=300)


def curve_of(steps: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    curve: Curve = ((0, 0),)
    at = total = 0
    for passed, mentions in steps:
        at, total = at + passed, total + mentions
        curve = extended(curve, at, total)
    return curve


@given(readings)
def test_the_curve_stays_short_and_keeps_its_ends(steps):
    curve = curve_of(steps)

    assert len(curve) <= 97
    assert curve[0] == (0, 0)
    assert curve[-1] == (sum(passed for passed, _ in steps), sum(mentions for _, mentions in steps))


@given(readings, st.integers(0, 100_000))
def test_the_peak_lies_within_the_outbreak_and_the_share_is_one(steps, opened_at):
    curve = curve_of(steps)

    told = lead_time(curve, opened_at)

    if told is None:
        assert curve[-1][1] == 0
    else:
        assert curve[0][0] <= told.peak_at <= curve[-1][0]
        assert 0.0 <= told.share_after <= 1.0


@pytest.mark.parametrize(
    ("opened_at", "said"),
    [
        (1800, "it rang 60 minutes before the middle of its loudest hour, and before 95 % of its 1,000 mentions"),
        (9000, "it rang 60 minutes after the middle of its loudest hour, and before 5 % of its 1,000 mentions"),
    ],
)
def test_the_closing_note_says_it_either_way(opened_at, said):
    told = lead_time(((0, 0), (3600, 100), (7200, 900), (10800, 1000)), opened_at)

    assert told is not None
    assert closing_note(told).replace("1 hour ", "60 minutes ") == said


def test_an_outbreak_without_a_counted_mention_has_none():
    assert lead_time(((0, 0), (60, 0)), 0) is None

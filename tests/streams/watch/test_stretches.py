"""A silent night is asked once for how much of it was missed, and says what every minute of it would have."""

from hypothesis import given
from hypothesis import strategies as st

from detectors.not_heard import NotHeard
from streams.watch.hearing import Hearing
from streams.watch.holes import DAYS_S

NOON = 1_700_000_000 - 1_700_000_000 % 60
MINUTES = 30


@st.composite
def holes(draw: st.DrawFn) -> NotHeard:
    # Around the minutes that are asked for, and around the moment at which one that lasts counts no more.
    since = NOON + draw(st.integers(-60, MINUTES * 60)) - draw(st.sampled_from((0, 0, 600, DAYS_S, DAYS_S + 900)))
    length_s = draw(st.one_of(st.none(), st.sampled_from((60, 120)), st.integers(1, 4000)))
    return NotHeard(
        source=draw(st.sampled_from(("net", "shop"))),
        kind="bluesky",
        since=since,
        until=None if length_s is None else since + length_s,
        why=draw(st.sampled_from(("silent", "silent", "sampled", "no_text"))),
        share=draw(st.sampled_from((0.0, 0.0, 0.3))),
    )


@given(st.lists(holes(), max_size=6), st.sampled_from((60, 60, 300)))
def test_of_each_bin_of_a_stretch_the_same_was_missed(told, span_s):
    hearing = Hearing()
    hearing.take(told, ())
    bins = range(NOON, NOON + MINUTES * 60, span_s)

    stretches = list(hearing.stretches(bins.start, bins.stop, span_s))

    by_stretch = [
        (start + number * span_s, hearing.missed(start, start + span_s))
        for start, count in stretches
        for number in range(count)
    ]
    assert by_stretch == [(at, hearing.missed(at, at + span_s)) for at in bins]


def test_a_long_hole_is_a_few_stretches():
    hearing = Hearing()
    hearing.take([NotHeard(source="net", kind="bluesky", since=NOON + 90, until=NOON + 86_490, why="silent")], ())

    assert list(hearing.stretches(NOON, NOON + 90_000, 60)) == [
        (NOON, 1),
        (NOON + 60, 1),
        (NOON + 120, 1439),
        (NOON + 86_460, 1),
        (NOON + 86_520, 58),
    ]

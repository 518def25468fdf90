"""A brand's last days in slots."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.watch.recent import Minute, Recent

MINUTES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), min_size=1, max_size=60)


def minutes(gaps: list[tuple[int, int]]) -> list[Minute]:
    told, start = [], 0
    for gap, seen in gaps:
        start += 60 * (1 + gap)
        told.append(Minute(start, seen, seen // 2, seen // 3, seen, seen // 2, seen, 0.7, 0.1))
    return told


@given(MINUTES, st.integers(1, 3))
def test_a_chart_with_bins_that_are_open_leaves_what_is_remembered_as_it_was(gaps, pending):
    *closed, last = minutes(gaps)
    recent, other = Recent(), Recent()
    for minute in closed:
        recent.add(minute, 2.0)
        other.add(minute, 2.0)
    before = msgspec.msgpack.encode(recent)
    shown = [msgspec.structs.replace(last, start=last.start + 60 * place) for place in range(pending)]

    with_them = recent.with_these(shown, 2.0)
    for minute in shown:
        other.add(minute, 2.0)

    assert msgspec.msgpack.encode(recent) == before
    assert msgspec.msgpack.encode(with_them) == msgspec.msgpack.encode(other)


@given(MINUTES)
def test_the_last_hour_is_the_sum_of_its_bins(gaps):
    *closed, last = minutes(gaps)
    recent = Recent()
    for minute in closed:
        recent.add(minute, 2.0)

    window = recent.window(0, [last])

    heard = [each for each in minutes(gaps) if last.start + 60 - 3600 <= each.start]
    assert (window.seen, window.authors, window.texts) == (sum(each.seen for each in heard),) * 3
    assert sum(window.authors_by_bin) == window.authors
    assert len(window.authors_by_bin) == window.bins <= 60
    assert window.authors_by_bin[-1] == last.authors
    assert abs(window.expected - 0.7 * window.bins) < 1e-6


@given(MINUTES, st.integers(1, 60))
def test_the_last_point_of_a_chart_is_as_long_as_what_has_passed_of_it_and_so_is_what_is_expected(gaps, elapsed_s):
    told = minutes(gaps)
    recent = Recent()
    for minute in told:
        recent.add(minute, 2.0)
    at = told[-1].start + elapsed_s

    points = recent.chart(told[0].start, at)

    usual_s = 600 if at - told[0].start < 6 * 3600 else 3600
    *before, last = points
    assert (last.start + last.span_s, last.start % usual_s) == (at, 0)
    assert {point.span_s for point in before} <= {usual_s}
    assert abs(last.expected - 0.7 * last.span_s / 60) < 0.011
    assert all(abs(point.expected - 0.7 * usual_s / 60) < 0.011 for point in before)


def test_a_point_that_is_over_is_whole_however_late_the_chart_is_drawn():
    recent = Recent()
    for minute in minutes([(0, 5)] * 20):
        recent.add(minute, 2.0)

    points = recent.chart(60, 60 * 60)

    assert {point.span_s for point in points} == {600}

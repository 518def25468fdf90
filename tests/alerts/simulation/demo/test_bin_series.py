"""A brand's bins as columns."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.simulation.demo.bin_series import BinSeries
from alerts.simulation.demo.picture import bars, spark, top_of
from tests.alerts.simulation.demo.observed import row


def series_of(counts: dict[int, int]) -> BinSeries:
    series = BinSeries(60)
    for minute in sorted(counts):
        series.take(row("a", 60 * minute, counts[minute]))
    return series


@given(counts=st.dictionaries(st.integers(1000, 1239), st.integers(1, 50)), count=st.integers(5, 120))
def test_the_columns_hold_every_mention_of_the_time_shown(counts, count):
    columns = series_of(counts).columns(until=1240 * 60, span_s=240 * 60, count=count)

    length_s = columns[1].start - columns[0].start
    seen = sum(column.seen * min(length_s, 1240 * 60 - column.start) / 60 for column in columns)
    assert round(seen, 6) == sum(counts.values())
    assert len(columns) == count


def test_a_bin_told_again_is_drawn_once():
    series = series_of({1000: 5})

    series.take(row("a", 60 * 1000, 5))

    assert len(series.rows) == 1


def test_what_is_beyond_the_ordinary_is_drawn_in_another_colour():
    columns = series_of({1000: 1, 1001: 20}).columns(until=1002 * 60, span_s=120, count=3)

    lines = bars(columns, height=10, top=top_of(columns))

    assert lines[0].plain == "  █"
    assert lines[-1].plain == " ▄█"
    assert (lines[0].spans[-1].style, lines[-1].spans[-1].style) == ("red", "cyan")
    assert spark(columns).plain == " ▁█"

"""The chain's figures, and the chain itself on one outbreak."""

from alerts.simulation.benchmark.chain import Load, figures, measure_chain
from alerts.simulation.benchmark.figures import Bench


def test_pages_that_never_came_are_counted_and_not_averaged():
    found = figures([1.0, None, 3.0, 2.0], background_per_s=10.0, round_trip_s=0.01)

    assert (found.outbreaks, found.missed) == (4, 1)
    assert (found.median_s, found.worst_s) == (2.0, 3.0)
    assert found.p99_s is not None
    assert 2.9 < found.p99_s <= 3.0


def test_where_nothing_rang_there_is_no_figure():
    found = figures([None], background_per_s=10.0, round_trip_s=0.01)

    assert (found.missed, found.median_s, found.p99_s, found.worst_s) == (1, None, None, None)
    assert len(list(found.shown())) == 1


def test_an_outbreak_reaches_the_pager_through_the_real_chain():
    found = measure_chain(Bench(log=lambda _: None), Load(outbreaks=1, background_per_s=50))

    assert found.missed == 0
    assert (found.median_s or 0.0) > 0
    assert found.round_trip_s > 0

"""The rough world in posts: copies are one text, the watch stage rings for its outbreaks, and all rows are shown."""

from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from rich.table import Table

from alerts.simulation.benchmark import rough, rough_posts
from alerts.simulation.benchmark.figures import Bench
from alerts.simulation.benchmark.rough_posts import POSTS_OF, Posted, bursts, pages_of_posts, posts_by_minute, snapshot
from detectors.bench.rough import OUTBREAK_MIN, ROUGH, Life, RoughRow, Tally, base_world, life
from streams.watch.merged_bin import MergedBin


@pytest.fixture(scope="module")
def lived():
    return life("outages", 0, 1, 1)


def test_each_voice_is_a_post_of_its_own_text_and_a_burst_is_one_text(lived):
    rng = np.random.default_rng(1)
    copies = list(bursts(lived, rng))

    said = [one for _, posts in posts_by_minute(lived, copies, rng) for one in posts]

    assert len(said) == lived.observed[..., 0].sum() + len(copies)
    assert sum(one.is_negative for one in said) - sum(one.is_negative for one in copies) == lived.observed[..., 1].sum()
    assert len({one.text for one in copies}) < len(copies) / 10


def test_a_snapshot_is_counted_as_it_was_posted():
    merged = MergedBin(120)

    merged.add(snapshot(120, [Posted(121, True, 7), Posted(150, False, 8), Posted(150, True, 7)], 1, [1, 2, 3]), 0)

    counted = merged.observation()
    assert (counted.mentions, counted.authors, counted.negative_authors) == (3, 3, 2)
    assert counted.copied > 0
    assert merged.observation(30).mentions == 1


def test_the_watch_stage_rings_for_an_outbreak_and_learns_nothing_from_a_hole_that_is_told(lived):
    found = [pages_of_posts(lived, 0.25, 1, holes_are_known=told) for told in (False, True)]

    for pages in found:
        assert any(lived.onsets[0] <= page < lived.onsets[0] + OUTBREAK_MIN for page in pages)


def test_forty_copies_of_an_angry_post_wake_nobody():
    world = base_world(0)
    quiet = np.zeros((3 * 1440, 60, 2), np.int32)
    quiet[::4, 5] = (1, 0)
    lived = Life(world, quiet, ())
    copies = [Posted(2 * 86_400 + 30 * n, True, 5) for n in range(40)]
    alone = [Posted(2 * 86_400 + 30 * n, True, n) for n in range(40)]

    def rings(said: list[Posted], monkeypatch: pytest.MonkeyPatch) -> bool:
        monkeypatch.setattr(rough_posts, "bursts", lambda *_: said)
        return bool(pages_of_posts(lived, 0.25, 1, copied=True))

    with pytest.MonkeyPatch.context() as patched:
        assert rings(alone, patched)
        assert not rings(copies, patched)


def test_the_table_has_a_row_of_each_roughness_by_counts_and_by_posts(monkeypatch):
    asked = []

    def rows(*, budget: float, brands: int, weeks: int, seed: int, names: Iterable[str]) -> Iterator[RoughRow]:
        asked.append((brands, weeks, seed))
        for name in names:
            tally = Tally()
            tally.take([], (500,), 1)
            yield tally.row(name, "any")

    monkeypatch.setattr(rough, "rough_rows", lambda **told: rows(**told, names=ROUGH))
    monkeypatch.setattr(rough, "posts_rows", lambda **told: rows(**told, names=POSTS_OF))

    figures = rough.measure_rough(Bench(quick=True, seed=3, log=lambda _: None))

    (table,) = figures.shown()
    assert isinstance(table, Table)
    assert table.row_count == len(ROUGH) + len(POSTS_OF)
    assert {seed for _, _, seed in asked} == {3}

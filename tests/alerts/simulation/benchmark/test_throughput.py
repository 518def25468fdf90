"""What throughput is measured on is what it claims to be: so many records, so many of them matching."""

import pytest

from alerts.simulation.benchmark.figures import Bench
from alerts.simulation.benchmark.speed import speed
from alerts.simulation.benchmark.synthetic_mentions import brands, records
from alerts.simulation.benchmark.throughput import (
    QUERIES,
    Size,
    decoded,
    flushes_of,
    ingest,
    measure_throughput,
    naively_matched,
    watch,
)
from detectors.negativity.model import load_scorer
from streams.mention import decode_mention
from streams.queries.matching import Matcher
from streams.wire.flush import decode_flush

TINY = Size(records=300, naive_records=50, runs=1, watched=3, minutes=2)


def test_there_are_a_thousand_different_queries():
    watched = brands(QUERIES)

    assert len({brand.query for brand in watched}) == len({brand.id for brand in watched}) == QUERIES


@pytest.mark.parametrize(("matching", "spread"), [(0.1, True), (1.0, False)])
def test_so_many_of_the_records_match_as_is_said(matching, spread):
    watched = brands(100)
    mentions = [
        decode_mention(record.value or b"")
        for record in records(2_000, watched, matching=matching, per_s=100.0, seed=1, spread=spread)
    ]

    matched = [found for found in Matcher(watched).match(mentions) if found]

    assert len(matched) / 2_000 == pytest.approx(matching, abs=0.03)
    assert all(len(found) == 1 for found in matched)
    assert (len(set(matched)) == 1) != spread


def test_each_measured_piece_of_work_says_how_much_it_did():
    watched = brands(20)
    made = list(records(100, watched, matching=0.5, per_s=50.0, seed=1))
    values = [record.value for record in made if record.value is not None]

    assert ingest(made, Matcher(watched), load_scorer()) == 100
    assert decoded(values) == 100
    assert naively_matched(values, watched) == 100


def test_the_flushes_hold_every_mention_and_the_watch_stage_works_through_their_time():
    watched = brands(5)

    flushes = [decode_flush(data) for data in flushes_of(watched, per_min=30.0, minutes=4, seed=1)]
    latest = {
        (snapshot.brand, snapshot.start): sum(snapshot.mentions) for flush in flushes for snapshot in flush.snapshots
    }

    assert sum(latest.values()) == 5 * 30 * 4
    assert len(flushes) == 240
    assert watch(flushes_of(watched, per_min=30.0, minutes=4, seed=1), watched, 4) == 20


def test_a_speed_is_the_median_between_the_slowest_and_the_fastest_run():
    done = []

    def work():
        done.append(sum(range(20_000)))
        return 1_000

    found = speed(work, runs=3)

    assert len(done) == 4  # one to warm up
    assert 0 < found.least <= found.per_s <= found.most
    assert found.runs == 3


def test_every_line_of_the_section_has_a_speed_and_the_peers_are_among_them():
    found = measure_throughput(Bench(log=lambda _: None), TINY)

    assert all(row.speed.per_s > 0 for row in found.rows)
    assert [row.unit for row in found.rows] == ["mentions"] * 4 + ["brand-bins"] * 3
    assert sum(row.aim is not None for row in found.rows) == 3
    assert len(list(found.shown())) == 2

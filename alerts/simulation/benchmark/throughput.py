"""How much one core carries: stage 1 whole, and the watch stage, without Kafka and beside simpler things."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec
import numpy as np
from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from alerts.simulation.benchmark.clock_speed import ClockSpeedFigures, measure_clock_speed
from alerts.simulation.benchmark.figures import Bench
from alerts.simulation.benchmark.speed import Speed, speed
from alerts.simulation.benchmark.synthetic_mentions import brands, records
from detectors.negativity.model import load_scorer
from detectors.negativity.scorer import NegativityScorer
from detectors.series.peers import holt_winters
from streams.brand import Brand
from streams.ingest.ingest import PartitionIngest
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.watch.brand_watch import WatchSettings
from streams.watch.watch import WatchPartition
from streams.wire.flush import decode_flush, encode_flush
from streams.wire.record import Record

QUERIES, NAIVE_QUERIES = 1_000, 50
FETCH = 2_000
"""Records in a fetch, as the ingest service asks for them."""
FLUSH_EVERY = 20_000
"""Records between two flushes, and mentions in a second of event time: a flush a second at a full core's load."""
_PEER_BINS = 20_000
AIMS = {"one in ten matches": 36_000.0, "all match one brand": 20_000.0}
WATCH_AIM = 100_000 / 60
"""100,000 brands on one core, a bin of each in a minute; most brands are spoken of less than once a minute."""


class Carried(Struct, frozen=True, kw_only=True):
    """One line: what was measured, its speed, and what it is aimed at where there is an aim."""

    what: str
    unit: str
    speed: Speed
    aim: float | None = None


class ThroughputFigures(Struct, frozen=True):
    """Speeds of one core, in its own time, and what listening costs at the clock's speed where a Kafka was named."""

    rows: tuple[Carried, ...]
    at_the_clocks_speed: ClockSpeedFigures | None = None

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table."""
        table = Table(title="One core, per second of its own time (slowest – fastest run)", title_justify="left")
        for heading in ("what", "unit", "per second", "aim"):
            table.add_column(heading, justify="right" if heading in {"per second", "aim"} else "left")
        for row in self.rows:
            table.add_row(row.what, row.unit, str(row.speed), f"{row.aim:,.0f}" if row.aim else "")
        yield table
        if self.at_the_clocks_speed is None:
            yield "At the clock's speed: left out, for no Kafka was named (`--brokers HOST:PORT`)."
        else:
            yield from self.at_the_clocks_speed.shown()


class Size(Struct, frozen=True, kw_only=True):
    """How much is measured."""

    records: int
    naive_records: int
    runs: int
    watched: int
    minutes: int


FULL = Size(records=200_000, naive_records=20_000, runs=5, watched=1_000, minutes=20)
QUICK = Size(records=40_000, naive_records=4_000, runs=3, watched=300, minutes=5)


def measure_throughput(bench: Bench, size: Size | None = None) -> ThroughputFigures:
    """Measure all lines, one after another on one core."""
    size = size or (QUICK if bench.quick else FULL)
    # First, for whoever named no Kafka that answers need not wait to hear of it.
    listening = measure_clock_speed(bench) if bench.brokers else None
    return ThroughputFigures((*_stage_one(bench, size), *_watch_stage(bench, size)), listening)


def _stage_one(bench: Bench, size: Size) -> Iterator[Carried]:
    watched, scorer = brands(QUERIES), load_scorer()
    for name, matching in (("one in ten matches", 0.1), ("all match one brand", 1.0)):
        bench.log(f"throughput: stage 1, {name}")
        made = list(
            records(size.records, watched, matching=matching, per_s=FLUSH_EVERY, seed=bench.seed, spread=matching < 1)
        )
        matcher = Matcher(watched)
        yield Carried(
            what=f"stage 1 whole, {QUERIES:,} queries, {name}",
            unit="mentions",
            speed=speed(lambda made=made, matcher=matcher: ingest(made, matcher, scorer), size.runs),  # type: ignore[misc]
            aim=AIMS[name],
        )
    bench.log("throughput: peers of stage 1")
    values = [record.value for record in made if record.value is not None]
    yield Carried(
        what="msgspec decodes the record, and nothing else",
        unit="mentions",
        speed=speed(lambda: decoded(values), size.runs),
    )
    few = values[: size.naive_records]
    yield Carried(
        what=f"json.loads and a regular expression for each of {NAIVE_QUERIES} queries",
        unit="mentions",
        speed=speed(lambda: naively_matched(few, watched[:NAIVE_QUERIES]), size.runs),
    )


def ingest(made: Sequence[Record], matcher: Matcher, scorer: NegativityScorer) -> int:
    """Take the records in fetches, flush about once a second, encode the flushes; return the number of records."""
    stage = PartitionIngest(0, 1, matcher, scorer)
    for begin in range(0, len(made), FETCH):
        stage.take(made[begin : begin + FETCH])
        if (begin + FETCH) % FLUSH_EVERY == 0:
            _flushed(stage)
    _flushed(stage)
    return len(made)


def _flushed(stage: PartitionIngest) -> list[bytes]:
    return [encode_flush(part) for parts in stage.flush(0.0) for part in parts]


def decoded(values: Sequence[bytes]) -> int:
    """Decode the records."""
    decode = msgspec.json.Decoder(Mention).decode
    for value in values:
        decode(value)
    return len(values)


def naively_matched(values: Sequence[bytes], watched: Sequence[Brand]) -> int:
    """Decode the records with the standard library, and try each brand's name on each."""
    patterns = [re.compile(rf"\b{re.escape(brand.name)}\b", re.IGNORECASE) for brand in watched]
    for value in values:
        content = json.loads(value)["content"]
        for pattern in patterns:
            pattern.search(content)
    return len(values)


def _watch_stage(bench: Bench, size: Size) -> Iterator[Carried]:
    watched = brands(size.watched)
    for per_min in (1.0, 0.1):
        bench.log(f"throughput: watch stage, {per_min:g} mentions a minute for each brand")
        flushes = flushes_of(watched, per_min=per_min, minutes=size.minutes, seed=bench.seed)
        yield Carried(
            what=f"watch stage, a flush a second, {per_min:g} mentions a minute of each of {len(watched):,} brands",
            unit="brand-bins",
            aim=WATCH_AIM if per_min < 1 else None,
            speed=speed(lambda flushes=flushes: watch(flushes, watched, size.minutes), size.runs),  # type: ignore[misc]
        )
    bench.log("throughput: peer of the watch stage")
    # River's season cannot begin on a day without any.
    bins = np.random.default_rng(bench.seed).poisson(0.2, _PEER_BINS).tolist()
    yield Carried(
        what="River's Holt–Winters forecast of negative mentions, and nothing else",
        unit="brand-bins",
        speed=speed(lambda: sum(1 for _ in holt_winters(bins)), size.runs),
    )


def flushes_of(watched: list[Brand], *, per_min: float, minutes: int, seed: int) -> list[bytes]:
    """Return the encoded flushes, one a second of event time, of mentions that all speak of one of the brands."""
    per_s = max(1.0, per_min * len(watched) / 60.0)
    made = records(int(per_s * 60 * minutes), watched, matching=1.0, per_s=per_s, seed=seed)
    stage = PartitionIngest(0, 1, Matcher(watched), load_scorer())
    flushes: list[bytes] = []
    for _, second in groupby(made, key=lambda record: int(record.timestamp_s)):
        stage.take(list(second))
        flushes += _flushed(stage)
    return flushes


def watch(flushes: Sequence[bytes], watched: Sequence[Brand], minutes: int) -> int:
    """Work through the flushes; return the number of bins of all brands that passed."""
    stage = WatchPartition(0, watched, WatchSettings(), {})
    for flush in flushes:
        stage.take(decode_flush(flush))
    return len(watched) * minutes

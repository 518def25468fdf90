"""What hearing Bluesky costs: frames in, matching mentions out, beside the standard library; whether memory grows."""

import gc
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import zstandard
from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from alerts.simulation.benchmark.bluesky_frames import frames, loaded, mean_bytes
from alerts.simulation.benchmark.figures import Bench
from alerts.simulation.benchmark.speed import Speed, speed
from alerts.simulation.benchmark.synthetic_mentions import START_S, brands
from alerts.simulation.services.jetstream_query import Wire
from streams.queries.matching import Matcher
from streams.sources.bluesky.compression import Inflater
from streams.sources.bluesky.connection import MOST_FRAMES
from streams.sources.bluesky.frames import DECODERS
from streams.sources.bluesky.given_posts import GivenPosts
from streams.sources.bluesky.place import Cursor, Place
from streams.sources.bluesky.progress import Progress
from streams.sources.bluesky.reading import Reading

QUERIES = 1_000
MATCHING = 0.02
AIM = 20_000.0
"""Events a second on one core: a hundred times what the network tells, so that a day missed is read in minutes."""
_DICTIONARY_ID = 1
_REMEMBERED = 500_000
_STATM = Path("/proc/self/statm")


class Size(Struct, frozen=True, kw_only=True):
    """How much is measured: ``events`` at a time for speed, ``events_in_all`` for memory."""

    events: int
    runs: int
    events_in_all: int


FULL = Size(events=100_000, runs=5, events_in_all=10_000_000)
QUICK = Size(events=20_000, runs=3, events_in_all=1_000_000)


class Heard(Struct, frozen=True, kw_only=True):
    """One line: what was done with each event, and how many a second."""

    what: str
    speed: Speed
    aim: float | None = None


class BlueskyFigures(Struct, frozen=True, kw_only=True):
    """Speeds of one core, in its own time; and the memory held after a tenth of the events and after all of them.

    Parameters
    ----------
    mean_bytes
        Of a frame of ``v1``, uncompressed.
    events
        Read for the figures of memory.
    early_mb, late_mb
        Resident memory after a tenth of them and after all; ``None`` where the system does not tell it.
    """

    rows: tuple[Heard, ...]
    mean_bytes: float
    events: int
    early_mb: float | None
    late_mb: float | None

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table."""
        title = f"Events of Bluesky, {self.mean_bytes:.0f} bytes each, per second of one core's own time"
        table = Table(title=title, title_justify="left")
        for heading in ("what", "per second", "aim"):
            table.add_column(heading, justify="left" if heading == "what" else "right")
        for row in self.rows:
            table.add_row(row.what, str(row.speed), f"{row.aim:,.0f}" if row.aim else "")
        yield table
        if self.early_mb is None or self.late_mb is None:
            yield "Memory: this system does not tell it."
        else:
            yield (
                f"Memory held after {self.events // 10:,} events: {self.early_mb:,.1f} MB; after {self.events:,}: "
                f"{self.late_mb:,.1f} MB."
            )


def measure_bluesky(bench: Bench, size: Size | None = None) -> BlueskyFigures:
    """Measure all lines, one after another on one core; then read on, for memory."""
    size = size or (QUICK if bench.quick else FULL)
    watched = brands(QUERIES)
    matcher = Matcher(watched)
    rows: list[Heard] = []
    plain: list[bytes] = []
    wires: tuple[Wire, ...] = ("v2", "v1")
    for wire in wires:
        bench.log(f"bluesky: wire {wire}")
        plain = frames(size.events, watched, wire=wire, matching=MATCHING, seed=bench.seed)
        what = f"wire {wire}: read, made mentions of, matched with {QUERIES:,} queries"
        rows.append(Heard(what=what, aim=AIM, speed=_speed(plain, matcher, wire, Inflater(), size)))
    dictionary = zstandard.train_dictionary(112_640, list(plain[:20_000]), dict_id=_DICTIONARY_ID).as_bytes()
    compress = zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(dictionary)).compress
    packed = [compress(frame) for frame in plain]
    what = f"the same, compressed to {mean_bytes(packed):.0f} bytes"
    rows.append(Heard(what=what, aim=AIM, speed=_speed(packed, matcher, "v1", Inflater(dictionary), size)))
    bench.log("bluesky: peer")
    rows.append(Heard(what="wire v1: json.loads, and nothing else", speed=speed(lambda: loaded(plain), size.runs)))
    bench.log(f"bluesky: memory over {size.events_in_all:,} events")
    early_mb, late_mb = memory(plain, matcher, size.events_in_all)
    return BlueskyFigures(
        rows=tuple(rows),
        mean_bytes=round(mean_bytes(plain), 1),
        events=size.events_in_all,
        early_mb=early_mb,
        late_mb=late_mb,
    )


def _speed(made: Sequence[bytes], matcher: Matcher, wire: Wire, inflate: Inflater, size: Size) -> Speed:
    return speed(lambda: read_and_match(made, matcher, reading(wire, inflate)), size.runs)


def reading(wire: Wire, inflate: Inflater) -> Reading:
    """Return what reads a connection that began at the present."""
    place = Place(wire=wire, host="made-up")
    return Reading(
        "made-up", DECODERS[wire], inflate, Progress(place, wire, "made-up", Cursor()), GivenPosts(_REMEMBERED)
    )


def read_and_match(made: Sequence[bytes], matcher: Matcher, read: Reading) -> int:
    """Read frames as the source does, match what they hold; return how many frames there were."""
    for begin in range(0, len(made), MOST_FRAMES):
        taken = read.take(made[begin : begin + MOST_FRAMES], START_S * 1.5)
        matcher.match(taken.mentions)
    return len(made)


def memory(made: Sequence[bytes], matcher: Matcher, events: int) -> tuple[float | None, float | None]:
    """Hear the same frames over and over; return the memory held after a tenth of all events, and after all, MB."""
    read = reading("v1", Inflater())
    early: float | None = None
    heard = 0
    while heard < events:
        heard += read_and_match(made, matcher, read)
        if early is None and heard >= events // 10:
            early = resident_mb()
    return early, resident_mb()


def resident_mb() -> float | None:
    """Return what this process holds of memory, MB; ``None`` where the system does not tell it as Linux does."""
    gc.collect()
    if not _STATM.exists():
        return None
    return round(int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)

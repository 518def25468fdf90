"""From a post to the pager, through the real chain: broker, worker, web page and a pager that is an inbox."""

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Iterator, Sequence
from random import Random
from statistics import median

import numpy as np
from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from alerts.simulation.benchmark.figures import Bench
from alerts.simulation.demo.chain import Chain, running_chain
from alerts.simulation.stories.story import StoryBrand
from alerts.simulation.stories.strands import called
from streams.connectors.sink import MentionSink
from streams.mention import Author, Mention

AIM_S = 3.0
_PATIENCE_S, _WARM_UP_S = 20.0, 60.0
_HISTORY_H = 6
_PER_MIN = 0.3
_AUTHORS = 60
_LOOK_S = 0.02
_CALM = ("Waiting at {} as every morning.", "{} opens its new entrance on Monday.", "Anyone else at {} today?")
_ANGRY = (
    "{} lied to us and people are suffering. Absolutely disgraceful, I am furious.",
    "This is a scandal. {} has failed its patients again, shame on them!",
    "Horrible, dangerous and nobody at {} takes the blame. I am disgusted.",
)


class ChainFigures(Struct, frozen=True, kw_only=True):
    """Seconds from the sending of an outbreak's first mention to the pager's receipt of its page.

    ``background_per_s`` is what was sent beside them, ``round_trip_s`` the median time for one record to be sent and
    acknowledged by the same broker at the same time: nothing on it can be faster.
    """

    outbreaks: int
    missed: int
    background_per_s: float
    median_s: float | None
    p99_s: float | None
    worst_s: float | None
    round_trip_s: float
    aim_p99_s: float = AIM_S

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table."""
        table = Table(title="From an outbreak's first mention to the pager, seconds", title_justify="left")
        for heading in (
            "outbreaks",
            "missed",
            "beside them, a second",
            "median",
            "p99",
            "worst",
            "aim",
            "broker alone",
        ):
            table.add_column(heading, justify="right")
        table.add_row(
            str(self.outbreaks),
            str(self.missed),
            f"{self.background_per_s:,.0f}",
            *("–" if value is None else f"{value:.2f}" for value in (self.median_s, self.p99_s, self.worst_s)),
            f"{self.aim_p99_s:g} at p99",
            f"{self.round_trip_s:.3f}",
        )
        yield table


class Load(Struct, frozen=True, kw_only=True):
    """How many outbreaks, and how much beside them."""

    outbreaks: int
    background_per_s: int


FULL = Load(outbreaks=25, background_per_s=2_000)
QUICK = Load(outbreaks=6, background_per_s=500)


def measure_chain(bench: Bench, load: Load | None = None) -> ChainFigures:
    """Start the chain, let one brand after another break out beside a load, and stop it."""
    return asyncio.run(_measured(bench, load or (QUICK if bench.quick else FULL)))


async def _measured(bench: Bench, load: Load) -> ChainFigures:
    # One brand more than is measured: the first outbreak warms up what is compiled and connected on first use.
    watched = tuple(
        called(f"brand-{number:02}", f"Brand {number:02}", f"brandno{number:02}", f"brand number {number:02}")
        for number in range(load.outbreaks + 1)
    )
    random = Random(bench.seed)  # noqa: S311 – chooses moments, guards nothing
    async with running_chain([brand.watched for brand in watched], lambda doing: bench.log(f"chain: {doing}")) as chain:
        with MentionSink(chain.kafka, "benchmark") as sink:
            now = time.time()
            await asyncio.to_thread(_send_history, sink, watched, now, random)
            background = _Background(sink, load.background_per_s)
            background.start()
            try:
                delays: list[float | None] = []
                for number, brand in enumerate(watched):
                    # At any moment of a second: ingest flushes once in each.
                    await asyncio.sleep(1.0 + random.random())
                    delay = await _outbreak(chain, sink, brand, _PATIENCE_S if number else _WARM_UP_S)
                    if number:
                        delays.append(delay)
                        bench.log(f"chain: outbreak {number} of {load.outbreaks}: {_described(delay)}")
                sent_per_s = background.rate()
                round_trips = await asyncio.to_thread(_round_trips, sink)
            finally:
                background.stop()
    if background.failure is not None:
        raise background.failure
    return figures(delays, background_per_s=sent_per_s, round_trip_s=round_trips)


def figures(delays: Sequence[float | None], *, background_per_s: float, round_trip_s: float) -> ChainFigures:
    """Return the delays' median, 99th percentile and worst; ``None`` stands for a page that never came."""
    paged = [delay for delay in delays if delay is not None]
    return ChainFigures(
        outbreaks=len(delays),
        missed=len(delays) - len(paged),
        background_per_s=round(background_per_s, 1),
        median_s=round(median(paged), 3) if paged else None,
        p99_s=round(float(np.percentile(paged, 99)), 3) if paged else None,
        worst_s=round(max(paged), 3) if paged else None,
        round_trip_s=round(round_trip_s, 4),
    )


def _send_history(sink: MentionSink, watched: Sequence[StoryBrand], now: float, random: Random) -> None:
    """Send some hours of ordinary talk of all brands, in order, up to now."""
    began = now - 3_600.0 * _HISTORY_H
    count = int(60 * _HISTORY_H * _PER_MIN * len(watched))
    for number, at in enumerate(sorted(began + random.random() * (now - began) for _ in range(count))):
        brand = watched[int(random.random() * len(watched))]
        sink.send(_mention(f"calm-{number}", at, _CALM[number % len(_CALM)].format(brand.calls[1])))
    sink.send_heartbeats(int(now))


async def _outbreak(chain: Chain, sink: MentionSink, brand: StoryBrand, patience_s: float) -> float | None:
    """Send an outbreak at once and return the seconds until its page; ``None`` where it does not come."""
    began = time.time()
    for number in range(_AUTHORS):
        text = _ANGRY[number % len(_ANGRY)].format(brand.calls[1])
        sink.send(_mention(f"{brand.id}-{number}", time.time(), text))
    while time.time() < began + patience_s:
        chain.check()
        for item in chain.inbox.store.received("pagerduty", "trigger"):
            if item.body["dedup_key"].startswith(brand.id):
                return item.at - began
        await asyncio.sleep(_LOOK_S)
    return None


def _round_trips(sink: MentionSink) -> float:
    times = []
    for number in range(20):
        began = time.perf_counter()
        sink.send(_mention(f"round-trip-{number}", time.time(), "Nothing of note.")).get(timeout=_PATIENCE_S)
        times.append(time.perf_counter() - began)
    return median(times)


def _mention(number: str, at: float, text: str) -> Mention:
    return Mention(
        id=f"simulated:chain/{number}",
        published=dt.datetime.fromtimestamp(at, dt.UTC),
        content=text,
        source="simulated-microblog",
        language="en",
        author=Author(id=f"simulated:person/{number}", name=f"Simulated person {number}"),
    )


def _described(delay: float | None) -> str:
    return "no page" if delay is None else f"{delay:.2f} s"


class _Background(threading.Thread):
    """Mentions of nobody who is watched, at an even speed."""

    def __init__(self, sink: MentionSink, per_s: int) -> None:
        super().__init__(name="background", daemon=True)
        self.failure: Exception | None = None
        self._sink = sink
        self._per_s = per_s
        self._sent = 0
        self._began = 0.0
        self._stopped = threading.Event()

    def run(self) -> None:
        """Send until stopped; a failure is kept."""
        self._began = time.monotonic()
        try:
            while not self._stopped.wait(_LOOK_S):
                due = int((time.monotonic() - self._began) * self._per_s)
                for number in range(self._sent, due):
                    text = f"Lovely weather over the hills today, number {number}"
                    self._sink.send(_mention(f"beside-{number}", time.time(), text))
                self._sent = max(self._sent, due)
        except Exception as error:  # noqa: BLE001 – told by the thread that asks for it
            self.failure = error

    def rate(self) -> float:
        """Return the mentions sent in a second, so far."""
        return self._sent / (time.monotonic() - self._began)

    def stop(self) -> None:
        """Stop, and wait for the thread to end."""
        self._stopped.set()
        self.join()

"""What listening costs at the clock's speed: a worker on a real Kafka, its CPU time, and the bytes on the topics."""

import asyncio
import math
import re
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml
from kafka.errors import KafkaError
from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from alerts.errors import AlertsError
from alerts.simulation.benchmark.figures import Bench
from alerts.simulation.benchmark.synthetic_mentions import brands, mentions
from alerts.simulation.demo.processes import CommandProcess
from streams.connectors.sink import MentionSink
from streams.errors import KafkaUnavailableError
from streams.kafka.administration.topics import connect_admin, ensure_topics
from streams.kafka.broker.embedded import free_port
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES, MENTIONS
from streams.sources.trust import trusted

BRANDS, PER_S, PARTITIONS = 300, 530.0, 4
CORES_AIM, BYTES_AIM, START_AIM_S = 0.2, 2.0, 30.0
_WARM_UP_S = 130.0
"""Before anything is measured: until then no bin closes, and the first ones hold less than later ones."""
_READY_S = 90.0
_HEARTBEAT_S = 0.02
_KAFKA_S = 20.0
_CHANGELOG = "watch-states-changelog"


class ClockSpeedFigures(Struct, frozen=True, kw_only=True):
    """What a worker with all stages took and wrote in ``seconds``, at the pace at which people speak.

    ``cores`` is its CPU time by the seconds measured, ``memory_mb`` what it held at the end, ``start_s`` how long it
    took until it was ready when it was then started anew. Bytes are the sizes of the topics' logs as Kafka keeps them,
    without copies; ``written`` is of the topics that the worker writes, by name.
    """

    seconds: float
    brands: int
    mentions: int
    cores: float
    memory_mb: float
    start_s: float
    mentions_bytes: int
    written: dict[str, int]
    ratio: float
    """Bytes of ``flushes`` and of the watch stage's changelog, for each byte of the mentions."""
    cores_aim: float = CORES_AIM
    start_aim: float = START_AIM_S
    ratio_aim: float = BYTES_AIM

    def shown(self) -> Iterator[RenderableType]:
        """Yield the tables."""
        table = Table(
            title=f"At the clock's speed, {self.seconds:,.0f} s: {self.brands} brands, "
            f"{self.mentions / self.seconds:,.0f} mentions a second",
            title_justify="left",
        )
        for heading in ("what", "measured", "aim"):
            table.add_column(heading, justify="left" if heading == "what" else "right")
        table.add_row("the worker, in cores", f"{self.cores:.3f}", f"{self.cores_aim:g}")
        table.add_row("its memory, MB", f"{self.memory_mb:,.0f}", "")
        table.add_row("the next one's start until it is ready, s", f"{self.start_s:.1f}", f"{self.start_aim:g}")
        table.add_row("mentions, bytes", f"{self.mentions_bytes:,}", "")
        for topic, size in sorted(self.written.items(), key=lambda item: -item[1]):
            table.add_row(f"{topic}, bytes", f"{size:,}", "")
        table.add_row("flushes and changelog, by the mentions' bytes", f"{self.ratio:.2f}", f"{self.ratio_aim:g}")
        yield table


def measure_clock_speed(bench: Bench, warm_up_s: float = _WARM_UP_S) -> ClockSpeedFigures:
    """Start a worker on topics of its own, send it mentions as people write them, and measure what it takes.

    Raises
    ------
    TocsinError
        Where no Kafka answers, it does not tell the sizes of its logs, or the worker ends by itself.
    """
    mine = f"tocsin-bench-{uuid.uuid4().hex[:8]}"
    settings = KafkaSettings(brokers=bench.brokers, topic_prefix=f"{mine}.", group=mine, partitions=PARTITIONS)
    ensure_topics(settings)
    try:
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
            return asyncio.run(_measured(bench, settings, Path(folder), warm_up_s))
    finally:
        _delete_topics(settings)


async def _measured(bench: Bench, settings: KafkaSettings, folder: Path, warm_up_s: float) -> ClockSpeedFigures:
    port = free_port()
    address = f"http://127.0.0.1:{port}/metrics"
    configuration = folder / "tocsin.yml"
    configuration.write_text(yaml.safe_dump(_configuration(settings, port)), encoding="utf-8")
    bench.log("clock speed: starting the worker")
    with CommandProcess(["worker"], configuration) as worker, MentionSink(settings, "benchmark") as sink:
        await worker.await_answer(address, _READY_S)
        speakers = _Speakers(sink, warm_up_s + bench.seconds + 4 * _READY_S, bench.seed)
        speakers.start()
        try:
            await _until_read(worker, address, _READY_S)
            await asyncio.sleep(warm_up_s)
            began, before, sizes = time.monotonic(), await _metrics(address), await _sizes(settings)
            bench.log(f"clock speed: measuring for {bench.seconds:,.0f} s")
            await asyncio.sleep(bench.seconds)
            worker.check()
            lasted, after, grown = time.monotonic() - began, await _metrics(address), await _sizes(settings)
            bench.log("clock speed: starting the worker anew")
            await asyncio.to_thread(worker.stop)
            started = time.monotonic()
            worker.start()
            await worker.await_answer(f"http://127.0.0.1:{port}/readyz", _READY_S)
            start_s = time.monotonic() - started
        finally:
            speakers.stop()
    if speakers.failure is not None:
        raise speakers.failure
    return figures(lasted, start_s, before, after, {name: size - sizes.get(name, 0) for name, size in grown.items()})


def figures(
    seconds: float, start_s: float, before: Mapping[str, float], after: Mapping[str, float], grown: Mapping[str, int]
) -> ClockSpeedFigures:
    """Return what is between two readings of the worker's metrics, and by how much each topic has grown."""
    written = {name: size for name, size in grown.items() if size and name != MENTIONS.name}
    kept = written.get(FLUSHES.name, 0) + written.get(_CHANGELOG, 0)
    grew = grown.get(MENTIONS.name, 0)
    return ClockSpeedFigures(
        seconds=round(seconds, 1),
        brands=BRANDS,
        mentions=int(after["tocsin_mentions_total"] - before.get("tocsin_mentions_total", 0)),
        cores=round((after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]) / seconds, 3),
        start_s=round(start_s, 1),
        memory_mb=round(after["process_resident_memory_bytes"] / 1e6, 1),
        mentions_bytes=grew,
        written=written,
        ratio=round(kept / grew, 3) if grew else math.nan,
    )


def _configuration(settings: KafkaSettings, port: int) -> dict[str, Any]:
    return {
        "kafka": {
            "brokers": list(settings.brokers),
            "group": settings.group,
            "topic_prefix": settings.topic_prefix,
            "partitions": settings.partitions,
        },
        "metrics": {"port": port},
        "links": {"keys": [uuid.uuid4().hex * 2]},
        # Nobody is told: what it costs to tell somebody is no part of listening.
        "policies": [{"id": "default", "steps": [{"notify": ["nobody"]}]}],
        "receivers": [{"id": "nobody", "webhook": {"url": "http://127.0.0.1:9/", "secret": "whsec_" + "A" * 32}}],
        "brands": [{"id": brand.id, "name": brand.name, "query": brand.query} for brand in brands(BRANDS)],
    }


async def _until_read(worker: CommandProcess, address: str, patience_s: float) -> None:
    """Wait until the worker has read a mention."""
    deadline = time.monotonic() + patience_s
    while not (await _metrics(address)).get("tocsin_mentions_total"):
        worker.check()
        if time.monotonic() > deadline:
            raise AlertsError(f"the worker read no mention in {patience_s:.0f} s; {worker.output()}")
        await asyncio.sleep(0.5)


async def _metrics(address: str) -> dict[str, float]:
    """Return the worker's metrics by name, summed over their labels."""
    async with httpx.AsyncClient(trust_env=False, timeout=_KAFKA_S, verify=trusted()) as client:
        text = (await client.get(address)).text
    totals: dict[str, float] = {}
    for name, value in re.findall(r"^(\w+)(?:\{.*\})? (\S+)$", text, re.MULTILINE):
        totals[name] = totals.get(name, 0.0) + float(value)
    if "process_cpu_seconds_total" not in totals:
        raise AlertsError("the worker does not tell its CPU time: it is measured on Linux alone")
    return totals


async def _sizes(settings: KafkaSettings) -> dict[str, int]:
    """Return the bytes of each of our topics, without the prefix and the group's name."""
    return await asyncio.to_thread(topic_sizes, settings)


def topic_sizes(settings: KafkaSettings) -> dict[str, int]:
    """Return the sizes of the logs of all topics of ours and of our group, the largest copy of each partition.

    Raises
    ------
    KafkaUnavailableError
        Where Kafka does not tell; the embedded broker does not.
    """
    admin = connect_admin(settings, _KAFKA_S)
    try:
        described = admin.describe_log_dirs()
    except (KafkaError, OSError, ValueError, TypeError) as error:
        raise KafkaUnavailableError(
            f"Kafka at {', '.join(settings.brokers)} does not tell the sizes of its logs ({error!r}); "
            "name an Apache Kafka, the embedded broker cannot"
        ) from error
    finally:
        admin.close()
    copies: dict[tuple[str, int], int] = {}
    for name, partition, size in _logs(described):
        copies[name, partition] = max(size, copies.get((name, partition), 0))
    sizes: dict[str, int] = {}
    for (name, _), size in copies.items():
        for ours in (settings.topic_prefix, f"{settings.group}-"):
            if name.startswith(ours):
                short = name.removeprefix(ours)
                sizes[short] = sizes.get(short, 0) + size
                break
    return sizes


def _logs(described: Any) -> Iterator[tuple[str, int, int]]:
    for broker in described:
        for folder in broker["log_dirs"]:
            for topic in folder["topics"]:
                for partition in topic["partitions"]:
                    yield topic["name"], partition["partition_index"], partition["partition_size"]


def _delete_topics(settings: KafkaSettings) -> None:
    """Leave nothing behind: the topics are of this run alone."""
    admin = connect_admin(settings, _KAFKA_S)
    try:
        ours = (settings.topic_prefix, f"{settings.group}-")
        admin.delete_topics([name for name in admin.list_topics() if name.startswith(ours)])
    finally:
        admin.close()


class _Speakers(threading.Thread):
    """Sends mentions at an even pace, each when it is published."""

    def __init__(self, sink: MentionSink, seconds: float, seed: int) -> None:
        super().__init__(name="speakers", daemon=True)
        self.failure: Exception | None = None
        self._sink = sink
        self._count = int(seconds * PER_S)
        self._seed = seed
        self._stopped = threading.Event()

    def run(self) -> None:
        """Send until stopped; a failure is kept."""
        made = mentions(
            self._count, brands(BRANDS), matching=1.0, per_s=PER_S, seed=self._seed, start_s=time.time() + 1.0
        )
        try:
            for mention in made:
                while mention.published.timestamp() > time.time():
                    if self._stopped.wait(_HEARTBEAT_S):
                        return
                self._sink.send(mention)
        except Exception as error:  # noqa: BLE001 – told by the thread that asks for it
            self.failure = error

    def stop(self) -> None:
        """Stop, and wait for the thread to end."""
        self._stopped.set()
        self.join()

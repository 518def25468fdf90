"""``tocsin`` of the working directory, with what it works on written down, and made to wait at random.

A script and no module: it runs the product of another checkout too, whose tests may know nothing of it. Two
environment variables say what it does, and no code of the product knows of either:

``SOAK_TRACE``
    The file to which a line is appended for each flush, verdict and command that is worked on, each seek, and each
    assignment. Written by single ``write`` calls, so that a killed process has lost nothing of it.
``SOAK_DELAYS``
    A seed. Calls at which a stage's position, its place in the group or its records change hands wait at random, so
    that races which an idle machine loses once in a thousand rebalances are lost in the first.
"""

import asyncio
import functools
import hashlib
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

DELAYED: tuple[tuple[str, str, tuple[str, ...], float, float], ...] = (
    ("aiokafka.consumer.consumer", "AIOKafkaConsumer", ("getmany",), 0.01, 0.3),
    ("aiokafka.consumer.consumer", "AIOKafkaConsumer", ("commit", "position", "end_offsets", "committed"), 0.1, 0.5),
    ("aiokafka.producer.producer", "AIOKafkaProducer", ("send",), 0.01, 0.3),
    (
        "aiokafka.producer.producer",
        "AIOKafkaProducer",
        ("start", "begin_transaction", "commit_transaction", "abort_transaction", "send_offsets_to_transaction"),
        0.1,
        0.5,
    ),
    (
        "streams.kafka.stages.stage_reader",
        "StageReader",
        ("_begin", "_store", "_commit", "_revoked", "_adopt_all"),
        0.1,
        0.6,
    ),
    ("streams.adapters.ingest_service", "IngestService", ("_adopt", "_flush", "_commit", "_let_go"), 0.05, 0.6),
    ("alerts.kafka.outbox_service", "OutboxService", ("_adopt", "_attempt", "_write", "_let_go"), 0.1, 0.6),
    ("alerts.kafka.outbox_partitions", "OutboxPartitions", ("adopt", "let_go"), 0.1, 0.6),
    ("alerts.kafka.outbox_writers", "OutboxWriters", ("write",), 0.1, 0.6),
    ("alerts.kafka.outbox_sender", "OutboxSender", ("_attempt",), 0.1, 0.6),
    ("aiokafka.consumer.group_coordinator", "GroupCoordinator", ("_on_join_prepare", "_on_join_complete"), 0.4, 1.0),
    (
        "faust.transport.consumer",
        "Consumer",
        ("perform_seek", "on_partitions_assigned", "on_partitions_revoked", "_commit_offsets"),
        0.5,
        1.5,
    ),
    ("faust.tables.recovery", "Recovery", ("_resume_streams", "_seek_offsets", "on_recovery_completed"), 0.5, 1.5),
)
"""Module, class, methods, how likely a call waits, and how long at most (seconds); half of it before, half after."""

BEFORE = {
    "streams.kafka.stages.stage_reader": "streams.stage_reader",
    "streams.adapters.ingest_service": "streams.ingest_service",
    "alerts.kafka.outbox_service": "alerts.outbox_service",
    "alerts.incidents.brand_incidents": "alerts.lifecycle",
}
"""Where versions that an upgrade begins with have a module."""


def module_of(name: str) -> Any:
    """Import a module, wherever this version of the product has it."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return importlib.import_module(BEFORE.get(name, name))


class Trace:
    """A file of JSON lines."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, what: str, **fields: Any) -> None:
        """Append one line."""
        os.write(self._file, json.dumps({"at": time.time(), "what": what, **fields}).encode() + b"\n")


def digest(value: bytes) -> str:
    """Return by what a record's value is found again."""
    return hashlib.blake2b(value, digest_size=8).hexdigest()


def trace(path: str) -> None:
    """Write down what the stages are handed."""
    lines = Trace(path)
    lines.write("start", pid=os.getpid(), checkout=str(Path.cwd()))
    flush: Any = importlib.import_module("streams.wire.flush")
    # Before whoever works on flushes takes the name for itself.
    flush.decode_flush = _told(flush.decode_flush, lambda data: lines.write("flush", digest=digest(data)))
    lifecycle = module_of("alerts.incidents.brand_incidents")
    for name, what in (("take_verdict", "verdict"), ("take_command", "command")):
        method = getattr(lifecycle.BrandIncidents, name)
        setattr(
            lifecycle.BrandIncidents,
            name,
            _told(method, lambda _, heard, *__, what=what: lines.write(what, id=heard.id, brand=heard.brand)),
        )
    consumer = importlib.import_module("aiokafka.consumer.consumer").AIOKafkaConsumer
    consumer.seek = _told(
        consumer.seek,
        lambda _, at, offset: lines.write("seek", topic=at.topic, partition=at.partition, offset=offset),
    )
    coordinator = importlib.import_module("aiokafka.consumer.group_coordinator").GroupCoordinator
    joined = coordinator._on_join_complete

    async def on_join_complete(self: Any, *arguments: Any, **options: Any) -> Any:
        done = await joined(self, *arguments, **options)
        held = [[at.topic, at.partition] for at in self._subscription.assigned_partitions()]
        lines.write("assigned", group=self.group_id, generation=self.generation, held=sorted(held))
        return done

    coordinator._on_join_complete = on_join_complete


def _told(function: Callable[..., Any], tell: Callable[..., None]) -> Callable[..., Any]:
    @functools.wraps(function)
    def told(*arguments: Any, **options: Any) -> Any:
        tell(*arguments, **options)
        return function(*arguments, **options)

    return told


def delay(seed: str) -> None:
    """Make the calls of ``DELAYED`` wait; what this version of a library has not is passed over."""
    random = Random(f"{seed}/{os.getpid()}")
    for module, owner, methods, likely, longest_s in DELAYED:
        try:
            found = getattr(module_of(module), owner)
        except (ImportError, AttributeError):
            continue
        for name in methods:
            if name in vars(found) and asyncio.iscoroutinefunction(vars(found)[name]):
                setattr(found, name, _delayed(vars(found)[name], random, likely, longest_s))


def _delayed(method: Callable[..., Any], random: Random, likely: float, longest_s: float) -> Callable[..., Any]:
    async def wait() -> None:
        if random.random() < likely:
            await asyncio.sleep(longest_s * random.random() ** 2 / 2)

    @functools.wraps(method)
    async def delayed(*arguments: Any, **options: Any) -> Any:
        await wait()
        done = await method(*arguments, **options)
        await wait()
        return done

    return delayed


def main() -> None:
    """Run the command line of the product that lies in the working directory."""
    sys.path[0] = str(Path.cwd())
    if path := os.environ.get("SOAK_TRACE"):
        trace(path)
    if seed := os.environ.get("SOAK_DELAYS"):
        delay(seed)
    sys.argv[0] = "tocsin"
    importlib.import_module("tocsin").main()


if __name__ == "__main__":
    main()

"""``tocsin reload``: every process that runs reads the configuration again, and says what became of it."""

import asyncio
import sys
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

from aiokafka.errors import KafkaError

from alerts.configuration.configuration import checked_configuration
from alerts.errors import AlertsError
from alerts.kafka.processes import ALIVE_S, Asked, Process, processes_reader, record
from streams.errors import KafkaUnavailableError
from streams.kafka.access.session import Session
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.sending import by, send_and_wait
from streams.kafka.settings import KafkaSettings

_POLL_MS = 200
_SETTLE_S = 2.0
"""A process that says for the first time that it is there may do so only now."""


def run_reload(path: Path, *, wait_s: float) -> None:
    """Ask all processes, wait for their answers, and print them, a line each.

    Parameters
    ----------
    path
        The new configuration. If it has a mistake, no process is asked.
    wait_s
        For processes that find another file, or do not answer.

    Raises
    ------
    AlertsError
        If a process does not use this file, or not all of it.
    TocsinError
        Where the file is wrong, or Kafka does not answer.
    """
    read = checked_configuration(path)
    for doubt in read.doubts:
        _print(f"warning: {doubt}")
    kafka = read.configuration.kafka_settings()
    ensure_topics(kafka)
    asked = Asked(id=uuid.uuid4().hex, at=time.time(), fingerprint=read.fingerprint, wait_s=wait_s)
    try:
        processes = asyncio.run(_asked(kafka, asked))
    except (KafkaError, OSError, TimeoutError) as error:
        raise KafkaUnavailableError(
            f"Kafka at {', '.join(kafka.brokers)} stopped answering ({error!r}); running it again is safe"
        ) from error
    if not processes:
        raise AlertsError("no process of Tocsin runs on this Kafka; processes read the file when they start")
    failures = []
    for process in sorted(processes, key=lambda each: each.named):
        lines, is_whole = answer_lines(process, asked)
        for line in lines:
            _print(line)
        if not is_whole:
            failures.append(process.named)
    if failures:
        raise AlertsError(f"not everything of {path} ({asked.fingerprint}) is gone by: see {', '.join(failures)} above")


async def _asked(kafka: KafkaSettings, asked: Asked) -> list[Process]:
    """Ask, and return all that are alive, as soon as each has answered, or when the time is over."""
    async with Session(kafka, "reload") as clients:
        producer = await clients.producer()
        reader = await processes_reader(clients)
        await send_and_wait(by(producer), [record(kafka, asked)])
        begun = time.monotonic()
        while True:
            await reader.poll(_POLL_MS)
            alive = [each for each in reader.processes.values() if each.at > asked.at - ALIVE_S]
            waited_s = time.monotonic() - begun
            is_answered = all(each.answers == asked.id and each.state != "another file" for each in alive)
            if waited_s > asked.wait_s or (is_answered and waited_s > _SETTLE_S):
                return alive


def answer_lines(process: Process, asked: Asked) -> tuple[list[str], bool]:
    """Return the result of a process, in lines, and whether it now uses all that was asked."""
    who = process.named
    if process.answers != asked.id:
        heard_s = max(0.0, time.time() - process.at)
        return [
            f"{who}: has not answered; its last sign of life was {heard_s:.0f} s ago, with {process.fingerprint}"
        ], False
    if process.state == "refused":
        return [f"{who}: nothing has changed: {mistake}" for mistake in process.mistakes], False
    lines = [f"{who}: takes up {_listed(process.taken_up)}" if process.taken_up else f"{who}: nothing changes for it"]
    lines += [f"{who}: note: {note}" for note in process.notes]
    if process.at_start:
        lines.append(f"{who}: restart it for {_listed(process.at_start)}: that is only read at startup")
    if process.state == "another file":
        lines.append(
            f"{who}: has another file: {process.path} there is {process.fingerprint}, this one {asked.fingerprint}; a "
            "single file mounted into a container stays the old one when an editor puts a new one in its place"
        )
    return lines, process.state == "taken up" and not process.at_start


def _listed(places: Iterable[str]) -> str:
    return "; ".join(places)


def _print(line: str) -> None:
    print(line, file=sys.stdout, flush=True)  # noqa: T201

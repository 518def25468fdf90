"""Who is there, and by which configuration: the topic ``processes``, on which they are asked to read it again too.

Each process writes under a key of its own, at its start, once a minute, and whenever it has something new to say; at
its end it deletes it. ``tocsin reload`` writes under ``@reload``. Nothing of it is needed for the work itself.
"""

import os
import socket
import time
import uuid
from collections.abc import Iterator
from typing import Literal

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from alerts.health import metrics
from streams.kafka.access.session import Session
from streams.kafka.outgoing import Outgoing
from streams.kafka.reading.log_reader import LogReader, log_reader
from streams.kafka.reading.topic_reader import TopicReader
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import PROCESSES

_log = structlog.get_logger(__name__)

TELL_EVERY_S = 60.0
ALIVE_S = 150.0
"""A process that has sent nothing for this long is considered dead."""
ASKED_S = 900.0
"""What was asked longer ago is no news to a process that starts."""
ASK_KEY = b"@reload"
_CHARS = 200
_LINES = 50
"""To so much an answer is cut that is more than Kafka takes."""

State = Literal["", "taken up", "refused", "another file"]


class Asked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All processes are to read their configuration again.

    Parameters
    ----------
    at
        Wall time, epoch seconds.
    fingerprint
        Of the file that is meant; a process that finds another one looks again for ``wait_s``.
    """

    id: str
    at: float
    fingerprint: str
    wait_s: float


class Process(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a process says of itself.

    Parameters
    ----------
    role
        ``worker (ingest, watch)``, ``listen`` or ``web``.
    path, fingerprint
        The file in use, and the fingerprint of its content.
    answers
        Id of what it was asked last, and in the further fields what came of it.
    """

    id: str
    role: str
    host: str
    pid: int
    at: float
    path: str
    fingerprint: str
    answers: str = ""
    state: State = ""
    taken_up: tuple[str, ...] = ()
    at_start: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()

    @property
    def named(self) -> str:
        """How it is named for people."""
        return f"{self.role} on {self.host} (pid {self.pid})"


def this_process(role: str, path: str, fingerprint: str) -> Process:
    """Return what this process says of itself at its start."""
    host, pid = socket.gethostname(), os.getpid()
    name = f"{role.partition(' ')[0]}@{host}/{pid}/{uuid.uuid4().hex[:8]}"
    return Process(id=name, role=role, host=host, pid=pid, at=time.time(), path=path, fingerprint=fingerprint)


def record(kafka: KafkaSettings, message: Process | Asked) -> Outgoing:
    """Return the record of a message."""
    key = ASK_KEY if isinstance(message, Asked) else message.id.encode()
    return Outgoing(kafka.topic(PROCESSES), msgspec.json.encode(message), key, 0, smaller=lambda: _smaller(message))


def farewell(kafka: KafkaSettings, process: Process) -> Outgoing:
    """Return the record by which a process is there no more."""
    return Outgoing(kafka.topic(PROCESSES), None, process.id.encode(), 0)


def _smaller(message: Process | Asked) -> Iterator[bytes]:
    if isinstance(message, Process):
        names = ("taken_up", "at_start", "notes", "mistakes")
        cut = {name: tuple(each[:_CHARS] for each in getattr(message, name)[:_LINES]) for name in names}
        yield msgspec.json.encode(replace(message, **cut))


class ProcessesReader(TopicReader):
    """Keeps the newest of what each process said, and what was asked last."""

    def __init__(self, reader: LogReader) -> None:
        self.processes: dict[bytes, Process] = {}
        self.asked: Asked | None = None
        super().__init__(reader)

    def take(self, key: bytes | None, value: bytes | None, partition: int, offset: int) -> None:
        """Take what one says, or its farewell."""
        if key is None:
            return
        if value is None:
            self.processes.pop(key, None)
            return
        try:
            if key == ASK_KEY:
                self.asked = msgspec.json.decode(value, type=Asked)
            else:
                self.processes[key] = msgspec.json.decode(value, type=Process)
        except msgspec.MsgspecError as error:
            metrics.ERRORS.labels("processes_decode").inc()
            _log.error("cannot decode process; skipped", error=repr(error), partition=partition, offset=offset)


async def processes_reader(clients: Session) -> ProcessesReader:
    """Return a reader that knows what was said before. The topic must exist.

    Raises
    ------
    ChangelogError, aiokafka.errors.KafkaError, OSError, TimeoutError
        Where Kafka does not answer.
    """
    reader = ProcessesReader(await log_reader(clients, clients.kafka.topic(PROCESSES)))
    await reader.catch_up()
    return reader

"""Tells on Kafka that a process is there, and reads its configuration again when ``tocsin reload`` asks for it."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from mode import Service
from msgspec.structs import replace

from alerts.cli.certificates import LOOK_EVERY_S
from alerts.cli.rereading import Reading, Rereading
from alerts.configuration.source_file import fingerprint_of
from alerts.health import metrics
from alerts.kafka.processes import (
    ASKED_S,
    TELL_EVERY_S,
    Asked,
    Process,
    State,
    farewell,
    processes_reader,
    record,
    this_process,
)
from streams.kafka.access.answers import cause
from streams.kafka.access.session import Session
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.outgoing import Outgoing
from streams.kafka.reconnecting import FAILURES, reconnecting
from streams.kafka.sending import by, send_and_wait
from streams.kafka.settings import KafkaSettings
from streams.kafka.vital import never_ends

_log = structlog.get_logger(__name__)

_POLL_MS = 500
_TURN_S = 1.0
_ANSWER_S = 10.0
_FAREWELL_S = 1.5


class ReloadListener:
    """Listens as long as the process runs.

    Where Kafka is away the process works on by what it has; SIGHUP works without Kafka.

    Parameters
    ----------
    kafka
        Where Kafka is. The topic ``processes`` must exist.
    role
        What the process is, for people.
    rereading
        Reads the configuration again.
    """

    def __init__(self, kafka: KafkaSettings, role: str, rereading: Rereading) -> None:
        self._kafka = kafka
        self._rereading = rereading
        self._me: Process = this_process(role, str(rereading.path), rereading.fingerprint)
        self._published: Process | None = None
        self._heard = ""
        self._deadline = 0.0
        self._tried = ""
        self._warning = OnceAMinute()

    def on_signal(self) -> None:
        """Read the configuration again on SIGHUP from now on; what was changed since the start is read at once."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._rereading.begin)
        if self._rereading.is_outdated:
            self._rereading.begin()

    async def run(
        self, is_to_stop: Callable[[], bool], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Listen until it is to stop."""

        async def serve() -> None:
            await self._serve(is_to_stop)

        await asyncio.gather(
            reconnecting(serve, self._failed, is_to_stop, sleep=sleep), self._look_at_certificates(is_to_stop, sleep)
        )

    async def _look_at_certificates(
        self, is_to_stop: Callable[[], bool], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        """Apart from Kafka: a certificate that has run out may be what keeps Kafka away."""
        due = 0.0
        while not is_to_stop():
            if time.monotonic() >= due:
                await asyncio.to_thread(self._rereading.certificates.look)
                due = time.monotonic() + LOOK_EVERY_S
            await sleep(_TURN_S)

    def _failed(self, error: BaseException) -> None:
        metrics.ERRORS.labels("reload_kafka").inc()
        if self._warning.is_due():
            _log.warning("cannot hear of reloads; trying again", error=cause(error))

    async def _serve(self, is_to_stop: Callable[[], bool]) -> None:
        async with Session(self._kafka, "reload") as clients:
            producer = await clients.producer()
            reader = await processes_reader(clients)
            self._published = None
            try:
                while not is_to_stop():
                    if reader.asked is not None:
                        await self._answer(reader.asked)
                    await self._publish(producer)
                    await reader.poll(_POLL_MS)
            finally:
                with contextlib.suppress(*FAILURES, asyncio.CancelledError):
                    await self._send(producer, farewell(self._kafka, self._me), _FAREWELL_S)

    async def _answer(self, asked: Asked) -> None:
        """Do what was asked; look again while the file is another one, for a volume may follow what is meant."""
        now, path = time.monotonic(), self._rereading.path
        if asked.id != self._heard:
            self._heard, self._deadline = asked.id, now + asked.wait_s
            if time.time() - asked.at > ASKED_S:
                self._deadline = 0.0
                return
        elif self._me.state == "taken up" or now > self._deadline or fingerprint_of(path) in {self._tried, ""}:
            return
        self._tried = fingerprint_of(path)
        self._me = _answered(self._me, asked, await self._rereading.take_up())

    async def _publish(self, producer: AIOKafkaProducer) -> None:
        """Say how things stand, where that is new or due."""
        me = replace(self._me, fingerprint=self._rereading.fingerprint)
        if self._published is not None:
            is_same = replace(me, at=self._published.at) == self._published
            if is_same and time.time() - self._published.at < TELL_EVERY_S:
                return
        self._published = replace(me, at=time.time())
        await self._send(producer, record(self._kafka, self._published))

    async def _send(self, producer: AIOKafkaProducer, record: Outgoing, within_s: float = _ANSWER_S) -> None:
        await asyncio.wait_for(send_and_wait(by(producer), [record]), within_s)


def _answered(me: Process, asked: Asked, read: Reading) -> Process:
    state: State = "taken up" if read.fingerprint == asked.fingerprint else "another file"
    if read.mistakes:
        state = "refused"
    # What was taken up by an earlier reading for the same request belongs to the answer.
    before = me.taken_up if me.answers == asked.id else ()
    return replace(
        me,
        answers=asked.id,
        state=state,
        fingerprint=read.fingerprint,
        taken_up=(*before, *(each for each in read.taken_up if each not in before)),
        at_start=read.at_start,
        notes=read.notes,
        mistakes=read.mistakes,
    )


class ReloadService(Service):
    """The listener as one of a worker's services."""

    def __init__(self, listener: ReloadListener, **options: Any) -> None:
        self._listener = listener
        super().__init__(**options)

    async def on_start(self) -> None:
        """Hear signals."""
        self._listener.on_signal()

    @Service.task
    async def _run(self) -> None:
        async with never_ends("the ear for reloads", lambda: self.should_stop):
            await self._listener.run(lambda: self.should_stop, self.sleep)

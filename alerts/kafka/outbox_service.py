"""The outbox at work: a member of the group ``GROUP-outbox`` on ``deliveries``, one sender for each receiver.

A partition that is assigned is read from its beginning before anything of it is sent. ``sending`` is in Kafka
before a request leaves, the outcome after. A receiver that is slow keeps nobody waiting but itself. Of two processes
that both believe a partition to be theirs, Kafka takes claims and outcomes of the one that opened its writer last.
"""

import asyncio
import contextlib
import operator
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, cast

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata
from mode import Service
from tenacity import AsyncRetrying, retry_if_result

from alerts.deliveries.delivery import Delivery, smaller_deliveries
from alerts.deliveries.heartbeat import Heartbeats, decode_beat, is_beat
from alerts.deliveries.outbox import Attempt, Outbox, Record, outcome_key
from alerts.deliveries.receiver import Receiver
from alerts.errors import AlertsError, DeliveryError
from alerts.health import metrics
from alerts.health.delivery_metrics import (
    count_failed,
    count_sent,
    count_settled_unsent,
    count_unreachable,
    count_waiting,
)
from alerts.incidents.command import Command
from streams.kafka.access.answers import cause, quiet_since
from streams.kafka.access.clients import async_consumer, async_producer
from streams.kafka.administration.cluster import is_embedded
from streams.kafka.leaked_cancellation import never_ends, stop_client
from streams.kafka.outgoing import Outgoing, json_record
from streams.kafka.reconnecting import back_off, reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.partition_writer import FENCED, PartitionWriter, closed
from streams.kafka.topics import DELIVERIES
from streams.kafka.vital import check_fetching
from streams.metrics import FENCED as FENCED_WRITES

_log = structlog.get_logger(__name__)

_POLL_MS = 200
_FETCH_WAIT_MS = 250
"""Kafka answers as soon as it has something; the embedded broker, only when this is over."""
_SEND_S = 60.0
"""A receiver's own time-out is shorter; this one is for a receiver with a bug."""
_FINISH_S = 10.0
_FORGET_EVERY_S = 600.0
_CLOSE_S = 1.5
_ANSWER_S = 10.0
_CLAIM_S = 5.0
"""A claim that is older when the request could leave is made again: this process may have been stopped meanwhile."""


class OutboxService(Service):
    """Sends what the topic ``deliveries`` says is to be sent.

    Parameters
    ----------
    kafka
        Where Kafka is. The topic must exist.
    receivers
        By id.
    command
        Puts a command on its topic: a page that cannot be delivered makes its incident go on to the next step.
    now, chance
        Wall clock (epoch seconds), and a number from 0 to 1.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        receivers: Mapping[str, Receiver],
        command: Callable[[Command], Awaitable[None]],
        *,
        now: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        **options: Any,
    ) -> None:
        self.kafka = kafka
        self.receivers = receivers
        self.outbox = Outbox(receivers, chance)
        self._command = command
        self._now = now
        self.heartbeats = Heartbeats()
        """The beats of all partitions, where this process has the one in which they are gathered."""
        self._consumer: AIOKafkaConsumer | None = None
        self._producer: AIOKafkaProducer | None = None
        self._reading: set[int] = set()
        self._working: set[int] = set()
        self._writers: dict[int, PartitionWriter] = {}
        self._shut_out_until: dict[int, float] = {}
        self._ends: dict[int, int] = {}
        self._unsaved: dict[str, tuple[Attempt, list[Record]]] = {}
        self._is_embedded = False
        self._news = {receiver: asyncio.Event() for receiver in receivers}
        self._in_flight: dict[str, int] = {}
        self._moved = asyncio.Condition()
        self._unreachable: list[Command] = []
        self._forgot_at = now()
        self._closing = False
        super().__init__(**options)

    @property
    def partitions(self) -> frozenset[int]:
        """Partitions that are read and worked on at this moment."""
        return frozenset(self._working)

    def missing(self) -> str:
        """Say what keeps deliveries from being sent, or nothing; a member that stands by is all right."""
        consumer = self._consumer
        if consumer is None:
            return "outbox has not reached Kafka"
        if self._reading:
            return f"outbox still reads partitions {sorted(self._reading)}"
        topic = self.kafka.topic(DELIVERIES)
        return quiet_since("outbox", consumer, [TopicPartition(topic, partition) for partition in self._working])

    async def on_started(self) -> None:
        """Start a sender for each receiver."""
        for receiver in self.receivers:
            self.add_future(self._send_through(receiver))

    async def on_stop(self) -> None:
        """Let what is under way finish, within seconds."""
        self._closing = True
        await self._let_go(frozenset(self._working | self._reading))
        await closed(_CLOSE_S)

    @Service.task
    async def _run(self) -> None:
        async with never_ends(self, "the outbox"):
            await reconnecting(self._serve, self._failed_to_serve, lambda: self.should_stop, sleep=self.sleep)

    def _failed_to_serve(self, error: BaseException) -> None:
        metrics.ERRORS.labels("outbox_kafka").inc()
        _log.warning("the outbox cannot reach Kafka; trying again", error=cause(error))

    async def _serve(self) -> None:
        session_ms = int(self.kafka.session_timeout_s * 1000)
        self._is_embedded = await asyncio.to_thread(is_embedded, self.kafka)
        self._consumer = async_consumer(
            self.kafka,
            client_id="tocsin-outbox",
            group_id=f"{self.kafka.group}-outbox",
            enable_auto_commit=False,
            fetch_max_wait_ms=_FETCH_WAIT_MS,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=max(session_ms // 6, 500),
        )
        self._producer = async_producer(self.kafka, client_id="tocsin-outbox", acks="all", request_timeout_ms=20_000)
        try:
            await self._producer.start()
            await self._consumer.start()
            self._consumer.subscribe([self.kafka.topic(DELIVERIES)], listener=_Rebalance(self))
            while not self.should_stop:
                await self._step()
        finally:
            # Without its writers nobody sends: claims wait until the next ones are there.
            await self._let_go(frozenset(self._working | self._reading))
            consumer, self._consumer = self._consumer, None
            producer, self._producer = self._producer, None
            for client in (consumer, producer):
                await stop_client(client, "outbox closed without leaving Kafka")

    async def _step(self) -> None:
        consumer = cast("AIOKafkaConsumer", self._consumer)
        await self._adopt(consumer)
        check_fetching(consumer)
        fetched = await consumer.getmany(timeout_ms=_POLL_MS)
        for source, records in fetched.items():
            if source.partition in self._reading | self._working:
                for record in records:
                    if is_beat(record.key):
                        await self._take_beat(record.value, source.partition)
                    else:
                        self._take(record.value, source.partition, record.offset)
        for source in sorted(consumer.assignment()):
            if source.partition in self._reading and await self._is_read(consumer, source):
                if not await self._save_what_is_known(source.partition):
                    continue
                self._reading.discard(source.partition)
                self._working.add(source.partition)
                self.outbox.start(source.partition)
                async with self._moved:
                    self._moved.notify_all()
        await self._look(self._now())
        for receiver, news in self._news.items():
            count_waiting(receiver, self.outbox.waiting(receiver, self._now()))
            news.set()

    async def _look(self, now: float) -> None:
        """Do what time brings: settle what need not be sent, report what is not taken, forget what is over."""
        unsent = self.outbox.superseded(now)
        for record in unsent:
            if record.delivery is not None:
                count_settled_unsent(record.delivery)
        await self._write(unsent)
        self.outbox.overdue(now)
        await self._escalate()
        if now - self._forgot_at >= _FORGET_EVERY_S:
            self._forgot_at = now
            await self._write(self.outbox.forget(now))

    def _take(self, value: bytes | None, partition: int, offset: int) -> None:
        if value is None:
            return
        try:
            delivery = msgspec.json.decode(value, type=Delivery)
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("outbox_decode").inc()
            _log.exception("a record of deliveries is none and is passed over", partition=partition, offset=offset)
            return
        self.outbox.take(delivery, self._now(), partition)

    async def _take_beat(self, value: bytes | None, partition: int) -> None:
        """Gather a beat, or pass it on to where it is gathered. Those of the past prove nothing of this process."""
        if partition not in self._working:
            return
        try:
            beat = decode_beat(value)
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("outbox_decode").inc()
            _log.exception("a record of deliveries is no heartbeat and is passed over", partition=partition)
            return
        if partition == beat.home:
            self.heartbeats.take(beat, self._now())
            metrics.HEARTBEAT.labels("outbox", str(beat.partition)).set(beat.at)
        elif self._producer is not None:
            # Into another's partition: nobody is harmed by it, and where Kafka does not take it, the next comes soon.
            try:
                await self._producer.send_and_wait(
                    self.kafka.topic(DELIVERIES), value, key=beat.key.encode(), partition=beat.home
                )
            except (KafkaError, OSError) as error:
                metrics.ERRORS.labels("outbox_kafka").inc()
                _log.warning("a heartbeat was not passed on", error=repr(error))

    # -- partitions come and go ------------------------------------------------------------------------------

    async def _adopt(self, consumer: AIOKafkaConsumer) -> None:
        held, now = self._reading | self._working, self._now()
        fresh = [
            source
            for source in consumer.assignment()
            if source.partition not in held and self._shut_out_until.get(source.partition, 0.0) <= now
        ]
        if not fresh:
            return
        writers = {source.partition: self._writer(source.partition) for source in fresh}
        try:
            ends = await asyncio.gather(*(self._open(partition, writer) for partition, writer in writers.items()))
            # Nothing is ever committed: what is known of a delivery is in the topic, all of it.
            await consumer.seek_to_beginning(*fresh)
        except BaseException as error:
            for writer in writers.values():
                writer.close()
            if isinstance(error, IllegalStateError):
                return  # they went to another process meanwhile
            raise
        self._writers |= writers
        self._ends |= dict(ends)
        self._reading |= {source.partition for source in fresh}

    async def _open(self, partition: int, writer: PartitionWriter) -> tuple[int, int]:
        """Shut out whoever had the partition before, and put a mark behind all that he has said; return its place."""
        await writer.open()
        mark = Outgoing(self.kafka.topic(DELIVERIES), None, f"@adopted/{partition}".encode(), partition)
        return partition, await writer.write([mark])

    def _writer(self, partition: int) -> PartitionWriter:
        return PartitionWriter(self.kafka, f"outbox-{partition}", is_fenced=not self._is_embedded)

    async def _is_read(self, consumer: AIOKafkaConsumer, source: TopicPartition) -> bool:
        """Tell whether all is read that was there when the partition was adopted."""
        return bool(await consumer.position(source) >= self._ends[source.partition])

    async def _let_go(self, partitions: frozenset[int]) -> None:
        """Forget partitions; what is under way of them may finish, so that the next owner knows its outcome."""
        self._reading -= partitions
        self._working -= partitions
        self.heartbeats.forget()
        for partition in partitions:
            self.outbox.release(partition)
        try:
            async with asyncio.timeout(_FINISH_S), self._moved:
                await self._moved.wait_for(lambda: not partitions & set(self._in_flight.values()))
        except TimeoutError:
            _log.warning("deliveries are left without an outcome; they are sent again as repeats")
        for partition in partitions - self._reading - self._working:
            self._close_writer(partition)

    def _close_writer(self, partition: int) -> None:
        if (writer := self._writers.pop(partition, None)) is not None:
            writer.close()

    def _shut_out(self, partition: int) -> None:
        """Stop working on a partition that another process has opened, until the group has said whose it is."""
        FENCED_WRITES.labels("outbox").inc()
        _log.warning("another worker has the partition; nothing more is sent", stage="outbox", partition=partition)
        self._shut_out_until[partition] = self._now() + self.kafka.session_timeout_s / 2
        self._reading.discard(partition)
        self._working.discard(partition)
        self.outbox.release(partition)
        self._close_writer(partition)

    async def _save_what_is_known(self, partition: int) -> bool:
        """Write outcomes that could not be written when the partition went, where nobody has claimed since."""
        for delivery_id, (attempt, records) in list(self._unsaved.items()):
            if attempt.partition != partition:
                continue
            if self.outbox.is_claimed(attempt):
                if not await self._write(records):
                    return False
                for record in records:
                    if record.delivery is not None:
                        self.outbox.take(record.delivery, self._now(), partition)
            self._unsaved.pop(delivery_id, None)
        return True

    # -- sending ---------------------------------------------------------------------------------------------

    async def _send_through(self, receiver: str) -> None:
        async with never_ends(self, f"the sender of {receiver}"):
            await self._send_on(receiver)

    async def _send_on(self, receiver: str) -> None:
        while not self.should_stop:
            await self._send_next(receiver)

    async def _send_next(self, receiver: str) -> None:
        news = self._news[receiver]
        news.clear()
        now = self._now()
        attempt = None if self._closing or self._producer is None else self.outbox.claim(receiver, now)
        if attempt is not None:
            await self._attempt(attempt)
            return
        upcoming = self.outbox.next_at(receiver)
        wait_s = 1.0 if upcoming is None else min(1.0, max(0.005, upcoming - now))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(news.wait(), wait_s)

    async def _attempt(self, attempt: Attempt) -> None:
        receiver = attempt.delivery.receiver
        self._in_flight[receiver] = attempt.partition
        try:
            key = outcome_key(attempt.delivery.id)
            claim = Record(partition=attempt.partition, key=key, delivery=attempt.delivery)
            while True:
                claimed_at = time.monotonic()
                if not await self._write([claim]):
                    return  # another process has the partition, and sends this itself
                if time.monotonic() - claimed_at < _CLAIM_S:
                    break
            records = await self._outcome(attempt)
            if not await self._write(records):
                self._unsaved[attempt.delivery.id] = (attempt, records)
        finally:
            del self._in_flight[receiver]
            async with self._moved:
                self._moved.notify_all()

    async def _outcome(self, attempt: Attempt) -> list[Record]:
        delivery = attempt.delivery
        started = time.perf_counter()
        try:
            async with asyncio.timeout(_SEND_S):
                receipt = await self.receivers[delivery.receiver].send(
                    delivery, earlier=attempt.earlier, repeat=attempt.repeat
                )
        except DeliveryError as error:
            return self._failed(attempt, error)
        except TimeoutError:
            return self._failed(attempt, DeliveryError(f"no answer within {_SEND_S:.0f} s", outcome="unknown"))
        except Exception as error:  # noqa: BLE001 - a bug in one receiver must not stop the others
            metrics.ERRORS.labels("receiver").inc()
            _log.exception("a receiver broke on a delivery", receiver=delivery.receiver, delivery=delivery.id)
            return self._failed(attempt, DeliveryError(f"our own code broke: {error!r}", outcome="unknown"))
        count_sent(delivery, time.perf_counter() - started, self._now(), repeat=attempt.repeat)
        return self.outbox.sent(attempt, receipt, self._now())

    def _failed(self, attempt: Attempt, error: DeliveryError) -> list[Record]:
        count_failed(attempt.delivery, error)
        return self.outbox.failed(attempt, error, self._now())

    async def _escalate(self) -> None:
        for told in self.outbox.unreachable:
            incident = told.delivery.incident
            count_unreachable(told.delivery, told.detail, told.waits_for)
            self._unreachable.append(
                Command(
                    id=f"unreachable-{told.delivery.id}",
                    type="tick",
                    brand=incident.brand,
                    at=self._now(),
                    incident=incident.id,
                    by="tocsin",
                    via="timer",
                    note=f"{told.delivery.receiver} cannot be reached",
                    step=incident.step,
                )
            )
        self.outbox.unreachable.clear()
        while self._unreachable:
            try:
                await self._command(self._unreachable[0])
            except AlertsError as error:
                metrics.ERRORS.labels("outbox_escalation").inc()
                _log.warning("an escalation waits for Kafka", error=str(error))
                return
            self._unreachable.pop(0)

    # -- Kafka -----------------------------------------------------------------------------------------------

    async def _write(self, records: Iterable[Record]) -> bool:
        """Write records in order, each when Kafka has the one before; where it does not take them, try again.

        Returns
        -------
        Whether all are written. Not so where the partition has gone to another process meanwhile.
        """
        for record in records:
            if not await self._patient(record.partition)(self._put, record.partition, self._outgoing(record)):
                return False
        return True

    def _patient(self, partition: int) -> AsyncRetrying:
        """Return what tries again until something is written, or the partition has gone."""
        return AsyncRetrying(
            wait=back_off(),
            retry=retry_if_result(operator.not_),
            stop=lambda _: partition not in self._writers,
            retry_error_callback=lambda _: False,
        )

    def _outgoing(self, record: Record) -> Outgoing:
        topic, key = self.kafka.topic(DELIVERIES), record.key.encode()
        if record.delivery is None:
            return Outgoing(topic, None, key, record.partition)
        return json_record(topic, record.delivery, key, record.partition, smaller_deliveries)

    async def _put(self, partition: int, outgoing: Outgoing) -> bool:
        writer = self._writers.get(partition)
        if writer is None:
            return False
        try:
            await writer.write([outgoing])
        except FENCED:
            if self._writers.get(partition) is writer:
                self._shut_out(partition)
            return False
        except (KafkaError, OSError, TimeoutError, IllegalStateError) as error:
            metrics.ERRORS.labels("outbox_kafka").inc()
            _log.warning("the outbox cannot write to Kafka; trying again", error=cause(error))
            await self._open_anew(partition, writer)
            return False
        return True

    async def _open_anew(self, partition: int, broken: PartitionWriter) -> None:
        """Replace a writer that failed, where the group says that the partition is still this process's."""
        consumer, source = self._consumer, TopicPartition(self.kafka.topic(DELIVERIES), partition)
        if consumer is None or self._writers.get(partition) is not broken:
            return
        fresh = self._writer(partition)
        try:
            # Kafka takes it of a member of today's generation alone. What is committed is looked at by nobody.
            await asyncio.wait_for(consumer.commit({source: OffsetAndMetadata(0, "")}), _ANSWER_S)
            await fresh.open()
        except (CommitFailedError, IllegalStateError):
            fresh.close()
            self._shut_out(partition)
        except (KafkaError, OSError, TimeoutError) as error:
            fresh.close()
            _log.warning("the outbox cannot write to Kafka; trying again", error=cause(error))
        else:
            if self._writers.get(partition) is broken:
                self._writers[partition] = fresh
                broken.close()
            else:
                fresh.close()


class _Rebalance(ConsumerRebalanceListener):
    def __init__(self, service: OutboxService) -> None:
        self._service = service

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._service._shut_out_until.clear()  # noqa: SLF001
        await self._service._let_go(frozenset(source.partition for source in revoked))  # noqa: SLF001

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Nothing: ``_adopt`` sees them."""

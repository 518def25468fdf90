"""The outbox at work: a member of the group ``GROUP-outbox`` on ``deliveries``, one sender for each receiver."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any, cast

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from mode import Service

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.heartbeat import Heartbeats, decode_heartbeat, is_heartbeat
from alerts.deliveries.outbox import Outbox
from alerts.deliveries.receiver import Receiver
from alerts.health import metrics
from alerts.health.delivery_metrics import count_settled_unsent, count_waiting
from alerts.incidents.command import Command
from alerts.kafka.escalations import Escalations
from alerts.kafka.outbox_partitions import OutboxPartitions
from alerts.kafka.outbox_sender import OutboxSender
from streams.kafka.access.answers import cause, quiet_since
from streams.kafka.access.session import Session
from streams.kafka.administration.cluster import is_embedded
from streams.kafka.reading.log_reader import FOLLOW_WAIT_MS
from streams.kafka.reconnecting import reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.partition_writer import closed
from streams.kafka.topics import DELIVERIES
from streams.kafka.vital import check_fetching, never_ends

_log = structlog.get_logger(__name__)

_POLL_MS = 200
_FORGET_EVERY_S = 600.0
_CLOSE_S = 1.5


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
        self._now = now
        self.heartbeats = Heartbeats()
        """The beats of all partitions, where this process has the one in which they are gathered."""
        self._consumer: AIOKafkaConsumer | None = None
        self._producer: AIOKafkaProducer | None = None
        self._moved = asyncio.Condition()
        self._held = OutboxPartitions(kafka, self.outbox, under_way=self._under_way, moved=self._moved, now=now)
        self._write = self._held.writers.write
        self._leaving: list[OutboxSender] = []
        """Senders of receivers that are there no more, while a delivery of theirs is under way."""
        self._senders = {name: self._sender(receiver) for name, receiver in receivers.items()}
        self._escalations = Escalations(command)
        self._forgot_at = now()
        self._closing = False
        super().__init__(**options)

    @property
    def partitions(self) -> frozenset[int]:
        """Partitions that are read and worked on at this moment."""
        return frozenset(self._held.working)

    def missing(self) -> str:
        """Say what keeps deliveries from being sent, or nothing; a member that stands by is all right."""
        consumer = self._consumer
        if consumer is None:
            return "outbox has not reached Kafka"
        if self._held.reading:
            return f"outbox still reads partitions {sorted(self._held.reading)}"
        topic = self.kafka.topic(DELIVERIES)
        return quiet_since("outbox", consumer, [TopicPartition(topic, partition) for partition in self.partitions])

    async def on_started(self) -> None:
        """Start a sender for each receiver."""
        for sender in self._senders.values():
            self.add_future(self._send_through(sender))

    def use(self, receivers: Mapping[str, Receiver]) -> None:
        """Send through other receivers from the next delivery on; those before are closed when they have ended."""
        self.receivers = receivers
        self.outbox.use(receivers)
        for name in self._senders.keys() - receivers.keys():
            count_waiting(name, {})
            self.add_future(self._dismiss(self._senders.pop(name)))
        for name, receiver in receivers.items():
            if name in self._senders:
                self.add_future(self._senders[name].use(receiver))
            else:
                self._senders[name] = self._sender(receiver)
                self.add_future(self._send_through(self._senders[name]))

    async def on_stop(self) -> None:
        """Let what is under way finish, within seconds."""
        self._closing = True
        await self.let_go(self._held.held)
        await closed(_CLOSE_S)

    @Service.task
    async def _run(self) -> None:
        async with never_ends("the outbox", lambda: self.should_stop):
            await reconnecting(self._serve, self._failed_to_serve, lambda: self.should_stop, sleep=self.sleep)

    def _failed_to_serve(self, error: BaseException) -> None:
        metrics.ERRORS.labels("outbox_kafka").inc()
        _log.warning("cannot use Kafka; trying again", stage="outbox", error=cause(error))

    async def _serve(self) -> None:
        self._held.writers.is_fenced = not await asyncio.to_thread(is_embedded, self.kafka)
        async with Session(self.kafka, "outbox") as clients:
            try:
                self._producer = await clients.producer(request_timeout_ms=20_000)
                self._consumer = await clients.member(
                    [self.kafka.topic(DELIVERIES)],
                    revoked=self._revoked,
                    auto_offset_reset="earliest",
                    fetch_max_wait_ms=FOLLOW_WAIT_MS,
                )
                while not self.should_stop:
                    await self._step()
            finally:
                # Without its writers nobody sends: claims wait until the next ones are there.
                await self.let_go(self._held.held)
                self._consumer = self._producer = None

    async def _step(self) -> None:
        consumer = cast("AIOKafkaConsumer", self._consumer)
        await self._held.adopt(consumer)
        check_fetching(consumer)
        fetched = await consumer.getmany(timeout_ms=_POLL_MS)
        for source, records in fetched.items():
            if source.partition in self._held.held:
                for record in records:
                    if is_heartbeat(record.key):
                        await self._take_heartbeat(record.value, source.partition)
                    else:
                        self._take(record.value, source.partition, record.offset)
        await self._held.start_what_is_read(consumer)
        await self._look(self._now())
        for sender in self._senders.values():
            receiver = sender.receiver.id
            count_waiting(receiver, self.outbox.waiting(receiver, self._now()))
            sender.wake()

    async def _look(self, now: float) -> None:
        """Do what time brings: settle what need not be sent, report what is not taken, forget what is over."""
        unsent = self.outbox.superseded(now)
        for record in unsent:
            if record.delivery is not None:
                count_settled_unsent(record.delivery)
        await self._write(unsent)
        self.outbox.overdue(now)
        self._escalations.take(self.outbox.unreachable, now)
        self.outbox.unreachable.clear()
        await self._escalations.send()
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
            _log.exception("cannot decode delivery; skipped", partition=partition, offset=offset)
            return
        self.outbox.take(delivery, self._now(), partition)

    async def _take_heartbeat(self, value: bytes | None, partition: int) -> None:
        """Gather a beat, or pass it on to where it is gathered. Those of the past prove nothing of this process."""
        if partition not in self._held.working:
            return
        try:
            heartbeat = decode_heartbeat(value)
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("outbox_decode").inc()
            _log.exception("cannot decode heartbeat; skipped", partition=partition)
            return
        if partition == heartbeat.home:
            self.heartbeats.take(heartbeat, self._now())
            metrics.HEARTBEAT.labels("outbox", str(heartbeat.partition)).set(heartbeat.at)
        elif self._producer is not None:
            # Into another's partition: nobody is harmed by it, and where Kafka does not take it, the next comes soon.
            try:
                await self._producer.send_and_wait(
                    self.kafka.topic(DELIVERIES), value, key=heartbeat.key.encode(), partition=heartbeat.home
                )
            except (KafkaError, OSError) as error:
                metrics.ERRORS.labels("outbox_kafka").inc()
                _log.warning("cannot send heartbeat", error=repr(error))

    # -- sending, and letting go -----------------------------------------------------------------------------

    async def _dismiss(self, sender: OutboxSender) -> None:
        self._leaving.append(sender)
        sender.wake()
        await sender.close(sender.receiver)
        self._leaving.remove(sender)

    def _sender(self, receiver: Receiver) -> OutboxSender:
        return OutboxSender(
            receiver, self.outbox, self._write, unsaved=self._held.unsaved, moved=self._moved, now=self._now
        )

    async def _send_through(self, sender: OutboxSender) -> None:
        name = sender.receiver.id

        def is_over() -> bool:
            return self.should_stop or self._senders.get(name) is not sender

        async with never_ends(f"the sender of {name}", is_over):
            while not is_over():
                await sender.send_next(may_send=self._producer is not None and not self._closing)

    def _under_way(self) -> frozenset[int]:
        senders = (*self._senders.values(), *self._leaving)
        return frozenset(sender.partition for sender in senders if sender.partition is not None)

    async def let_go(self, partitions: Iterable[int]) -> None:
        """Let go of partitions, within seconds; others may gather the beats now."""
        self.heartbeats.forget()
        await self._held.let_go(partitions)

    async def _revoked(self, sources: Collection[TopicPartition]) -> None:
        self._held.shared_out_anew()
        await self.let_go([source.partition for source in sources])

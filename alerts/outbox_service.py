"""The outbox at work: a member of the group ``GROUP-outbox`` on ``deliveries``, one sender for each receiver.

A partition that is assigned is read from its beginning before anything of it is sent. ``sending`` is in Kafka
before a request leaves, the outcome after. A receiver that is slow keeps nobody waiting but itself.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, cast

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from mode import Service

from alerts import metrics
from alerts.command import Command
from alerts.delivery import Delivery
from alerts.delivery_metrics import count_failed, count_outcome, count_sent
from alerts.errors import AlertsError, DeliveryError
from alerts.heartbeat import Heartbeats, decode_beat, is_beat
from alerts.outbox import Attempt, Outbox, Record, outcome_key
from alerts.receivers.receiver import Receiver
from streams.kafka_settings import KafkaSettings
from streams.topics import DELIVERIES

_log = structlog.get_logger(__name__)

_POLL_MS = 200
_FETCH_WAIT_MS = 100
"""Kafka answers as soon as it has something; the embedded broker, only when this is over."""
_SEND_S = 60.0
"""A receiver's own time-out is shorter; this one is for a receiver with a bug."""
_FINISH_S = 10.0
_FORGET_EVERY_S = 600.0
_BACK_OFF_S = (0.5, 15.0)


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

    async def on_started(self) -> None:
        """Start a sender for each receiver."""
        for receiver in self.receivers:
            self.add_future(self._send_through(receiver))

    async def on_stop(self) -> None:
        """Let what is under way finish, within seconds."""
        self._closing = True
        await self._let_go(frozenset(self._working | self._reading))

    @Service.task
    async def _run(self) -> None:
        delay_s = _BACK_OFF_S[0]
        while not self.should_stop:
            try:
                await self._serve()
            except (KafkaError, OSError, TimeoutError) as error:
                metrics.ERRORS.labels("outbox_kafka").inc()
                _log.warning("the outbox cannot reach Kafka; trying again", error=repr(error))
                await self._let_go(frozenset(self._working | self._reading))
                await self.sleep(delay_s)
                delay_s = min(2 * delay_s, _BACK_OFF_S[1])

    async def _serve(self) -> None:
        brokers, session_ms = list(self.kafka.brokers), int(self.kafka.session_timeout_s * 1000)
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=brokers,
            client_id="tocsin-outbox",
            group_id=f"{self.kafka.group}-outbox",
            enable_auto_commit=False,
            fetch_max_wait_ms=_FETCH_WAIT_MS,
            auto_offset_reset="earliest",
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=max(session_ms // 6, 500),
        )
        self._producer = AIOKafkaProducer(
            bootstrap_servers=brokers, client_id="tocsin-outbox", acks="all", request_timeout_ms=20_000
        )
        try:
            await self._producer.start()
            await self._consumer.start()
            self._consumer.subscribe([self.kafka.topic(DELIVERIES)], listener=_Rebalance(self))
            while not self.should_stop:
                await self._step()
        finally:
            # Without its producer nobody sends: claims wait until the next one is there.
            await self._let_go(frozenset(self._working | self._reading))
            await self._consumer.stop()
            producer, self._producer = self._producer, None
            await producer.stop()

    async def _step(self) -> None:
        consumer = cast("AIOKafkaConsumer", self._consumer)
        await self._adopt(consumer)
        fetched = await consumer.getmany(timeout_ms=_POLL_MS)
        for source, records in fetched.items():
            if source.partition in self._reading | self._working:
                for record in records:
                    if is_beat(record.key):
                        await self._take_beat(record.value, source.partition)
                    else:
                        self._take(record.value, source.partition, record.offset)
        for source in sorted(consumer.assignment()):
            if source.partition in self._reading and await _is_read(consumer, source):
                self._reading.discard(source.partition)
                self._working.add(source.partition)
                self.outbox.start(source.partition)
                async with self._moved:
                    self._moved.notify_all()
        now = self._now()
        await self._write(self.outbox.superseded(now))
        if now - self._forgot_at >= _FORGET_EVERY_S:
            self._forgot_at = now
            await self._write(self.outbox.forget(now))
        await self._escalate()
        for receiver, news in self._news.items():
            metrics.PENDING.labels(receiver).set(self.outbox.pending(receiver))
            news.set()

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
        else:
            # Where Kafka does not take it, the next beat comes soon.
            await self._put(Record(partition=beat.home, key=beat.key, delivery=None), value)

    # -- partitions come and go ------------------------------------------------------------------------------

    async def _adopt(self, consumer: AIOKafkaConsumer) -> None:
        fresh = [source for source in consumer.assignment() if source.partition not in self._reading | self._working]
        if fresh:
            # Nothing is ever committed: what is known of a delivery is in the topic, all of it.
            await consumer.seek_to_beginning(*fresh)
            self._reading |= {source.partition for source in fresh}

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

    # -- sending ---------------------------------------------------------------------------------------------

    async def _send_through(self, receiver: str) -> None:
        news = self._news[receiver]
        while not self.should_stop:
            news.clear()
            now = self._now()
            attempt = None if self._closing or self._producer is None else self.outbox.claim(receiver, now)
            if attempt is not None:
                await self._attempt(attempt)
                continue
            upcoming = self.outbox.next_at(receiver)
            wait_s = 1.0 if upcoming is None else min(1.0, max(0.005, upcoming - now))
            try:
                await asyncio.wait_for(news.wait(), wait_s)
            except TimeoutError:
                continue

    async def _attempt(self, attempt: Attempt) -> None:
        receiver = attempt.delivery.receiver
        self._in_flight[receiver] = attempt.partition
        try:
            key = outcome_key(attempt.delivery.id)
            claimed_at = self._now()
            await self._write([Record(partition=attempt.partition, key=key, delivery=attempt.delivery)])
            if attempt.partition not in self._working and self._now() - claimed_at > _FINISH_S:
                # Kafka was away for so long that another process has the partition, and sends this itself.
                return
            records = await self._outcome(attempt)
            await self._write(records)
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
            count_outcome(told.delivery, "unreachable")
            _log.error("a page cannot be delivered; the next step is told", receiver=told.delivery.receiver)
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

    async def _write(self, records: Iterable[Record]) -> None:
        """Write records in order, each when Kafka has the one before; where it cannot, try again."""
        for record in records:
            value = None if record.delivery is None else msgspec.json.encode(record.delivery)
            if record.delivery is not None and record.delivery.state == "superseded":
                count_outcome(record.delivery, record.delivery.state)
            delay_s = _BACK_OFF_S[0]
            while not await self._put(record, value):
                await asyncio.sleep(delay_s)
                delay_s = min(2 * delay_s, _BACK_OFF_S[1])

    async def _put(self, record: Record, value: bytes | None) -> bool:
        if self._producer is None:
            return False
        try:
            await self._producer.send_and_wait(
                self.kafka.topic(DELIVERIES), value, key=record.key.encode(), partition=record.partition
            )
        except (KafkaError, OSError) as error:
            metrics.ERRORS.labels("outbox_kafka").inc()
            _log.warning("the outbox cannot write to Kafka; trying again", error=repr(error))
            return False
        return True


class _Rebalance(ConsumerRebalanceListener):
    def __init__(self, service: OutboxService) -> None:
        self._service = service

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._service._let_go(frozenset(source.partition for source in revoked))  # noqa: SLF001

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Nothing: ``_adopt`` sees them."""


async def _is_read(consumer: AIOKafkaConsumer, source: TopicPartition) -> bool:
    # What a fetch says of the end is right on either broker.
    end = consumer.highwater(source)
    return end is not None and await consumer.position(source) >= end

"""Ingest on a real broker: what goes in is counted once, whatever happens to the worker on the way."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from msgspec.json import encode

from detectors.negativity.marks import mark_of
from streams import metrics
from streams.adapters.ingest_service import IngestService
from streams.connectors.sink import MentionSink
from streams.ingest.corrections import mark_key
from streams.ingest.erased import post_row
from streams.ingest.ingest_settings import IngestSettings
from streams.ingest.remembered_ids import read_row
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.broker.embedded import EmbeddedBroker, free_port
from streams.kafka.settings import KafkaSettings
from streams.kafka.topic_rules import PartitionsChangedError
from streams.kafka.topics import DEAD_LETTERS, ERASED, FLUSHES, IDS, MARKS, MENTIONS
from streams.mention import Mention, decode_mention
from streams.wire.flush import decode_flush
from tests.kafka.counting import Watched, bins_of, mentions_of, watermarks_of
from tests.kafka.growing import Writer, give_partitions
from tests.patience import PATIENCE_S
from tests.streams.adapters.serving import eventually, mentions_value, serving, until
from tests.streams.story import BRANDS, NOON, WordScorer, matcher, record


def mentions(numbers: Iterable[int], content: str = "northside") -> list[Mention]:
    """Give mentions one second apart, each with its number."""
    return [decode_mention(record(i, i, content).value or b"") for i in numbers]


def send(settings: KafkaSettings, sent: Iterable[Mention]) -> None:
    with MentionSink(settings, "test") as sink:
        for mention in sent:
            sink.send(mention)


def empty_in(records: Iterable[Any]) -> set[int]:
    return {flush.partition for record in records if (flush := decode_flush(record.value)).empty}


def read_at(records: Iterable[Any]) -> list[float]:
    return [at for record in records if (at := decode_flush(record.value).read_at)]


async def test_every_matching_mention_is_counted_in_its_bin(kafka):
    ensure_topics(kafka)
    send(kafka, [*mentions(range(300)), *mentions(range(300, 400), "nothing of ours")])

    async with serving(kafka):
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 300)

    by_bin = {start - NOON: b.observation().mentions for (_, start), b in bins_of(flushes).items()}
    assert by_bin == dict.fromkeys(range(0, 300, 60), 60)


async def test_event_time_reaches_every_watch_partition(kafka):
    ensure_topics(kafka)
    with MentionSink(kafka, "test") as sink:
        sink.send_heartbeats(NOON)

    async with serving(kafka):
        flushes = await eventually(
            kafka, FLUSHES, lambda found: len({(r.partition, p) for r in found for p in watermarks_of([r])}) == 4
        )

    assert min(watermarks_of(flushes).values()) >= NOON


async def test_ingest_says_when_it_last_read_although_nobody_speaks(kafka):
    ensure_topics(kafka)
    began = time.time()

    async with serving(kafka):
        flushes = await eventually(kafka, FLUSHES, lambda found: len(set(read_at(found))) > 20)

    assert began - 1 < max(read_at(flushes)) < time.time() + 1
    assert empty_in(flushes) == {0, 1}


async def test_what_is_the_first_to_be_heard_of_empty_partitions_does_not_overtake_itself(kafka):
    ensure_topics(kafka)
    watched = Watched(BRANDS, 2)
    async with serving(kafka):
        await eventually(kafka, FLUSHES, lambda found: len(empty_in(found)) == 2)
        send(kafka, mentions(range(1000)))
        with MentionSink(kafka, "test") as sink:
            sink.send_heartbeats(NOON + 3600)
        await eventually(kafka, FLUSHES, lambda found: watched.take(found) >= NOON + 3600)

    assert watched.bins.total() == 1000


async def test_a_quiet_partition_ages_with_the_wall_clock(kafka):
    ensure_topics(kafka)
    began = time.time()
    with MentionSink(kafka, "test") as sink:
        sink.send_heartbeats(NOON)

    async with serving(kafka):
        flushes = await eventually(
            kafka, FLUSHES, lambda found: min(watermarks_of(found).values(), default=0) >= NOON + 2
        )

    assert max(watermarks_of(flushes).values()) <= NOON + time.time() - began


async def test_a_record_that_is_no_mention_is_told_with_its_place(kafka):
    ensure_topics(kafka)
    producer = MentionSink(kafka, "test")
    producer._producer.send(kafka.topic(MENTIONS), b"{broken", b"some key", partition=1)
    producer._producer.send(kafka.topic(MENTIONS), mentions_value(1), b"p1", partition=1)
    producer.flush()
    producer.close()

    async with serving(kafka):
        (letter,) = await eventually(kafka, DEAD_LETTERS, lambda found: len(found) == 1)
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 1)

    headers = {name: value.decode() for name, value in letter.headers}
    assert (letter.value, letter.key) == (b"{broken", b"some key")
    assert headers.pop("detail")
    assert headers == {"reason": "json", "topic": kafka.topic(MENTIONS), "partition": "1", "offset": "0"}


async def test_a_worker_that_starts_again_counts_nothing_twice(kafka):
    ensure_topics(kafka)
    send(kafka, mentions(range(100)))
    async with serving(kafka):
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 100)
    send(kafka, mentions(range(50, 150)))

    async with serving(kafka):
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 150)

    by_bin = {start - NOON: b.observation().mentions for (_, start), b in bins_of(flushes).items()}
    assert by_bin == {0: 60, 60: 60, 120: 30}


async def test_a_mention_that_comes_again_hours_later_is_a_repeat_also_for_the_next_worker(kafka):
    ensure_topics(kafka)
    hours = 3 * 3600
    send(kafka, mentions(range(100)))
    with MentionSink(kafka, "test") as sink:
        sink.send_heartbeats(NOON + 600)
    async with serving(kafka):
        await eventually(kafka, FLUSHES, lambda found: min(watermarks_of(found).values(), default=0) >= NOON + 600)
        await eventually(kafka, IDS, lambda found: sum(len(read_row(r.key, r.value)[2]) for r in found) >= 100)
    again = [msgspec.structs.replace(m, published=m.published + timedelta(seconds=hours)) for m in mentions(range(100))]
    send(kafka, [*again, *mentions(range(hours, hours + 10))])

    async with serving(kafka):
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 110)

    by_bin = {start - NOON: b.observation().mentions for (_, start), b in bins_of(flushes).items()}
    assert by_bin == {0: 60, 60: 40, hours: 10}


async def test_a_post_that_was_taken_down_is_not_shown_by_the_next_worker(kafka):
    ensure_topics(kafka)
    first, second = mentions(range(2), "northside is closed")
    send(kafka, [msgspec.structs.replace(first, content="", deleted=True)])
    async with serving(kafka):
        await eventually(kafka, ERASED, lambda found: {r.key for r in found} == {post_row(first.id)})
    send(kafka, [first, second])

    async with serving(kafka):
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 2)

    shown = {post.id for r in flushes for snapshot in decode_flush(r.value).snapshots for post in snapshot.posts}
    assert shown == {second.id}


async def test_what_somebody_else_wrote_among_the_ids_is_passed_over(kafka):
    ensure_topics(kafka)
    producer = AIOKafkaProducer(bootstrap_servers=list(kafka.brokers))
    await producer.start()
    for value in (b"what is this", b"", b"\xff" * 16):
        await producer.send_and_wait(kafka.topic(IDS), value, key=b"0/60/0", partition=0)
    await producer.stop()
    send(kafka, mentions(range(100)))

    async with serving(kafka):
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 100)

    assert mentions_of(flushes, "northside") == 100


@pytest.mark.kafka  # the embedded broker gives a partition to two members of a group at once
async def test_partitions_move_between_workers_without_a_loss(kafka):
    ensure_topics(kafka)
    send(kafka, mentions(range(100)))
    # Event time goes on with the clock while the group shares out, which may take its time: nothing is late for that.
    open_for_long = IngestSettings(lateness_s=3600)
    async with serving(kafka, ingest=open_for_long) as first:
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 100)
        async with serving(kafka, ingest=open_for_long) as second:
            await until(lambda: len(first.partitions) == len(second.partitions) == 1)
            send(kafka, mentions(range(100, 200)))
            await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 200)
        await until(lambda: len(first.partitions) == 2)
        send(kafka, mentions(range(200, 300)))

        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 300)

    assert mentions_of(flushes, "northside") == 300


@pytest.mark.kafka  # the embedded broker adds no partitions
@pytest.mark.parametrize("workers", [1, 2])
async def test_partitions_that_are_added_under_load_lose_and_double_nothing(kafka, workers):
    ensure_topics(kafka)
    told = mentions(range(1500))
    writer = Writer(kafka, 2)
    async with AsyncExitStack() as stack:
        services = [await stack.enter_async_context(serving(kafka)) for _ in range(workers)]
        await until(lambda: sum(len(service.partitions) for service in services) == 2)
        writing = asyncio.create_task(writer.write(told, 0.004))
        await until(lambda: writer.written > 300)
        for partitions in (4, 5):
            await give_partitions(kafka, MENTIONS, partitions)
            writer.partitions = partitions
            await until(partial(writer.has_written, writer.written + 300))
        if workers > 1:
            await services[0].stop()
        await writing
        with MentionSink(kafka, "test") as sink:
            sink.send_heartbeats(NOON + 3600)
        watched = Watched(BRANDS, 2)
        await eventually(kafka, FLUSHES, lambda found: watched.take(found) >= NOON + 3600)

    assert {start - NOON: count for (_, start), count in watched.bins.items() if count} == dict.fromkeys(
        range(0, 1500, 60), 60
    )
    assert metrics.TOPIC_PARTITIONS.labels("mentions")._value.get() == 5


@pytest.mark.kafka
async def test_partitions_that_were_added_while_nobody_ran_are_read_from_their_beginning(kafka):
    ensure_topics(kafka)
    send(kafka, mentions(range(100)))
    async with serving(kafka):
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 100)
    await give_partitions(kafka, MENTIONS, 4)
    await Writer(kafka, 4).write(mentions(range(100, 200)), 0.0)

    async with serving(kafka) as service:
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 200)
        assert len(service.partitions) == 4

    by_bin = {start - NOON: b.observation().mentions for (_, start), b in bins_of(flushes).items()}
    assert by_bin == {0: 60, 60: 60, 120: 60, 180: 20}


@pytest.mark.kafka
async def test_ingest_ends_aloud_where_the_watch_stage_was_given_partitions(kafka):
    ensure_topics(kafka)
    service = IngestService(kafka, matcher(), WordScorer(), flush_s=0.1)
    await service.start()
    await until(lambda: len(service.partitions) == 2)

    await give_partitions(kafka, FLUSHES, 3)
    await until(lambda: service.crashed)
    await service.stop()

    assert isinstance(service.crash_reason, PartitionsChangedError)
    assert "flushes had 2 partitions and has 3" in str(service.crash_reason)


@pytest.mark.kafka  # the embedded broker knows no transactions
async def test_what_was_taken_back_is_not_counted_and_what_may_be_holds_no_event_time(kafka):
    ensure_topics(kafka)
    producer = AIOKafkaProducer(
        bootstrap_servers=list(kafka.brokers),
        transactional_id=kafka.group,
        transaction_timeout_ms=int(1000 * PATIENCE_S),
    )
    await producer.start()
    for numbers, is_kept in ((range(5), False), (range(5, 15), True)):
        await producer.begin_transaction()
        for number in numbers:
            await producer.send_and_wait(kafka.topic(MENTIONS), mentions_value(number), partition=0)
        await (producer.commit_transaction() if is_kept else producer.abort_transaction())
    await producer.begin_transaction()
    await producer.send_and_wait(kafka.topic(MENTIONS), mentions_value(20), partition=0)
    with MentionSink(kafka, "test") as sink:
        sink._producer.send(kafka.topic(MENTIONS), mentions_value(20), b"p20", partition=1)

    async with serving(kafka) as service:
        flushes = await eventually(kafka, FLUSHES, lambda found: watermarks_of(found).get(0, 0) >= NOON + 16)
        assert mentions_of(flushes, "northside") == 11
        assert service._held[0].lag == 0
        await producer.commit_transaction()
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 12)
    await producer.stop()


def too_late() -> float:
    (family,) = metrics.LATE.collect()
    return sum(sample.value for sample in family.samples if sample.name.endswith("_total"))


@pytest.mark.kafka  # the embedded broker keeps nothing beside an offset: a restart may put them into another bin
async def test_a_producer_whose_clock_is_ahead_makes_nothing_late(kafka):
    ensure_topics(kafka)
    now = int(time.time())
    ahead = now + 3000 - NOON
    wrong = [record(i, ahead + i).value or b"" for i in range(3)]
    sink = MentionSink(kafka, "test")
    for value in wrong:
        sink._producer.send(kafka.topic(MENTIONS), value, partition=0, timestamp_ms=(now + 3000) * 1000)
    sink.flush()
    late = too_late()
    for _ in range(2):
        async with serving(kafka):
            await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 3)
    later = int(time.time())  # event time has gone on with the clock
    for i in range(3, 10):
        sink._producer.send(kafka.topic(MENTIONS), record(i, later - NOON).value or b"", partition=0)
    sink.flush()
    sink.close()

    async with serving(kafka):
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 10)

    assert too_late() == late
    assert mentions_of(flushes, "northside") == 10
    assert max(watermarks_of(flushes).values()) <= time.time()


class BreakingScorer(WordScorer):
    """Has a bug that one text sets off."""

    def score(self, texts, languages=()):
        if any("breaks us" in text for text in texts):
            raise ZeroDivisionError("a bug of ours")
        return super().score(texts, languages)


async def test_a_record_that_breaks_our_own_code_is_set_aside_alone(kafka):
    ensure_topics(kafka)
    send(kafka, [*mentions(range(40)), *mentions(range(40, 42), "northside breaks us"), *mentions(range(42, 100))])

    async with serving(kafka, BreakingScorer()):
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 98)
        letters = await eventually(kafka, DEAD_LETTERS, lambda found: len({r.key for r in found}) == 2)

    assert mentions_of(flushes, "northside") == 98
    assert {r.key for r in letters} == {b"p40", b"p41"}
    assert {dict(r.headers)["reason"] for r in letters} == {b"internal"}


async def test_a_worker_waits_for_a_broker_that_comes_late():
    port = free_port()
    settings = KafkaSettings(brokers=(f"127.0.0.1:{port}",), partitions=1, session_timeout_s=6.0)
    service = IngestService(settings, matcher(), WordScorer(), flush_s=0.1)
    await service.start()

    with EmbeddedBroker(port):
        ensure_topics(settings)
        send(settings, mentions(range(10)))
        flushes = await eventually(settings, FLUSHES, lambda found: mentions_of(found, "northside") == 10)
        await service.stop()

    assert flushes


@pytest.mark.parametrize("has_begun", [False, True])
async def test_a_worker_without_a_broker_stops_when_it_is_asked_to(has_begun):
    port = free_port()
    settings = KafkaSettings(brokers=(f"127.0.0.1:{port}",), partitions=1, session_timeout_s=6.0)
    service = IngestService(settings, matcher(), WordScorer(), flush_s=0.1)
    if has_begun:
        with EmbeddedBroker(port):
            ensure_topics(settings)
            await service.start()
            await until(lambda: len(service.partitions) == 1)
    else:
        await service.start()

    await asyncio.wait_for(service.stop(), PATIENCE_S)

    assert not service.crashed


async def test_a_worker_outlives_a_broker_that_stays_away_longer_than_its_requests_wait(monkeypatch):
    stop = AIOKafkaProducer.stop

    async def stop_badly(producer: AIOKafkaProducer) -> None:
        await stop(producer)
        raise asyncio.CancelledError  # aiokafka lets out the cancellation of its own tasks

    monkeypatch.setattr(AIOKafkaProducer, "stop", stop_badly)
    monkeypatch.setattr("streams.adapters.ingest_service._REQUEST_MS", 1000)
    port = free_port()
    settings = KafkaSettings(brokers=(f"127.0.0.1:{port}",), partitions=1, session_timeout_s=6.0)
    service = IngestService(settings, matcher(), WordScorer(), flush_s=0.1)

    with EmbeddedBroker(port):
        ensure_topics(settings)
        await service.start()
        await until(lambda: len(service.partitions) == 1)
    await until(lambda: not service.partitions)
    monkeypatch.setattr("streams.adapters.ingest_service._REQUEST_MS", 20_000)  # the next may answer late
    with EmbeddedBroker(port):
        ensure_topics(settings)
        send(settings, mentions(range(10)))
        await eventually(settings, FLUSHES, lambda found: mentions_of(found, "northside") == 10)
        await service.stop()

    assert not service.crashed


async def put_mark(settings: KafkaSettings, post: str, value: bytes | None) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=list(settings.brokers))
    await producer.start()
    try:
        await producer.send_and_wait(settings.topic(MARKS), value, key=mark_key("northside", post))
    finally:
        await producer.stop()


def negatives_of(found: list[Any]) -> int:
    return sum(merged.observation().negatives for (brand, _), merged in bins_of(found).items() if brand == "northside")


async def test_marks_made_before_the_start_are_known_to_the_first_mention(kafka):
    ensure_topics(kafka)
    for number in range(9):
        await put_mark(kafka, f"{number:x}", encode(mark_of("northside turnstile", 0.0, negative=True)))
    await put_mark(kafka, "0", None)
    send(kafka, [*mentions(range(10), "northside turnstile"), *mentions(range(10, 30), "southside turnstile")])

    async with serving(kafka):
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 10)

    assert negatives_of(flushes) == 10
    assert metrics.MARKS.labels("northside")._value.get() == 8


async def test_a_mark_made_while_ingest_runs_is_learned(kafka):
    ensure_topics(kafka)
    async with serving(kafka) as service:
        await until(lambda: bool(service.partitions))
        send(kafka, mentions(range(5), "northside turnstile"))
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 5)
        for number in range(9):
            await put_mark(kafka, f"{number:x}", encode(mark_of("northside turnstile", 0.0, negative=True)))
        await until(lambda: len(service._corrections.of("northside") or ()) == 9)
        send(kafka, mentions(range(60, 65), "northside turnstile"))
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 10)

    assert negatives_of(flushes) == 5


async def test_marks_teach_nothing_where_that_is_switched_off(kafka):
    ensure_topics(kafka)
    for number in range(9):
        await put_mark(kafka, f"{number:x}", encode(mark_of("northside turnstile", 0.0, negative=True)))
    send(kafka, mentions(range(10), "northside turnstile"))

    async with serving(kafka, ingest=IngestSettings(learn_from_marks=False)):
        flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 10)

    assert negatives_of(flushes) == 0

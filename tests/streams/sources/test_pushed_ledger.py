"""Several web processes keep together how a pushed source is."""

import pytest

from streams.kafka.administration.topics import ensure_topics
from streams.kafka.outgoing import Outgoing
from streams.kafka.reading.changelog import read_changelog
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.partition_writer import PartitionWriter
from streams.kafka.topics import CHECKPOINTS
from streams.sources.checkpoint import Checkpoint, Counts, decode_checkpoint, encode_checkpoint
from streams.sources.kafka_outlet import source_partition
from streams.sources.pushed_ledger import PushedLedger
from streams.sources.pushed_news import NOTHING_YET, PushedNews, with_news
from streams.sources.source import Health, Hole

AT = 1_795_946_400.0


def news(received: int, *, at: float = AT, name: str = "suite", holes: tuple[Hole, ...] = ()) -> PushedNews:
    health = Health(state="live", last_event=at - 60, last_ok=at) if received else Health(state="live")
    return PushedNews(id=name, kind="meltwater", at=at, counts=Counts(received=received), health=health, holes=holes)


class Rows:
    """The topic, and ledgers of several processes."""

    def __init__(self, kafka: KafkaSettings, *, is_fenced: bool) -> None:
        self.kafka = kafka
        self.is_fenced = is_fenced
        self.partitions = ensure_topics(kafka, [CHECKPOINTS])[CHECKPOINTS.name]

    def ledger(self) -> PushedLedger:
        return PushedLedger(self.kafka, self.partitions, is_fenced=self.is_fenced)

    async def row(self, name: str = "suite") -> Checkpoint:
        place = source_partition(name, self.partitions)
        found = await read_changelog(self.kafka, self.kafka.topic(CHECKPOINTS), {place: 0})
        return decode_checkpoint(name, found[place].changed[name.encode()] or b"")


@pytest.fixture
def rows(kafka, kafka_kind):
    return Rows(kafka, is_fenced=kafka_kind != "embedded")


async def test_what_several_processes_have_seen_is_added_up(rows):
    one, other = rows.ledger(), rows.ledger()

    await one.add([news(3)])
    one.close()
    await other.add([news(4, at=AT + 15)])
    other.close()
    await one.add([news(0, at=AT + 30)])
    one.close()

    row = await rows.row()
    assert (row.kind, row.counts.received, row.updated) == ("meltwater", 7, AT + 30)
    assert (row.health.last_ok, row.health.last_event, row.position) == (AT + 15, AT - 45, None)


async def test_processes_that_take_the_writer_from_each_other_lose_nothing(rows):
    if not rows.is_fenced:
        return  # the embedded broker is for one web process, and takes from nobody
    one, other = rows.ledger(), rows.ledger()
    await one.add([news(3)])
    await other.add([news(4)])

    await one.add([news(5)])
    await other.add([news(6)])
    one.close()
    other.close()

    assert (await rows.row()).counts.received == 18


async def test_where_another_kind_of_source_goes_on_is_left_as_it_is(rows):
    kept = Checkpoint(kind="brandwatch", position={"until": 7}, updated=AT, health=Health(state="live"))
    writer = PartitionWriter(rows.kafka, "listen-suite", is_fenced=False)
    await writer.open()
    place = source_partition("suite", rows.partitions)
    await writer.write([Outgoing(rows.kafka.topic(CHECKPOINTS), encode_checkpoint(kept), b"suite", place)])
    writer.close()
    ledger = rows.ledger()

    await ledger.add([news(3), news(2, name="other")])
    ledger.close()

    assert await rows.row() == kept
    assert (await rows.row("other")).counts.received == 2


def test_a_source_to_which_nothing_was_pushed_says_what_to_do():
    row = with_news(None, news(0))

    assert row.health.says == NOTHING_YET
    assert with_news(row, news(1)).health.says == ""


def test_news_that_were_not_told_are_told_with_the_next():
    hole = Hole(began=AT, ended=AT + 1, share=0.0, reason="dropped", detail="x")

    both = news(0, at=AT + 15).after(news(3, holes=(hole,)))

    assert (both.at, both.counts.received, both.holes, both.health.last_ok) == (AT + 15, 3, (hole,), AT)

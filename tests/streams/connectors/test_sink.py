"""What connectors read arrives in Kafka: whole, in order, and the refused among the dead letters."""

from collections import defaultdict
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from streams.brand import Brand
from streams.connectors.connector import ConnectorError, Refused
from streams.connectors.jsonl import JsonLines
from streams.connectors.sink import MentionSink
from streams.connectors.transfer import Transferred, transfer
from streams.errors import KafkaUnavailableError
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.broker.embedded import EmbeddedBroker, free_port
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import DEAD_LETTERS, MENTIONS, Topic
from streams.mention import decode_mention
from streams.queries.matching import Matcher
from tests.kafka.reading import read_topic


def line(i: int) -> bytes:
    return b'{"id": "p%d", "published": "2011-07-12T15:%02d:00Z", "content": "text %d"}' % (i, i % 60, i)


def records(settings: KafkaSettings, topic: Topic) -> dict[int, list[Any]]:
    """Give everything that a topic holds by partition, in order."""
    found: dict[int, list[Any]] = defaultdict(list)
    for record in read_topic(settings, topic):
        found[record.partition].append(record)
    return found


def send_file(settings: KafkaSettings, path: Path) -> Transferred:
    with MentionSink(settings, "jsonl") as sink:
        return transfer(JsonLines(str(path)), sink)


def test_a_file_arrives_whole_and_in_order(kafka, tmp_path):
    ensure_topics(kafka)
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(b"\n".join(line(i) for i in range(2500)))

    told = send_file(kafka, path)

    found = records(kafka, MENTIONS)
    arrived = {p: [decode_mention(r.value) for r in batch] for p, batch in found.items()}
    numbers = {p: [int(m.id[1:]) for m in batch if m.source != "tocsin"] for p, batch in arrived.items()}
    assert (told.read, told.sent, told.refused) == (2500, 2500, 0)
    assert sorted(chain.from_iterable(numbers.values())) == list(range(2500))
    assert all(batch == sorted(batch, key=lambda i: (i % 60, i)) for batch in numbers.values())
    assert {r.key.decode() for batch in found.values() for r in batch} == {
        m.id for batch in arrived.values() for m in batch
    }


def test_event_time_begins_and_ends_in_every_partition(kafka, tmp_path):
    ensure_topics(kafka)
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(line(5) + b"\n" + line(9))

    send_file(kafka, path)

    began, latest = 1310482800 + 300, 1310482800 + 540
    for partition, batch in records(kafka, MENTIONS).items():
        beats = [r.key.decode() for r in batch if r.key.startswith(b"tocsin:")]
        assert beats == [f"tocsin:heartbeat:{partition}:{at}" for at in (began, latest + 180)]
        assert [batch[0].key.decode(), batch[-1].key.decode()] == beats


def test_what_is_refused_goes_to_the_dead_letters_with_its_reason(kafka, tmp_path):
    ensure_topics(kafka)
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(line(1) + b"\n{broken\n" + line(2))

    told = send_file(kafka, path)

    (letter,) = [r for batch in records(kafka, DEAD_LETTERS).values() for r in batch]
    headers = dict(letter.headers)
    assert letter.value == b"{broken"
    assert (headers["reason"], headers["origin"]) == (b"json", f"{path}:2".encode())
    assert (told.read, told.sent, told.refused, told.reasons) == (3, 2, 1, {"json": 1})


class Failing:
    name = "failing"

    def read(self):
        yield decode_mention(line(1))
        yield Refused(origin="x:2", reason="json", detail="", data=b"")
        raise ConnectorError("x:3: broke off")


@pytest.mark.parametrize(("in_order", "keys"), [(False, [b"p1"]), (True, [])])
def test_of_a_source_that_fails_what_it_read_was_sent_where_it_is_sent_as_it_comes(kafka, in_order, keys):
    ensure_topics(kafka)

    with pytest.raises(ConnectorError), MentionSink(kafka, "failing") as sink:
        transfer(Failing(), sink, in_order=in_order)

    found = [r.key for batch in records(kafka, MENTIONS).values() for r in batch]
    assert [key for key in found if not key.startswith(b"tocsin:")] == keys


def test_a_file_newest_first_counts_whole_and_one_as_it_comes_loses_what_is_late(kafka, tmp_path):
    ensure_topics(kafka)
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(b"\n".join(line(i) for i in reversed(range(60))))

    with MentionSink(kafka, "jsonl") as sink:
        sorted_ = transfer(JsonLines(str(path)), sink)
        as_it_comes = transfer(JsonLines(str(path)), sink, in_order=False)

    assert (sorted_.late, sorted_.counting) == (0, 60)
    # Four partitions at most begin with their latest, and two minutes are open behind each.
    assert as_it_comes.late >= 60 - 4 * 3


def test_what_is_older_than_a_partition_has_read_is_told_as_late(kafka, tmp_path):
    ensure_topics(kafka)
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(b"\n".join(line(i) for i in range(60)))
    half_past_three = 1310484600

    with MentionSink(kafka, "jsonl") as sink:
        told = transfer(JsonLines(str(path)), sink, watermarks=dict.fromkeys(range(4), half_past_three))

    assert (told.late, told.counting) == (29, 31)  # a bin is open for a minute after its end


def test_what_speaks_of_no_brand_is_told_apart_from_what_counts(kafka, tmp_path):
    ensure_topics(kafka)
    path = tmp_path / "mentions.jsonl"
    path.write_bytes(b"\n".join(line(i) for i in range(20)))

    with MentionSink(kafka, "jsonl") as sink:
        told = transfer(JsonLines(str(path)), sink, matcher=Matcher([Brand(id="seven", name="", query='"text 7"')]))

    assert (told.sent, told.unmatched, told.counting, told.matched) == (20, 19, 1, {"seven": 1})


def test_no_broker_is_named():
    port = free_port()

    with pytest.raises(KafkaUnavailableError, match=f"no Kafka broker answers at 127.0.0.1:{port}"):
        MentionSink(KafkaSettings(brokers=(f"127.0.0.1:{port}",)), "jsonl", connect_s=0.5)


def test_a_broker_that_goes_away_is_a_failure_and_not_a_silent_loss():
    with EmbeddedBroker() as broker:
        settings = KafkaSettings(brokers=(broker.address,))
        ensure_topics(settings)
        sink = MentionSink(settings, "jsonl", give_up_s=1.0)
    sink.send(decode_mention(line(1)))

    with pytest.raises(KafkaUnavailableError, match="did not acknowledge"):
        sink.flush()
    sink.close()

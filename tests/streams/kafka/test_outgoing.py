"""A record that is too large for Kafka says less, and is never left out."""

from collections.abc import Awaitable, Iterator

import msgspec
import pytest

from streams.errors import RecordTooLargeError
from streams.kafka.outgoing import MAX_BYTES, Outgoing, dead_letter_record, fitted, json_record
from streams.kafka.sending import send_and_wait
from streams.wire.record import DeadLetter


def halves(text: str) -> Iterator[str]:
    while text:
        text = text[: len(text) // 2]
        yield text


class Kafka:
    """Remembers what it was given."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []

    async def put(self, record: Outgoing) -> Awaitable[None]:
        self.taken.append(record)

        async def acknowledged() -> None:
            pass

        return acknowledged()


def test_a_record_that_fits_is_sent_as_it_is():
    record = json_record("verdicts", "x" * 1000, b"k", 1, halves)

    assert fitted(record) is record


@pytest.mark.parametrize("characters", ["x", "ก", "😡"])
def test_a_record_that_is_too_large_is_sent_with_the_first_of_its_smaller_values_that_fits(characters: str):
    record = json_record("verdicts", characters * 3_000_000, b"k", 1, halves)

    sent = fitted(record)

    assert MAX_BYTES / 2 - 10 < len(sent.value or b"") < MAX_BYTES
    assert set(msgspec.json.decode(sent.value or b"", type=str)) == {characters}
    assert (sent.topic, sent.key, sent.partition) == ("verdicts", b"k", 1)


def test_key_and_headers_count_as_well():
    record = Outgoing(
        "t", b"x" * 600_000, b"k" * 300_000, headers=[("h", b"v" * 300_000)], smaller=lambda: iter([b"s"])
    )

    assert fitted(record).value == b"s"


@pytest.mark.parametrize("smaller", [None, lambda: iter([b"x" * MAX_BYTES])])
async def test_where_nothing_fits_nothing_is_sent_and_the_record_is_named(smaller):
    kafka = Kafka()
    large = Outgoing("states", b"x" * (MAX_BYTES + 1), b"northside", 0, smaller=smaller)

    with pytest.raises(RecordTooLargeError, match="states: a record of 1,040,010 bytes with the key 'northside'"):
        await send_and_wait(kafka.put, [Outgoing("t", b"small"), large])

    assert kafka.taken == []


async def test_all_of_a_batch_are_sent_in_order_the_large_one_smaller():
    kafka = Kafka()
    large = json_record("t", "x" * MAX_BYTES, b"2", 0, halves)

    await send_and_wait(kafka.put, [Outgoing("t", b"1", b"1"), large, Outgoing("t", b"3", b"3")])

    assert [record.key for record in kafka.taken] == [b"1", b"2", b"3"]
    assert all(len(record.value or b"") <= MAX_BYTES for record in kafka.taken)


def test_a_dead_letter_fits_whatever_came():
    letter = DeadLetter(reason="json", detail="d" * 2_000_000, offset=1, key=b"k" * 1_000_000, value=b"v" * 1_000_000)

    record = dead_letter_record("mentions.dlq", "mentions", 0, letter)

    assert fitted(record) is record

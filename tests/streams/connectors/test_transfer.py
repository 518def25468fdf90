"""A file on its way to Kafka."""

import contextlib
import datetime as dt
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from streams.connectors.connector import Refused
from streams.connectors.transfer import transfer
from streams.mention import Mention

PARTITIONS = 2
BEGAN = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


class KilledError(Exception):
    """The process ends here."""


class Record(Struct, frozen=True):
    partition: int


class Sent:
    """A future that is there already."""

    def __init__(self, partition: int) -> None:
        self._partition = partition

    def add_callback(self, call: Any, *values: Any) -> None:
        call(*values, Record(self._partition))


class Sink:
    """Keeps what Kafka would have, and how far event time has come in each partition, until it is killed."""

    def __init__(self, watermarks: dict[int, int], most: int | None = None) -> None:
        self.ids: list[str] = []
        self.late: set[str] = set()
        self.watermarks = watermarks
        self._most = most

    def send(self, mention: Mention) -> Sent:
        if len(self.ids) == self._most:
            raise KilledError
        partition, at = zlib.crc32(mention.id.encode()) % PARTITIONS, int(mention.published_s)
        before = self.watermarks.get(partition, at)
        if at // 60 * 60 + 120 <= before:
            self.late.add(mention.id)
        self.watermarks[partition] = max(at, before)
        self.ids.append(mention.id)
        return Sent(partition)

    def refuse(self, refused: Refused) -> None:
        raise AssertionError(refused)

    def send_heartbeats(self, at: int) -> None:
        for partition in range(PARTITIONS):
            self.watermarks[partition] = max(at, self.watermarks.get(partition, at))

    def flush(self) -> None:
        pass


class Rows:
    """A file, in whatever order it stands."""

    name = "rows"

    def __init__(self, minutes: Sequence[int]) -> None:
        self._minutes = minutes

    def read(self) -> Iterator[Mention]:
        for number, minute in enumerate(self._minutes):
            yield Mention(id=f"post {number}", published=BEGAN + dt.timedelta(minutes=minute), content="northside")


def carried(rows: Rows, sink: Sink) -> Sink:
    with contextlib.suppress(KilledError):
        transfer(rows, sink)  # type: ignore[arg-type]
    return sink


@given(minutes=st.lists(st.integers(0, 600), min_size=1, max_size=60), killed_at=st.integers(0, 60))
def test_a_file_whose_sending_is_killed_and_begun_again_loses_nothing_and_makes_late_only_what_was_sent(
    minutes, killed_at
):
    first = carried(Rows(minutes), Sink({}, killed_at))

    again = carried(Rows(minutes), Sink(first.watermarks))

    assert set(again.ids) == {f"post {number}" for number in range(len(minutes))}
    assert again.late <= set(first.ids)
    assert not first.late

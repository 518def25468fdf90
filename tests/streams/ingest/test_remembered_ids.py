"""The ids of the last day: a repeat is known, a record that is read again is none, and the oldest give way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ingest.remembered_ids import BadRowError, RememberedIds, read_row, remembered, rows_of
from tests.streams.story import unhurried

DAY = 86_400
IDS = st.integers(0, 40).map(lambda number: number * 0x0123_4567_89AB_CDEF % (1 << 64))
BINS = st.lists(
    st.tuples(st.integers(1, 30_000), st.lists(IDS, max_size=8)), min_size=1, max_size=12
)  # seconds to the next bin, and what is said in it


class Plain:
    """The same by a list of everything that was ever said."""

    def __init__(self) -> None:
        self.said: list[tuple[int, int, int]] = []

    def is_repeat(self, asked: int, offset: int, start: int) -> bool:
        seen_at: int | None = None
        first: int | None = None
        for id_hash, at, when in self.said:
            if id_hash != asked:
                continue
            if seen_at is not None and when - seen_at > DAY:
                first = None
            first = at if first is None else min(first, at)
            seen_at = when
        return first is not None and seen_at is not None and first < offset and seen_at >= start - DAY


@unhurried
@given(BINS, st.booleans())
def test_it_knows_what_a_list_of_everything_would_know(bins, often):
    remembered_ids, plain = RememberedIds(), Plain()
    offset = start = 0
    for gap, ids in bins:
        start += gap
        remembered_ids.look_up(ids)
        for id_hash in ids:
            assert remembered_ids.is_repeat(id_hash, offset, start) == plain.is_repeat(id_hash, offset, start)
        told: dict[int, int] = {}
        for id_hash in ids:
            told.setdefault(id_hash, offset)
            offset += 1
        remembered_ids.add(start, told)
        plain.said += [(id_hash, at, start) for id_hash, at in told.items()]
        if often:
            remembered_ids._settle() if remembered_ids._young else None


@given(BINS)
def test_who_reads_the_rows_knows_the_same(bins):
    here, rows = RememberedIds(), []
    start = offset = 0
    for gap, ids in bins:
        start += gap
        told = {id_hash: offset + at for at, id_hash in enumerate(dict.fromkeys(ids))}
        offset += len(ids)
        here.add(start, told)
        rows += list(rows_of(7, start, told))

    read = [read_row(key, value) for key, value in rows]
    there = remembered([(at, ids) for _, at, ids in reversed(read)])

    assert {partition for partition, _, _ in read} <= {7}
    asked = sorted({id_hash for _, ids in bins for id_hash in ids})
    here.look_up(asked)
    there.look_up(asked)
    for id_hash in asked:
        for at in (0, offset // 2, offset + 1):
            assert here.is_repeat(id_hash, at, start) == there.is_repeat(id_hash, at, start)


def test_a_bin_of_many_ids_comes_in_rows_that_kafka_takes():
    ids = {number: number for number in range(100_000)}

    rows = list(rows_of(0, 60, ids))

    assert max(len(value) for _, value in rows) < 500_000
    assert len({key for key, _ in rows}) == len(rows) > 1
    assert {id_hash: at for key, value in rows for id_hash, at in read_row(key, value)[2].items()} == ids


def test_those_not_seen_for_longest_are_given_up_first_and_counted():
    memory = RememberedIds(most=5000)

    for number in range(10):
        memory.add(number * 60, {number * 1000 + i: number * 1000 + i for i in range(1000)})
    memory.add(600, {0: 10_000})  # seen again
    memory.add(660, {i: i for i in range(100_000, 104_000)})
    memory.look_up([0, 1, 9_999, 100_000])

    assert len(memory) == 5000
    assert memory.given_up == 9_000
    known = [id_hash for id_hash in (0, 1, 9_999, 100_000) if memory.is_repeat(id_hash, 200_000, 720)]
    assert known == [0, 9_999, 100_000]


def test_what_is_a_day_old_goes_and_is_not_given_up():
    memory = RememberedIds()
    memory.add(0, {i: i for i in range(5000)})
    memory.add(2 * DAY, {i: i for i in range(10_000, 15_000)})

    memory.look_up([])

    assert len(memory) == 5000
    assert memory.given_up == 0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (b"", b""),
        (b"0/60", b""),
        (b"a/b/c", b""),
        (b"0/60/0", b"\0" * 15),
        (b"0/60/0", b"\xff" * 16),
        (b"\xff\xfe", b"x"),
    ],
)
def test_a_row_of_somebody_else_is_refused(key, value):
    with pytest.raises(BadRowError, match="is no row of ids"):
        read_row(key, value)

"""The heartbeat: what a beat vouches for, and when the whole chain is known to move."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.deliveries.heartbeat import (
    HEARTBEAT_S,
    Heartbeat,
    Heartbeats,
    HeartbeatSource,
    decode_heartbeat,
    heartbeat_record,
    is_heartbeat,
)
from streams.brand import watch_partition
from streams.watch.source_watch import SELF_BRAND
from tests.alerts.verdicts import NOW

LIMIT_S = 60.0


def gathered(*beats: tuple[int, float], partitions: int = 2, at: float = NOW) -> Heartbeats:
    hearts = Heartbeats()
    for partition, when in beats:
        hearts.take(Heartbeat(partition=partition, partitions=partitions, at=when), at)
    return hearts


def test_a_partition_beats_once_and_again_when_its_time_has_passed():
    heartbeat_of = HeartbeatSource(4)

    told = [heartbeat_of.heartbeat(2, NOW + passed) for passed in (0.0, 1.0, HEARTBEAT_S - 1, HEARTBEAT_S)]

    assert [heartbeat and (heartbeat.partition, heartbeat.partitions, heartbeat.at) for heartbeat in told] == [
        (2, 4, NOW), None, None, (2, 4, NOW + HEARTBEAT_S),
    ]  # fmt: skip


def test_each_partition_beats_by_itself():
    heartbeat_of = HeartbeatSource(2)

    assert heartbeat_of.heartbeat(0, NOW)
    assert heartbeat_of.heartbeat(1, NOW)


def test_where_a_source_is_not_heard_of_there_is_no_beat():
    assert HeartbeatSource(2).heartbeat(0, 0.0) is None


def test_a_source_that_is_read_no_longer_stops_the_beat():
    heartbeat_of = HeartbeatSource(1)
    heartbeat_of.heartbeat(0, NOW)

    assert all(heartbeat_of.heartbeat(0, NOW + 5) is None for _ in range(1000))


def test_a_beat_is_told_from_what_it_travels_with_by_its_key_alone():
    heartbeat = Heartbeat(partition=3, partitions=4, at=NOW)

    record = heartbeat_record("verdicts", heartbeat)

    assert (record.topic, record.partition, decode_heartbeat(record.value)) == ("verdicts", 3, heartbeat)
    assert is_heartbeat(record.key)
    assert not any(is_heartbeat(key) for key in (None, b"", b"northside", b"d-0123", b"d-0123/outcome"))


@pytest.mark.parametrize("value", [None, b"", b"{}", b'{"partition": 1}'])
def test_what_is_no_beat_is_refused(value):
    with pytest.raises(msgspec.MsgspecError):
        decode_heartbeat(value)


def test_beats_are_gathered_in_the_partition_of_the_services_own_brand():
    assert Heartbeat(partition=0, partitions=7, at=NOW).home == watch_partition(SELF_BRAND.id, 7)


def test_the_chain_is_whole_while_every_partition_beats():
    assert gathered((0, NOW - 40), (1, NOW - 59)).is_whole(NOW, LIMIT_S)


def test_one_partition_that_stopped_is_named_and_the_chain_is_not_whole():
    hearts = gathered((0, NOW), (1, NOW - 61))

    assert hearts.late(NOW, LIMIT_S) == (1,)
    assert not hearts.is_whole(NOW, LIMIT_S)


def test_a_partition_that_never_beat_is_waited_for_and_then_named():
    hearts = gathered((0, NOW), (0, NOW + 60))

    assert not hearts.is_whole(NOW, LIMIT_S)
    assert hearts.late(NOW + 60, LIMIT_S) == ()
    assert hearts.late(NOW + 61, LIMIT_S) == (1,)


def test_where_others_gather_nothing_is_late_and_nothing_whole():
    hearts = gathered((0, NOW), (1, NOW))
    hearts.forget()

    assert (hearts.late(NOW + 900, LIMIT_S), hearts.is_whole(NOW, LIMIT_S)) == ((), False)


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(NOW - 90, NOW)), max_size=12), st.randoms())
def test_the_order_and_repeats_of_beats_do_not_matter(beats, chance):
    again = [*beats, *beats]
    chance.shuffle(again)

    one, other = gathered(*beats, partitions=3), gathered(*again, partitions=3)

    assert one.is_whole(NOW, LIMIT_S) == other.is_whole(NOW, LIMIT_S)
    assert one.is_whole(NOW, LIMIT_S) == all(
        any(partition == each and NOW - at <= LIMIT_S for partition, at in beats) for each in range(3)
    )

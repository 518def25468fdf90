"""The service's own heartbeat: proof, twice a minute, that a mention could go the whole way just now. Pure.

Ingest says in each flush when it last read its partition. For each of its partitions the watch stage puts a heartbeat
on ``verdicts``, the incidents stage passes it on to ``deliveries``, and the outbox collects those of all partitions in
the one of the service's own brand: there it is known whether the whole chain moves. A heartbeat carries the time of the
least recently read source partition, so if any stage stops in any partition, a heartbeat ages.

It is not a mention, verdict or delivery: readers recognise it by its key, and it is counted and shown nowhere.
"""

import msgspec
from msgspec import Struct

from streams.brand import watch_partition
from streams.kafka.outgoing import Outgoing
from streams.watch.source_watch import SELF_BRAND

HEARTBEAT_S = 30.0
"""Between two beats of a partition: two of them fit into the minute after which an outside service may call."""
_KEY = b"@beat/"
"""No brand's id and no delivery's begins so."""


class Heartbeat(Struct, frozen=True, kw_only=True):
    """One beat of one of so many partitions; ``at`` is the wall time that it vouches for, epoch seconds."""

    partition: int
    partitions: int
    at: float

    @property
    def key(self) -> str:
        """The key of its record: on a compacted topic the newest is kept."""
        return f"{_KEY.decode()}{self.partition}"

    @property
    def home(self) -> int:
        """The partition in which the beats of all are gathered."""
        return watch_partition(SELF_BRAND.id, self.partitions)


def is_heartbeat(key: bytes | None) -> bool:
    """Whether a record of ``verdicts`` or ``deliveries`` is a beat."""
    return key is not None and key.startswith(_KEY)


def decode_heartbeat(value: bytes | None) -> Heartbeat:
    """Read a beat.

    Raises
    ------
    msgspec.MsgspecError
        Where the value is none.
    """
    return msgspec.json.decode(value or b"", type=Heartbeat)


def heartbeat_record(topic: str, heartbeat: Heartbeat) -> Outgoing:
    """Return a beat as a record of its own partition of a topic."""
    return Outgoing(topic, msgspec.json.encode(heartbeat), heartbeat.key.encode(), heartbeat.partition)


class HeartbeatSource:
    """Says when the watch stage has a beat to send.

    Parameters
    ----------
    partitions
        Of ``verdicts``.
    """

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self._sent_at: dict[int, float] = {}

    def heartbeat(self, partition: int, read_at: float) -> Heartbeat | None:
        """Return the beat that is due in a partition, whose sources were all read at ``read_at`` or later; 0: unknown.

        A replay of flushes may repeat one, which does no harm.
        """
        if read_at < self._sent_at.get(partition, 0.0) + HEARTBEAT_S:
            return None
        self._sent_at[partition] = read_at
        return Heartbeat(partition=partition, partitions=self.partitions, at=read_at)


class Heartbeats:
    """The newest beat of each partition, where they are gathered."""

    def __init__(self) -> None:
        self._partitions = 0
        self._since = 0.0
        self._newest: dict[int, float] = {}

    def take(self, heartbeat: Heartbeat, now: float) -> None:
        """Take a beat that has come the whole way; ``now`` is wall time, epoch seconds."""
        if not self._newest:
            self._since = now
        self._partitions = heartbeat.partitions
        self._newest[heartbeat.partition] = max(heartbeat.at, self._newest.get(heartbeat.partition, 0.0))

    def forget(self) -> None:
        """Start again: others may collect them now."""
        self._partitions = 0
        self._newest.clear()

    def late(self, now: float, limit_s: float) -> tuple[int, ...]:
        """Return the partitions that no beat vouches for within ``limit_s`` seconds, once a first could have come."""
        return tuple(p for p in range(self._partitions) if now - self._newest.get(p, self._since) > limit_s)

    def is_whole(self, now: float, limit_s: float) -> bool:
        """Whether a beat of every partition vouches for the last ``limit_s`` seconds."""
        return 0 < self._partitions <= len(self._newest) and not self.late(now, limit_s)

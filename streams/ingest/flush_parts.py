"""A flush in parts that Kafka takes: each below a size, the watermark on the last alone."""

from collections.abc import Sequence

import msgspec

from streams.wire.flush import Flush, Snapshot

_ENCODE = msgspec.msgpack.Encoder().encode
_FRAME_BYTES = 64


def in_parts(last: Flush, snapshots: Sequence[Snapshot], redacted_posts: Sequence[str], part_bytes: int) -> list[Flush]:
    """Return one flush as parts, in the order in which they are to be sent.

    Parameters
    ----------
    last
        The last part, without snapshots and ids.
    snapshots, redacted_posts
        What is to be shared out. One that is larger than ``part_bytes`` by itself is a part by itself.
    part_bytes
        Size that a part should not exceed, bytes.
    """
    earlier: list[Flush] = []
    room = part_bytes - _FRAME_BYTES - len(_ENCODE(last))
    here: list[Snapshot] = []
    gone: list[str] = []
    used = 0
    items: list[str | Snapshot] = [*redacted_posts, *snapshots]
    for item in items:
        size = len(_ENCODE(item))
        if used and used + size > room:
            earlier.append(_part(last, here, gone))
            here, gone, used = [], [], 0
        used += size
        if isinstance(item, str):
            gone.append(item)
        else:
            here.append(item)
    scorer = last.scorer if here else ""
    return [*earlier, msgspec.structs.replace(last, snapshots=tuple(here), deleted=tuple(gone), scorer=scorer)]


def _part(last: Flush, snapshots: list[Snapshot], redacted_posts: list[str]) -> Flush:
    return Flush(
        partition=last.partition,
        partitions=last.partitions,
        snapshots=tuple(snapshots),
        deleted=tuple(redacted_posts),
        scorer=last.scorer if snapshots else "",
    )

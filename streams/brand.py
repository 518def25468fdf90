"""Whatever is watched: a trust, a product, a person; as the configuration names it."""

import zlib

from msgspec import Struct


class Brand(Struct, frozen=True, kw_only=True):
    """One watched brand. Fields as in the configuration's ``brands``; ``peers`` are ids of others.

    Naming is one-sided: only the incidents of the brand that names peers are compared with them.
    """

    id: str
    name: str
    query: str
    languages: tuple[str, ...] = ()
    false_pages_per_week: float = 0.25
    floor: int = 8
    policy: str = "default"
    peers: tuple[str, ...] = ()


def watch_partition(brand_id: str, partitions: int) -> int:
    """Return the partition of ``flushes`` (and of all topics keyed by brand) that a brand lives on.

    CRC-32 of the UTF-8 id, modulo: the same in every process and version.

    Examples
    --------
    >>> watch_partition("northside", 1)
    0
    """
    return zlib.crc32(brand_id.encode()) % partitions

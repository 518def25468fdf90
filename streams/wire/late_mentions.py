"""Mentions that came too late for their bin, as ingest tells the watch stage of them: how many, and never what."""

from msgspec import Struct


class LateMentions(Struct, frozen=True, array_like=True):
    """Late mentions of one brand, of one source and of one bin.

    Parameters
    ----------
    brand, source
        The brand's id, and what they state as their source.
    start
        First second of the bin in which they belong (epoch).
    offsets
        Of their records in the source partition that tells of them, rising: a record that is read again is known by it.
    """

    brand: str
    source: str
    start: int
    offsets: tuple[int, ...]

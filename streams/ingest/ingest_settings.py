"""Lengths and bounds of stage 1."""

from msgspec import Struct

from streams.ingest.remembered_ids import MOST


class IngestSettings(Struct, frozen=True, kw_only=True):
    """Lengths of event time in seconds, and the bounds of what is kept.

    Parameters
    ----------
    bin_s
        Length of a bin.
    lateness_s
        How long a bin stays open after the watermark has passed its end.
    future_s
        How far ahead of its own Kafka timestamp a record may claim to be published: clocks differ, a day does not.
    part_bytes
        A flush above this is sent in parts; Kafka takes 1 MB by default.
    sources
        Sources counted separately; further ones are counted as ``other``.
    learn_from_marks
        Whether officers' marks on posts correct their brand's scores.
    remembered_ids
        Ids of matching mentions of a source partition that are remembered for a day, so that a repeat is known.
    """

    bin_s: int = 60
    lateness_s: int = 60
    future_s: int = 300
    part_bytes: int = 400_000
    sources: int = 200
    remembered_ids: int = MOST
    learn_from_marks: bool = True

"""What ingest sends to the watch stage, about once a second: watermarks and snapshots."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct, field

from detectors.not_heard import NotHeard
from detectors.post import Post
from streams.wire.feedback import Feedback
from streams.wire.history import History
from streams.wire.late_mentions import LateMentions
from streams.wire.source_read import SourceRead


class BinAuthor(Struct, frozen=True, array_like=True):
    """One post of an author's in a bin, by which the author is read from that second of the bin on.

    ``first_negative_s`` and ``first_scored_s`` are the same second where the post is negative and scored, -1 where it
    is not; ``text`` is 32 bits of the hash of what it says. Without a text it is what a version before tells: when the
    author was first heard, first heard negative, first scored. A version before takes ours for that.
    ``harm`` is 1 where it reports harm to the brand or asks others to act against it, 0 where it does neither, 2 where
    that is not known of its language, and -1 where a version before says nothing of it.
    """

    author: int
    first_s: int
    first_negative_s: int = -1
    first_scored_s: int = -1
    text: int = -1
    harm: int = -1


class Text(Struct, frozen=True, array_like=True):
    """One distinct text of a bin, and when it was first seen (seconds into it)."""

    text: int
    first_s: int


class Snapshot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One source partition's part of one brand's bin: the counts so far, and the authors and posts not sent yet.

    The counts are cumulative: a later snapshot of the same (brand, start, partition) that covers at least the same
    offsets replaces the earlier one's. Voices, texts and posts are those that are new, or that changed, since the
    snapshot before; whoever reads makes their union, which no repeat changes. So a replay changes nothing, and a bin
    is known to whoever has read all its snapshots. A process that begins to read a partition anew tells all of its
    open bins again.

    Parameters
    ----------
    brand, start
        The brand's id, and the first second of the bin (epoch).
    first_offset, last_offset
        The offsets of the source partition between which its mentions lie, both included.
    mentions, negatives, unscored
        Records of each second of the bin, ``span_s`` long, trailing zeros cut.
    authors
        Of the prefix sketch of authors (``streams.sketches.sketch``): for every second of the bin, those heard up to it
        with the ``k`` smallest 64-bit hashes. Exact below ``k``. Of each the posts by which it is read, mostly one.
    texts
        The same of the texts, with a smaller ``k``.
    posts
        Of a bottom-k sample of posts by the hash of their id, negative ones first in line.
    arrived_at
        Latest Kafka timestamp of its records, seconds.
    """

    brand: str
    start: int
    first_offset: int
    last_offset: int
    mentions: tuple[int, ...] = ()
    negatives: tuple[int, ...] = ()
    unscored: tuple[int, ...] = ()
    authors: tuple[BinAuthor, ...] = field(default=(), name="voices")
    texts: tuple[Text, ...] = ()
    posts: tuple[Post, ...] = ()
    arrived_at: float = 0.0


class Flush(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One source partition's message to one watch partition.

    A large flush is sent in parts, in order; only the last carries the ``watermark``.

    Parameters
    ----------
    partition, partitions
        Which source partition speaks, and how many there are: asked of Kafka after what the watermark stands for was
        read.
    watermark
        Event time up to which the partition has been read, epoch seconds; every mention before it that is not
        late is in a snapshot sent with or before this flush. ``None``: nothing new to say about time.
    began
        Event time of the first record that this consumer ever read from the partition: before it, nothing is known.
    empty
        The partition held no record at all when it was last asked, which was after the last flush that said so.
    heard
        For each source, the starts of the bins in which it has spoken since the last flush: a source that stops
        is missed by this.
    deleted
        Ids of posts that were taken down since the last flush.
    read_at
        Wall time at which Kafka last gave records of the partition, or said that there are no more; epoch seconds, 0
        where unknown. It proves that ingest hears, also where nobody speaks.
    feedback
        People's feedback on alerts. It comes from stage 3, in a flush that contains nothing else (``of_feedback``).
    histories
        What archives taught about brands. They come from ``tocsin learn``, in the same way (``of_history``).
    not_heard
        Holes of sources. They come from the processes that read them, in the same way (``of_hearing``).
    read
        What those who listen have read, what matches no brand included.
    late
        Mentions that came too late for their bin; those of one flush are in one part.
    scorer
        Name of the scorer by which the snapshots' mentions were read; a version before says none.
    """

    partition: int
    partitions: int
    watermark: int | None = field(default=None, name="front")
    began: int | None = None
    empty: bool = False
    snapshots: tuple[Snapshot, ...] = ()
    heard: dict[str, tuple[int, ...]] = {}
    deleted: tuple[str, ...] = ()
    read_at: float = 0.0
    feedback: tuple[Feedback, ...] = ()
    histories: tuple[History, ...] = ()
    not_heard: tuple[NotHeard, ...] = ()
    read: tuple[SourceRead, ...] = ()
    late: tuple[LateMentions, ...] = ()
    scorer: str = ""


def of_feedback(*feedback: Feedback) -> Flush:
    """Return a flush that carries feedback, and says nothing of any source partition.

    In the log of flushes it has its place among the mentions, the same in every replay: that decides from which
    bin on it counts.
    """
    return Flush(partition=0, partitions=0, feedback=feedback)


def of_history(history: History) -> Flush:
    """Return a flush that carries a brand's history, and says nothing of any source partition."""
    return Flush(partition=0, partitions=0, histories=(history,))


def of_hearing(not_heard: Sequence[NotHeard] = (), read: Sequence[SourceRead] = ()) -> Flush:
    """Return a flush with what was read and the holes, and without any source partition.

    Every brand's watch needs it: it goes to all partitions of the log of flushes.
    """
    return Flush(partition=0, partitions=0, not_heard=tuple(not_heard), read=tuple(read))


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Flush)


def encode_flush(flush: Flush) -> bytes:
    """Return a flush as MessagePack."""
    return _ENCODER.encode(flush)


def decode_flush(data: bytes) -> Flush:
    """Read what ``encode_flush`` wrote.

    Raises
    ------
    msgspec.DecodeError
        Where the bytes are no flush.
    """
    return _DECODER.decode(data)

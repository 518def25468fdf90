"""The topics of Tocsin, their partitions and how long they are kept."""

from typing import Literal

from msgspec import Struct


class Topic(Struct, frozen=True, kw_only=True):
    """One topic as it should be created.

    ``partitions`` 0 means: as many as ``kafka.partitions`` says. ``keep`` is ``day`` (a day and some
    hours), ``days`` (deleted after a while), ``forever`` (the audit trail: compacted by a key that each record has to
    itself, so that it can be written anew with less in it), ``latest`` (compacted by key) or ``erased`` (compacted, and
    deleted after a long while). How long each is, ``streams.kafka.retention`` says.
    """

    name: str
    key: str
    partitions: int = 0
    keep: Literal["day", "days", "forever", "latest", "erased"] = "days"


MENTIONS = Topic(name="mentions", key="mention id")
IDS = Topic(name="mentions.ids", key="source partition/bin/part", keep="day")
DEAD_LETTERS = Topic(name="mentions.dlq", key="mention id, where known")
FLUSHES = Topic(name="flushes", key="source partition; brand, where it is feedback; none, where it is not heard")
OBSERVATIONS = Topic(name="observations", key="brand")
VERDICTS = Topic(name="verdicts", key="brand")
COMMANDS = Topic(name="commands", key="brand")
INCIDENTS = Topic(name="incidents", key="incident/version", keep="forever")
DELIVERIES = Topic(name="deliveries", key="delivery id", keep="latest")
MARKS = Topic(name="marks", key="brand/hash of the post's id", keep="latest")
ERASED = Topic(name="erased", key="post|author/hash", partitions=1, keep="erased")
CHECKPOINTS = Topic(name="sources.checkpoints", key="source id", partitions=16, keep="latest")
PROCESSES = Topic(name="processes", key="process", partitions=1, keep="erased")
SENT = Topic(name="sources.sent", key="source id/part", partitions=16, keep="erased")

TOPICS = (
    MENTIONS,
    IDS,
    DEAD_LETTERS,
    FLUSHES,
    OBSERVATIONS,
    VERDICTS,
    COMMANDS,
    INCIDENTS,
    DELIVERIES,
    MARKS,
    ERASED,
    CHECKPOINTS,
    SENT,
    PROCESSES,
)

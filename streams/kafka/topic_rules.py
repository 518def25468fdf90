"""Which topics may be given partitions, and which must keep what they have. Pure.

Of ``mentions`` and the dead letters, any number may be added at any time. Of what is keyed by brand, a brand's records
and its state lie in the partition that the number of partitions decides: were it another, what a brand had learned,
an acknowledgement and the verdict that it answers would lie apart, and each stage would go on with a part of them.
"""

from collections.abc import Mapping

from streams.errors import StreamsError
from streams.kafka.topics import (
    CHECKPOINTS,
    COMMANDS,
    DELIVERIES,
    FLUSHES,
    INCIDENTS,
    MARKS,
    OBSERVATIONS,
    SENT,
    VERDICTS,
)

BY_BRAND = (FLUSHES, OBSERVATIONS, VERDICTS, COMMANDS, INCIDENTS, DELIVERIES)
"""Topics in which a brand has one and the same partition: all have as many, and as many as the stages' tables."""
FIXED = (*BY_BRAND, MARKS, CHECKPOINTS, SENT)
"""Topics that keep their partitions: in ``marks``, a mark and its undoing would lose their order; what a source knows
of itself would not be found."""
_REMEDY = "Kafka takes no partition back: stop Tocsin and follow docs/operating.md, 'A topic that was given partitions'"


class PartitionsChangedError(StreamsError):
    """A topic has not the partitions that it must have; the message says which, and what to do."""


def refuse_changed(before: Mapping[str, int], now: Mapping[str, int]) -> None:
    """Refuse topics that must keep their partitions and did not.

    Parameters
    ----------
    before, now
        Partitions by ``Topic.name``. Those named in only one of them, and those that may grow, are passed over.

    Raises
    ------
    PartitionsChangedError
        Naming each.

    Examples
    --------
    >>> refuse_changed({"mentions": 4, "verdicts": 4}, {"mentions": 6, "verdicts": 4})
    >>> refuse_changed({"mentions": 4, "verdicts": 4}, {"mentions": 6, "verdicts": 6})
    Traceback (most recent call last):
    streams.kafka.topic_rules.PartitionsChangedError: verdicts had 4 partitions and has 6: a brand's records would ...
    """
    names = [topic.name for topic in FIXED if topic.name in before and topic.name in now]
    changed = [name for name in names if before[name] != now[name]]
    if changed:
        which = ", ".join(f"{name} had {before[name]} partitions and has {now[name]}" for name in changed)
        raise PartitionsChangedError(f"{which}: a brand's records would lie apart from its state. {_REMEDY}")


def refuse_unequal(counts: Mapping[str, int], tables: Mapping[str, int] | None = None) -> None:
    """Refuse topics keyed by brand that differ in their partitions, among themselves or from the stages' tables.

    Parameters
    ----------
    counts
        Partitions by ``Topic.name``; those that are not keyed by brand are passed over.
    tables
        Partitions of the tables' changelogs that exist: they tell with how many the state was made.

    Raises
    ------
    PartitionsChangedError
        Naming each, with its number.

    Examples
    --------
    >>> refuse_unequal({"mentions": 6, "flushes": 4, "verdicts": 4})
    >>> refuse_unequal({"flushes": 6, "verdicts": 4})
    Traceback (most recent call last):
    streams.kafka.topic_rules.PartitionsChangedError: these topics must have as many partitions as each other: ...
    """
    by_brand = {topic.name: counts[topic.name] for topic in BY_BRAND if topic.name in counts} | dict(tables or {})
    if len(set(by_brand.values())) > 1:
        which = ", ".join(f"{name} has {count}" for name, count in by_brand.items())
        raise PartitionsChangedError(
            f"these topics must have as many partitions as each other: {which}; one was given some, "
            f"or made by hand. {_REMEDY}"
        )

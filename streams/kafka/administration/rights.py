"""What each part of Tocsin must be allowed to do on a Kafka with access rules, and whether it is."""

from collections.abc import Iterable, Mapping
from typing import Any

from kafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TransactionalIdAuthorizationFailedError,
)
from msgspec import Struct

from streams.errors import KafkaRefusedError, KafkaUnavailableError
from streams.kafka.administration.topics import connect_admin, table_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import (
    CHECKPOINTS,
    COMMANDS,
    DEAD_LETTERS,
    DELIVERIES,
    ERASED,
    FLUSHES,
    IDS,
    INCIDENTS,
    MARKS,
    MENTIONS,
    OBSERVATIONS,
    PROCESSES,
    SENT,
    VERDICTS,
    Topic,
)

_DENIED = 29
_CONNECT_S = 5.0


class Part(Struct, frozen=True, kw_only=True):
    """What one part does with Kafka.

    Parameters
    ----------
    reads, writes
        Topics.
    table
        Name of the stage's table, whose changelog it reads and writes.
    groups
        Consumer groups, behind ``kafka.group``.
    owners
        What its transactional ids begin with behind ``kafka.group``; the number of a partition follows.
    """

    reads: tuple[Topic, ...] = ()
    writes: tuple[Topic, ...] = ()
    table: str = ""
    groups: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


WORKER = {
    "ingest": Part(
        reads=(MENTIONS, IDS, MARKS, ERASED, PROCESSES),
        writes=(FLUSHES, IDS, DEAD_LETTERS, ERASED, PROCESSES),
        groups=("ingest",),
    ),
    "watch": Part(
        reads=(FLUSHES, PROCESSES),
        writes=(VERDICTS, OBSERVATIONS, COMMANDS, PROCESSES),
        table="watch-states",
        groups=("watch",),
        owners=("watch",),
    ),
    "incidents": Part(
        reads=(VERDICTS, COMMANDS, DELIVERIES, INCIDENTS, ERASED, PROCESSES),
        writes=(INCIDENTS, DELIVERIES, FLUSHES, MARKS, COMMANDS, PROCESSES),
        table="incidents-brands",
        groups=("incidents", "outbox"),
        owners=("incidents", "outbox"),
    ),
}
"""The stages of ``tocsin worker``."""
PEERS = Part(reads=(OBSERVATIONS,))
"""Beside the incident stage, where a brand names peers."""

WEB = Part(reads=(INCIDENTS, PROCESSES), writes=(COMMANDS, MENTIONS, DEAD_LETTERS, PROCESSES))
WEB_PUSHED = Part(reads=(CHECKPOINTS,), writes=(CHECKPOINTS, FLUSHES), owners=("pushed",))
"""Beside ``WEB``, where sources are pushed to it."""
CONNECTOR = Part(reads=(FLUSHES,), writes=(MENTIONS, DEAD_LETTERS))
LISTEN = Part(
    reads=(CHECKPOINTS, SENT, ERASED, PROCESSES),
    writes=(MENTIONS, DEAD_LETTERS, CHECKPOINTS, SENT, FLUSHES, PROCESSES),
    groups=("listen",),
    owners=("listen",),
)
PARTS: Mapping[str, Part] = {
    **{f"worker ({stage})": part for stage, part in WORKER.items()},
    "worker (incidents, peers)": PEERS,
    "web": WEB,
    "web (pushed sources)": WEB_PUSHED,
    "ingest": CONNECTOR,
    "listen": LISTEN,
}


def missing_rights(kafka: KafkaSettings, parts: Iterable[Part]) -> list[str]:
    """Return what Kafka does not allow us that the parts need, each as ``Write on topic flushes``.

    A Kafka that does not tell is believed to allow it, and one without password or certificate is not asked. Of a group
    or a transactional id only ``Describe`` can be asked beforehand, which who may use it has as well.

    Raises
    ------
    KafkaRefusedError
        If Kafka refuses us.
    """
    wanted = tuple(parts)
    if kafka.security.protocol == "PLAINTEXT":
        return []
    try:
        admin = connect_admin(kafka, _CONNECT_S)
    except KafkaRefusedError:
        raise
    except KafkaUnavailableError:
        return []  # it went away in this very second, and whoever uses it will say so
    try:
        missing = _topics(admin, kafka, wanted)
        for part in wanted:
            missing += _groups(admin, [f"{kafka.group}-{name}" for name in part.groups])
            missing += _owners(admin, [f"{kafka.group}-{name}-0" for name in part.owners])
    except (KafkaError, ValueError):
        return []
    finally:
        admin.close()
    return list(dict.fromkeys(missing))


def require_rights(kafka: KafkaSettings, parts: Iterable[Part]) -> None:
    """Return where Kafka allows what the parts need.

    Raises
    ------
    KafkaRefusedError
        Naming all that is missing.
    """
    if missing := missing_rights(kafka, parts):
        raise KafkaRefusedError(
            f"Kafka at {', '.join(kafka.brokers)} lets Tocsin in ({kafka.security.described()}), and does not allow "
            f"what it needs: {'; '.join(missing)}. Grant it: docs/operating.md, 'Rights on Kafka'"
        )


def _topics(admin: Any, kafka: KafkaSettings, parts: Iterable[Part]) -> list[str]:
    wanted: dict[str, set[str]] = {}
    for part in parts:
        own = [name for name in table_topics(kafka) if part.table and part.table in name]
        for name in [*map(kafka.topic, part.reads), *own]:
            wanted.setdefault(name, set()).add("READ")
        for name in [*map(kafka.topic, part.writes), *own]:
            wanted.setdefault(name, set()).add("WRITE")
    missing = []
    for described in sorted(admin.describe_topics(sorted(wanted)), key=lambda topic: topic["name"]):
        name, allowed = described["name"], described["authorized_operations"]
        needed = wanted[name]
        if described["error_code"] == _DENIED:
            needed, allowed = needed | {"DESCRIBE"}, []
        elif not allowed:
            continue
        if lacking := sorted(needed - set(allowed)):
            missing.append(f"{', '.join(right.capitalize() for right in lacking)} on topic {name}")
    return missing


def _groups(admin: Any, names: Iterable[str]) -> list[str]:
    missing = []
    for name in names:
        try:
            allowed = admin.describe_groups([name])[name]["authorized_operations"]
        except GroupAuthorizationFailedError:
            allowed = ["NONE"]
        except (KafkaError, ValueError):
            continue  # a group that is not there yet, or a Kafka that does not tell
        if allowed and "READ" not in allowed:
            missing.append(f"Read on group {name}")
    return missing


def _owners(admin: Any, names: Iterable[str]) -> list[str]:
    missing = []
    for name in names:
        try:
            admin.describe_transactions([name])
        except TransactionalIdAuthorizationFailedError:
            missing.append(f"Write on transactional id {name.rpartition('-')[0]}-*")
        except (KafkaError, ValueError):
            continue
    return missing

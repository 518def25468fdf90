"""Creates the topics that are missing."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import kafka
import stamina
import structlog
from kafka.errors import CoordinatorNotAvailableError, GroupAuthorizationFailedError, KafkaError

from streams.errors import KafkaRefusedError, KafkaUnavailableError
from streams.kafka.access.clients import blocking_admin
from streams.kafka.retention import configs_of
from streams.kafka.settings import KafkaSettings
from streams.kafka.topic_rules import refuse_unequal
from streams.kafka.topics import COMMANDS, DELIVERIES, FLUSHES, MENTIONS, TOPICS, VERDICTS, Topic

_log = structlog.get_logger(__name__)
_ALREADY_EXISTS = 36
_DENIED = frozenset({29, 31})
_NOT_TO_BE_SET = frozenset({40, 44})
_INDISPENSABLE = ("cleanup.policy", "retention.ms")
_ANSWER_S = 60.0
"""For each answer of a broker that has let us in: one that is busy, or has just started, takes its time."""


def ensure_topics(
    kafka_settings: KafkaSettings, topics: Iterable[Topic] = TOPICS, *, timeout_s: float = 15.0
) -> dict[str, int]:
    """Create the topics that do not exist yet, and return the number of partitions of each.

    A topic that exists is used as it is: see ``streams.kafka.administration.topic_retention`` for how long it is kept.
    It is refused where it has not as many partitions as it must have (``streams.kafka.topic_rules``).

    Parameters
    ----------
    kafka_settings
        Where Kafka is; ``partitions`` and ``replication`` of new topics.
    topics
        Which ones.
    timeout_s
        How long to wait for a broker that lets us in.

    Returns
    -------
    Partitions by ``Topic.name``, without the prefix.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers in time, or one refuses to create a topic.
    PartitionsChangedError
        Where topics that belong together have not as many partitions as each other, or as the stages' tables.
    """
    wanted = {kafka_settings.topic(topic): topic for topic in topics}
    with _asking_about_topics(kafka_settings, timeout_s) as admin:
        existing = set(admin.list_topics())
        missing = {name: _declaration(wanted[name], kafka_settings) for name in wanted if name not in existing}
        if missing:
            create_topics(admin, missing, kafka_settings.brokers)
        return _counted(admin, wanted, existing | missing.keys(), kafka_settings)


def look_at_topics(
    kafka_settings: KafkaSettings, topics: Iterable[Topic] = TOPICS, *, timeout_s: float = 15.0
) -> tuple[dict[str, int], list[str]]:
    """Return the partitions of each topic that exists, by ``Topic.name``, and the full names of those that do not.

    Nothing is created.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers in time.
    PartitionsChangedError
        As for ``ensure_topics``.
    """
    wanted = {kafka_settings.topic(topic): topic for topic in topics}
    with _asking_about_topics(kafka_settings, timeout_s) as admin:
        counts = _counted(admin, wanted, set(admin.list_topics()), kafka_settings)
    return counts, [name for name, topic in wanted.items() if topic.name not in counts]


@contextmanager
def _asking_about_topics(kafka_settings: KafkaSettings, timeout_s: float) -> Iterator["kafka.KafkaAdminClient"]:
    admin = connect_admin(kafka_settings, timeout_s)
    try:
        yield admin
    except KafkaError as error:
        raise KafkaUnavailableError(
            f"Kafka at {_named(kafka_settings.brokers)} did not answer about topics: {error}; is it healthy?"
        ) from error
    finally:
        admin.close()


def _counted(
    admin: "kafka.KafkaAdminClient",
    wanted: Mapping[str, Topic],
    existing: Collection[str],
    kafka_settings: KafkaSettings,
) -> dict[str, int]:
    """Return the partitions of those wanted topics that exist; refuse them where they do not belong together."""
    tables = [name for name in table_topics(kafka_settings) if name in existing]
    asked = [*(name for name in wanted if name in existing), *tables]
    described = admin.describe_topics(asked) if asked else []
    found = {topic["name"]: len(topic["partitions"]) for topic in described}
    counts = {topic.name: found[name] for name, topic in wanted.items() if name in found}
    refuse_unequal(counts, {name: found[name] for name in tables})
    return counts


READERS = {MENTIONS: "ingest", FLUSHES: "watch", VERDICTS: "incidents", COMMANDS: "incidents", DELIVERIES: "outbox"}
"""Topics that the members of a group share out, and the group's name behind ``kafka.group``."""


def partitions_read(kafka_settings: KafkaSettings, *, timeout_s: float = 15.0) -> dict[str, int]:
    """Return how many partitions of each topic some running worker reads now, by ``Topic.name``.

    While the members of a group share partitions out anew, none of them counts as read. The embedded broker does not
    tell: nothing is returned.

    Raises
    ------
    KafkaRefusedError
        Where we may not look.
    KafkaUnavailableError
        Where no broker answers in time.
    """
    admin = connect_admin(kafka_settings, timeout_s)
    names = [f"{kafka_settings.group}-{stage}" for stage in sorted(set(READERS.values()))]
    # A Kafka that has had no group yet makes the topic for them now, and answers when that is done.
    patient = stamina.retry_context(CoordinatorNotAvailableError, attempts=None, timeout=_ANSWER_S, wait_max=1.0)
    groups: dict[str, Any] = {}
    try:
        for attempt in patient:
            with attempt:
                groups = admin.describe_groups(names)
    except GroupAuthorizationFailedError as error:
        raise KafkaRefusedError(
            f"Kafka at {_named(kafka_settings.brokers)} does not let Tocsin see its groups; grant Describe on "
            f"{', '.join(names)}: docs/operating.md, 'Rights on Kafka'"
        ) from error
    except KafkaError as error:
        raise KafkaUnavailableError(
            f"Kafka at {_named(kafka_settings.brokers)} did not answer about groups: {error}; is it healthy?"
        ) from error
    except ValueError:  # the embedded broker answers with rights that do not exist
        return {}
    finally:
        admin.close()
    read: dict[str, set[int]] = {}
    for group in groups.values():
        for member in group["members"]:
            for assigned in (member["member_assignment"] or {}).get("assigned_partitions", ()):
                read.setdefault(assigned["topic"], set()).update(assigned["partitions"])
    return {topic.name: len(read.get(kafka_settings.topic(topic), ())) for topic in READERS}


def table_topics(kafka_settings: KafkaSettings) -> tuple[str, ...]:
    """Return the names of the changelogs of the stages' tables, which the stages create when they first start."""
    group = kafka_settings.group
    return (f"{group}-watch-states-changelog", f"{group}-incidents-brands-changelog")


def connect_admin(kafka_settings: KafkaSettings, timeout_s: float) -> "kafka.KafkaAdminClient":
    """Connect for administration; the caller closes it.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers in time.
    """
    return blocking_admin(
        kafka_settings,
        connect_s=timeout_s,
        request_timeout_ms=int(_ANSWER_S * 1000),
        client_id="tocsin-admin",
    )


def _declaration(topic: Topic, kafka_settings: KafkaSettings) -> dict[str, object]:
    return {
        "num_partitions": topic.partitions or kafka_settings.partitions,
        "replication_factor": kafka_settings.replication,
        "configs": configs_of(topic, kafka_settings.retention),
    }


def create_topics(
    admin: "kafka.KafkaAdminClient", missing: dict[str, dict[str, object]], brokers: Sequence[str]
) -> None:
    """Create topics, by full name with what kafka-python's ``create_topics`` takes, and wait until they are there.

    A managed Kafka may not let everything be set: such a topic is made with what it cannot do without.

    Raises
    ------
    KafkaRefusedError
        Where we are not allowed to.
    KafkaUnavailableError
        Where a broker refuses. That another worker was first is just as good.
    """

    def create(wanted: dict[str, dict[str, object]]) -> list[dict[str, Any]]:
        answer = admin.create_topics(wanted, timeout_ms=int(_ANSWER_S * 1000), raise_errors=False)
        return list(answer["topics"])

    answers = create(missing)
    if plain := {
        topic["name"]: _plain(missing[topic["name"]]) for topic in answers if topic["error_code"] in _NOT_TO_BE_SET
    }:
        _log.warning("cannot set a topic's settings; using Kafka's own", topics=sorted(plain))
        answers = [topic for topic in answers if topic["name"] not in plain] + create(plain)
    if denied := [topic["name"] for topic in answers if topic["error_code"] in _DENIED]:
        raise KafkaRefusedError(
            f"Kafka at {_named(brokers)} does not let Tocsin see or create {', '.join(sorted(denied))}; grant Describe "
            "on them, and Create unless they are there already: docs/operating.md, 'Rights on Kafka'"
        )
    for topic in answers:
        if topic["error_code"] not in {0, _ALREADY_EXISTS}:
            raise KafkaUnavailableError(
                f"Kafka at {_named(brokers)} refused to create the topic {topic['name']}: "
                f"{topic['error_message'] or topic['error_code']}; check kafka.replication and the cluster's rights"
            )
    admin.wait_for_topics(list(missing), timeout_ms=int(_ANSWER_S * 1000))
    _log.info("created topics", topics=sorted(missing))


def _plain(declaration: dict[str, Any]) -> dict[str, object]:
    configs = {name: value for name, value in declaration["configs"].items() if name in _INDISPENSABLE}
    return {**declaration, "configs": configs}


def _named(brokers: Sequence[str]) -> str:
    return ", ".join(brokers)

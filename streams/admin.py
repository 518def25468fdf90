"""Creates the topics that are missing."""

import logging
from collections.abc import Iterable, Sequence

import kafka
from kafka.errors import KafkaError

from streams.errors import StreamsError
from streams.kafka_settings import KafkaSettings
from streams.topics import TOPICS, Topic

_log = logging.getLogger(__name__)
_ALREADY_EXISTS = 36
_DAYS_MS = 7 * 86_400_000
"""How long ``keep="days"`` keeps records: a week of backlog can be read again, and texts are not kept longer."""


class KafkaUnavailableError(StreamsError):
    """Kafka could not be reached, or refused what was asked of it; the message names the address."""


def ensure_topics(
    kafka_settings: KafkaSettings, topics: Iterable[Topic] = TOPICS, *, timeout_s: float = 15.0
) -> dict[str, int]:
    """Create the topics that do not exist yet, and return the number of partitions of each.

    A topic that exists is used as it is: neither its partitions nor its retention are changed.

    Parameters
    ----------
    kafka_settings
        Where Kafka is; ``partitions`` and ``replication`` of new topics.
    topics
        Which ones.
    timeout_s
        How long to wait for an answer.

    Returns
    -------
    Partitions by ``Topic.name``, without the prefix.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers in time, or one refuses to create a topic.
    """
    wanted = {kafka_settings.topic(topic): topic for topic in topics}
    admin = connect_admin(kafka_settings.brokers, timeout_s)
    try:
        existing = set(admin.list_topics())
        missing = {name: _declaration(wanted[name], kafka_settings) for name in wanted if name not in existing}
        if missing:
            create_topics(admin, missing, kafka_settings.brokers, timeout_s)
        described = admin.describe_topics(list(wanted))
    except KafkaError as error:
        raise KafkaUnavailableError(
            f"Kafka at {_named(kafka_settings.brokers)} did not answer about topics: {error}; is it healthy?"
        ) from error
    finally:
        admin.close()
    return {wanted[topic["name"]].name: len(topic["partitions"]) for topic in described}


def connect_admin(brokers: Sequence[str], timeout_s: float) -> "kafka.KafkaAdminClient":
    """Connect for administration; whoever gets it closes it.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers in time.
    """
    milliseconds = int(timeout_s * 1000)
    try:
        return kafka.KafkaAdminClient(
            bootstrap_servers=list(brokers),
            bootstrap_timeout_ms=milliseconds,
            request_timeout_ms=max(milliseconds, 1000),
            client_id="tocsin-admin",
        )
    except (KafkaError, OSError, ValueError) as error:
        raise KafkaUnavailableError(
            f"no Kafka broker answers at {_named(brokers)} ({type(error).__name__}: {error}); "
            "start one (`tocsin broker`) or correct kafka.brokers"
        ) from error


def _declaration(topic: Topic, kafka_settings: KafkaSettings) -> dict[str, object]:
    configs = {
        "days": {"cleanup.policy": "delete", "retention.ms": str(_DAYS_MS)},
        "forever": {"cleanup.policy": "delete", "retention.ms": "-1"},
        "latest": {"cleanup.policy": "compact"},
    }[topic.keep]
    return {
        "num_partitions": topic.partitions or kafka_settings.partitions,
        "replication_factor": kafka_settings.replication,
        "configs": configs,
    }


def create_topics(
    admin: "kafka.KafkaAdminClient", missing: dict[str, dict[str, object]], brokers: Sequence[str], timeout_s: float
) -> None:
    """Create topics, by full name with what kafka-python's ``create_topics`` takes, and wait until they are there.

    Raises
    ------
    KafkaUnavailableError
        Where a broker refuses. That another worker was first is just as good.
    """
    answer = admin.create_topics(missing, timeout_ms=int(timeout_s * 1000), raise_errors=False)
    for topic in answer["topics"]:
        if topic["error_code"] not in {0, _ALREADY_EXISTS}:
            raise KafkaUnavailableError(
                f"Kafka at {_named(brokers)} refused to create the topic {topic['name']}: "
                f"{topic['error_message'] or topic['error_code']}; check kafka.replication and the cluster's rights"
            )
    admin.wait_for_topics(list(missing), timeout_ms=int(timeout_s * 1000))
    _log.info("created topics: %s", ", ".join(sorted(missing)))


def _named(brokers: Sequence[str]) -> str:
    return ", ".join(brokers)

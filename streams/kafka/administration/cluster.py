"""What a stage must know of its Kafka before it joins its group: asked once for each session."""

from collections.abc import Sequence

from kafka.errors import KafkaError
from msgspec import Struct

from streams.errors import KafkaUnavailableError
from streams.kafka.administration.topics import connect_admin, create_topics
from streams.kafka.broker.embedded import CLUSTER_ID
from streams.kafka.retention import changelog_configs
from streams.kafka.settings import KafkaSettings


class Cluster(Struct, frozen=True, kw_only=True):
    """What one Kafka said.

    Parameters
    ----------
    is_embedded
        It is the embedded broker, which has no transactions: nothing keeps two workers apart there.
    topic_ids, partitions
        Of each topic that was asked for, by its full name.
    """

    is_embedded: bool
    topic_ids: dict[str, str]
    partitions: dict[str, int]


def describe_cluster(
    settings: KafkaSettings, topics: Sequence[str], changelog: str, partitions: int, *, timeout_s: float = 15.0
) -> Cluster:
    """Ask Kafka, and create the changelog where it is missing. Blocks: call it in a thread.

    Parameters
    ----------
    topics
        Full names of the topics that the stage reads.
    changelog, partitions
        Full name of its table's changelog, and how many partitions that has.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers in time, or one refuses to create the changelog.
    """
    admin = connect_admin(settings, timeout_s)
    try:
        if changelog not in set(admin.list_topics()):
            declaration = {
                "num_partitions": partitions,
                "replication_factor": settings.replication,
                "configs": changelog_configs(settings.retention),
            }
            create_topics(admin, {changelog: declaration}, settings.brokers)
        described = admin.describe_topics([*topics, changelog])
        cluster_id = admin.describe_cluster()["cluster_id"]
    except KafkaError as error:
        raise KafkaUnavailableError(f"Kafka at {', '.join(settings.brokers)} did not answer: {error}") from error
    finally:
        admin.close()
    if missing := [topic["name"] for topic in described if topic["error_code"]]:
        raise KafkaUnavailableError(f"Kafka at {', '.join(settings.brokers)} has no topic {', '.join(missing)}")
    return Cluster(
        is_embedded=cluster_id == CLUSTER_ID,
        topic_ids={topic["name"]: str(topic["topic_id"]) for topic in described},
        partitions={topic["name"]: len(topic["partitions"]) for topic in described},
    )


def is_embedded(settings: KafkaSettings, *, timeout_s: float = 15.0) -> bool:
    """Tell whether a broker is the embedded one, which has no transactions. Blocks: call it in a thread.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers in time.
    """
    admin = connect_admin(settings, timeout_s)
    try:
        return bool(admin.describe_cluster()["cluster_id"] == CLUSTER_ID)
    except KafkaError as error:
        raise KafkaUnavailableError(f"Kafka at {', '.join(settings.brokers)} did not answer: {error}") from error
    finally:
        admin.close()

"""Topics are created once, as they should be, on either broker."""

import msgspec
import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource

from streams.errors import KafkaUnavailableError
from streams.kafka.administration.topic_retention import keep_no_longer
from streams.kafka.administration.topics import connect_admin, create_topics, ensure_topics, table_topics
from streams.kafka.broker.embedded import free_port
from streams.kafka.retention import Retention
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import (
    COMMANDS,
    DEAD_LETTERS,
    DELIVERIES,
    FLUSHES,
    INCIDENTS,
    MENTIONS,
    OBSERVATIONS,
    TOPICS,
    VERDICTS,
    Topic,
)


def test_all_topics_are_created_with_the_configured_partitions(kafka):
    partitions = ensure_topics(kafka)

    assert partitions == dict.fromkeys((topic.name for topic in TOPICS), 2) | {
        "erased": 1,
        "processes": 1,
        "sources.checkpoints": 16,
        "sources.sent": 16,
    }


def test_creating_them_again_changes_nothing(kafka):
    first = ensure_topics(kafka)

    assert ensure_topics(kafka) == first


def test_an_existing_topic_keeps_its_partitions(kafka):
    ensure_topics(kafka, [Topic(name="mentions", key="mention id", partitions=3)])

    assert ensure_topics(kafka, [MENTIONS, FLUSHES]) == {"mentions": 3, "flushes": 2}


def configs(kafka: KafkaSettings, *topics: Topic) -> list[dict[str, str]]:
    admin = KafkaAdminClient(bootstrap_servers=list(kafka.brokers))
    names = [kafka.topic(topic) for topic in topics]
    told = admin.describe_configs([ConfigResource("TOPIC", name) for name in names])["topic"]
    admin.close()
    return [{key: setting["value"] for key, setting in told[name].items()} for name in names]


def test_topics_are_kept_as_long_as_the_configuration_says(kafka, kafka_kind):
    ensure_topics(msgspec.structs.replace(kafka, retention=Retention(posts=7000, superseded=4000)))

    posts = {"cleanup.policy": "delete", "retention.ms": "7000000", "segment.ms": "1000000"}
    newest = {
        "cleanup.policy": "compact",
        "segment.ms": "1000000",
        "max.compaction.lag.ms": "2000000",
        "min.cleanable.dirty.ratio": "0.2",
    }
    assert (
        configs(kafka, MENTIONS, INCIDENTS, DELIVERIES)
        == {
            "apache": [posts, newest, newest],
            "embedded": [{}, {}, {}],  # it keeps everything while it runs, and says so
        }[kafka_kind]
    )
    assert keep_no_longer(kafka) == (
        [] if kafka_kind == "embedded" else
        [f"{kafka.topic(t)} keeps records for less time than `retention` says, and is left as it is"
         for t in sorted((MENTIONS, DEAD_LETTERS, FLUSHES, OBSERVATIONS, VERDICTS, COMMANDS), key=lambda t: t.name)]
    )  # fmt: skip


@pytest.mark.kafka
def test_a_topic_that_keeps_posts_for_longer_is_altered_and_one_that_keeps_them_for_less_is_not(kafka):
    ensure_topics(kafka)
    shorter = msgspec.structs.replace(kafka, retention=Retention(posts=14 * 3600))

    assert any("verdicts: retention.ms=50400000" in said for said in keep_no_longer(shorter, alter=False))
    assert configs(kafka, VERDICTS)[0]["retention.ms"] == "604800000"
    keep_no_longer(shorter)
    keep_no_longer(kafka)

    assert configs(kafka, VERDICTS)[0] == {
        "cleanup.policy": "delete",
        "retention.ms": "50400000",
        "segment.ms": "7200000",
    }
    assert keep_no_longer(shorter) == []


@pytest.mark.kafka
def test_the_changelog_of_a_version_before_is_told_to_forget_in_time(kafka):
    admin = KafkaAdminClient(bootstrap_servers=list(kafka.brokers))
    name = table_topics(kafka)[0]
    declared = {"num_partitions": 2, "replication_factor": 1, "configs": {"cleanup.policy": "compact"}}
    create_topics(admin, {name: declared}, kafka.brokers)
    admin.close()

    keep_no_longer(kafka)

    assert configs(msgspec.structs.replace(kafka, topic_prefix=""), Topic(name=name, key=""))[0] == {
        "cleanup.policy": "compact",
        "segment.ms": "600000",
        "max.compaction.lag.ms": "43200000",
        "min.cleanable.dirty.ratio": "0.2",
    }


@pytest.mark.kafka  # the embedded broker takes whatever it is given
def test_a_setting_that_kafka_does_not_take_is_left_out(kafka):
    name = kafka.topic(DELIVERIES)
    configs = {"cleanup.policy": "compact", "segment.ms": "-1"}

    admin = connect_admin(kafka, 15.0)
    create_topics(admin, {name: {"num_partitions": 1, "replication_factor": 1, "configs": configs}}, kafka.brokers)
    [told] = admin.describe_configs([ConfigResource("TOPIC", name)])["topic"].values()
    admin.close()

    assert {key: setting["value"] for key, setting in told.items()} == {"cleanup.policy": "compact"}


def test_a_broker_that_is_not_there_is_named():
    port = free_port()

    with pytest.raises(KafkaUnavailableError, match=f"127.0.0.1:{port}"):
        ensure_topics(KafkaSettings(brokers=(f"127.0.0.1:{port}",)), timeout_s=0.5)

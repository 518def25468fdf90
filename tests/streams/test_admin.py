"""Topics are created once, as they should be, on either broker."""

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource

from streams.admin import connect_admin, create_topics, ensure_topics
from streams.broker import free_port
from streams.errors import KafkaUnavailableError
from streams.kafka_settings import KafkaSettings
from streams.topics import DELIVERIES, FLUSHES, INCIDENTS, MENTIONS, TOPICS, Topic


def test_all_topics_are_created_with_the_configured_partitions(kafka):
    partitions = ensure_topics(kafka)

    assert partitions == dict.fromkeys((topic.name for topic in TOPICS), 2)


def test_creating_them_again_changes_nothing(kafka):
    first = ensure_topics(kafka)

    assert ensure_topics(kafka) == first


def test_an_existing_topic_keeps_its_partitions(kafka):
    ensure_topics(kafka, [Topic(name="mentions", key="mention id", partitions=3)])

    assert ensure_topics(kafka, [MENTIONS, FLUSHES]) == {"mentions": 3, "flushes": 2}


def test_topics_are_kept_as_long_as_they_say(kafka, kafka_kind):
    ensure_topics(kafka)

    admin = KafkaAdminClient(bootstrap_servers=list(kafka.brokers))
    names = [kafka.topic(topic) for topic in (MENTIONS, INCIDENTS, DELIVERIES)]
    told = admin.describe_configs([ConfigResource("TOPIC", name) for name in names])["topic"]
    admin.close()

    set_here = [{key: setting["value"] for key, setting in told[name].items()} for name in names]
    assert (
        set_here
        == {
            "apache": [
                {"cleanup.policy": "delete", "retention.ms": "604800000"},
                {"cleanup.policy": "delete", "retention.ms": "-1"},
                {"cleanup.policy": "compact"},
            ],
            "embedded": [{}, {}, {}],  # it keeps everything while it runs, and says so
        }[kafka_kind]
    )


@pytest.mark.kafka  # the embedded broker takes whatever it is given
def test_a_setting_that_kafka_does_not_take_is_left_out(kafka):
    name = kafka.topic(DELIVERIES)
    configs = {"cleanup.policy": "compact", "segment.ms": "-1"}

    admin = connect_admin(kafka, 15.0)
    create_topics(
        admin, {name: {"num_partitions": 1, "replication_factor": 1, "configs": configs}}, kafka.brokers, 15.0
    )
    [told] = admin.describe_configs([ConfigResource("TOPIC", name)])["topic"].values()
    admin.close()

    assert {key: setting["value"] for key, setting in told.items()} == {"cleanup.policy": "compact"}


def test_a_broker_that_is_not_there_is_named():
    port = free_port()

    with pytest.raises(KafkaUnavailableError, match=f"127.0.0.1:{port}"):
        ensure_topics(KafkaSettings(brokers=(f"127.0.0.1:{port}",)), timeout_s=0.5)

"""Has a broker do in seconds what it does when the times in the configuration are over."""

import kafka as kafka_python
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource

from streams.kafka.administration.topics import table_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import TOPICS


def let_time_pass(kafka: KafkaSettings) -> None:
    """Have Kafka do in seconds what it does when the times in the configuration are over."""
    admin = KafkaAdminClient(bootstrap_servers=list(kafka.brokers))
    names = [kafka.topic(topic) for topic in TOPICS] + list(table_topics(kafka))
    names = sorted(set(names) & set(admin.list_topics()))
    told = admin.describe_configs([ConfigResource("TOPIC", name) for name in names])["topic"]
    hurry = {"segment.ms": "1", "file.delete.delay.ms": "1"}
    for name in names:
        configs = dict(hurry)
        policy = told[name]["cleanup.policy"]["value"]
        if "compact" in policy:
            configs |= {"max.compaction.lag.ms": "1", "min.cleanable.dirty.ratio": "0.01", "delete.retention.ms": "1"}
        elif "delete" in policy:
            configs |= {"retention.ms": "1"}
        admin.alter_configs([ConfigResource("TOPIC", name, configs=configs)])
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(kafka.brokers))
    for name in names:
        if "compact" in told[name]["cleanup.policy"]["value"]:
            for partition in sorted(producer.partitions_for(name)):
                producer.send(name, b"{}", b"@written", partition=partition)
    producer.close()
    admin.close()

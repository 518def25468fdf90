"""Where Kafka is, and what Tocsin calls things on it."""

from msgspec import Struct

from streams.kafka.retention import Retention
from streams.kafka.security import KafkaSecurity
from streams.kafka.topics import Topic


class KafkaSettings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One Tocsin on one Kafka. Fields as in the configuration's section ``kafka``.

    Parameters
    ----------
    brokers
        Addresses, ``host:port``.
    topic_prefix
        Put before the name of every topic, so that several may share a Kafka.
    group
        Prefix of the consumer groups.
    partitions, replication
        Of topics that Tocsin creates; an existing topic is used as it is.
    session_timeout_s
        A worker silent for so long loses its partitions. The embedded broker lets a group's first member
        wait half of it, so 6 s there.
    accept_replaced_topics
        Read a topic that was recreated, or truncated at its end, from its beginning instead of refusing it.
    security
        How to be let in.
    retention
        How long what people wrote is kept; the configuration's section of that name.
    """

    brokers: tuple[str, ...] = ("localhost:9092",)
    topic_prefix: str = ""
    group: str = "tocsin"
    partitions: int = 4
    replication: int = 1
    session_timeout_s: float = 20.0
    accept_replaced_topics: bool = False
    security: KafkaSecurity = KafkaSecurity()
    retention: Retention = Retention()

    def topic(self, topic: Topic) -> str:
        """Return the name of a topic on this Kafka.

        Examples
        --------
        >>> from streams.kafka.topics import MENTIONS
        >>> KafkaSettings(topic_prefix="staging.").topic(MENTIONS)
        'staging.mentions'
        """
        return f"{self.topic_prefix}{topic.name}"

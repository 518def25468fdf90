"""Whether Kafka answers a consumer."""

import time
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition

_ANSWER_S = 30.0
"""A fetch is answered within half a second where there is nothing to read."""


def quiet_since(name: str, consumer: AIOKafkaConsumer, sources: Iterable[TopicPartition]) -> str:
    """Say for how long Kafka has not answered, where that is too long; nothing where it answers, or nothing is asked.

    Parameters
    ----------
    name
        Of whoever reads, for the sentence.
    sources
        What is read.
    """
    assigned = consumer.assignment()
    answered = [consumer.last_poll_timestamp(source) for source in sources if source in assigned]
    quiet_s = max((time.time() - at_ms / 1000 for at_ms in answered if at_ms), default=0.0)
    return f"Kafka has not answered {name} for {quiet_s:.0f} s" if quiet_s > _ANSWER_S else ""

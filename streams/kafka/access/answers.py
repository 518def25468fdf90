"""Whether Kafka answers a consumer, and what it means where it refuses."""

import time
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from streams.errors import StreamsError

_ANSWER_S = 30.0
"""A fetch is answered within half a second where there is nothing to read."""
_DENIED = {
    TopicAuthorizationFailedError: "topic",
    GroupAuthorizationFailedError: "group",
    TransactionalIdAuthorizationFailed: "transactional id",
    ClusterAuthorizationFailedError: "cluster",
}


def quiet_since(name: str, consumer: AIOKafkaConsumer, sources: Iterable[TopicPartition]) -> str:
    """Say for how long Kafka has not answered, if too long; nothing if it answers, or nothing is asked.

    Parameters
    ----------
    name
        The reader's name, for the sentence.
    sources
        What is read.
    """
    assigned = consumer.assignment()
    answered = [consumer.last_poll_timestamp(source) for source in sources if source in assigned]
    quiet_s = max((time.time() - at_ms / 1000 for at_ms in answered if at_ms), default=0.0)
    return f"Kafka has not answered {name} for {quiet_s:.0f} s" if quiet_s > _ANSWER_S else ""


def cause(error: BaseException) -> str:
    """Say for the log why Kafka cannot be used: a right that is missing with what it is missing for.

    Examples
    --------
    >>> cause(TopicAuthorizationFailedError({"flushes"}))
    "Kafka does not allow what Tocsin does with the topic flushes; grant it: docs/operating.md, 'Rights on Kafka'"
    >>> cause(TimeoutError())
    'TimeoutError()'
    """
    for kind, what in _DENIED.items():
        if isinstance(error, kind):
            named = [name for arg in error.args for name in (arg if isinstance(arg, set | list | tuple) else [arg])]
            about = " ".join([what, ", ".join(sorted(map(str, named)))]).strip()
            remedy = "grant it: docs/operating.md, 'Rights on Kafka'"
            return f"Kafka does not allow what Tocsin does with the {about}; {remedy}"
    return str(error) if isinstance(error, StreamsError) else repr(error)

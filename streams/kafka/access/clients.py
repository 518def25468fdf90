"""The one place where clients of Kafka are made: each is let in as the settings say, whichever library it is of."""

from typing import Any

import kafka as kafka_python
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from kafka.errors import KafkaError

from streams.errors import KafkaUnavailableError
from streams.kafka.access.oauth_token import AsyncTokens
from streams.kafka.access.probe import blocking_security, kafka_context, reach, security_options
from streams.kafka.security import KafkaSecurity
from streams.kafka.settings import KafkaSettings

CONNECT_S = 15.0
"""How long a blocking client waits for a broker that does not answer."""


def async_consumer(kafka: KafkaSettings, *topics: str, **options: Any) -> AIOKafkaConsumer:
    """Return a consumer of aiokafka; ``options`` are those of aiokafka itself."""
    return AIOKafkaConsumer(*topics, **_async_security(kafka), **options)


def async_producer(kafka: KafkaSettings, **options: Any) -> AIOKafkaProducer:
    """Return a producer of aiokafka."""
    return AIOKafkaProducer(**_async_security(kafka), **options)


def async_admin(kafka: KafkaSettings, **options: Any) -> AIOKafkaAdminClient:
    """Return an administrator of aiokafka."""
    return AIOKafkaAdminClient(**_async_security(kafka), **options)


def blocking_producer(
    kafka: KafkaSettings, *, connect_s: float = CONNECT_S, **options: Any
) -> "kafka_python.KafkaProducer":
    """Return a producer of kafka-python that has reached Kafka; ``options`` are those of kafka-python itself.

    Raises
    ------
    KafkaRefusedError
        If Kafka refuses us.
    KafkaUnavailableError
        Where no broker answers within ``connect_s``.
    """
    return _blocking(kafka_python.KafkaProducer, kafka, connect_s, options)


def blocking_admin(
    kafka: KafkaSettings, *, connect_s: float = CONNECT_S, **options: Any
) -> "kafka_python.KafkaAdminClient":
    """Return an administrator of kafka-python; otherwise as ``blocking_producer``."""
    return _blocking(kafka_python.KafkaAdminClient, kafka, connect_s, options)


def faust_credentials(security: KafkaSecurity) -> Any:
    """Return what Faust must know; nothing for a Kafka that lets everybody in."""
    from faust import auth  # only the stages need Faust, which takes a while to load
    from faust.types.auth import SASLMechanism

    context = kafka_context(security) if security.is_tls else None
    if security.oauth is not None:
        return auth.OAuthCredentials(oauth_cb=AsyncTokens(security.oauth), ssl_context=context)
    if security.is_sasl:
        return auth.SASLCredentials(
            username=security.username,
            password=security.password,
            ssl_context=context,
            mechanism=SASLMechanism(security.mechanism),
        )
    return auth.SSLCredentials(context) if security.is_tls else None


def _blocking(kind: Any, kafka: KafkaSettings, connect_s: float, options: dict[str, Any]) -> Any:
    # Asked first: kafka-python tries in silence until its time is over, whatever the reason.
    reach(kafka, connect_s)
    try:
        return kind(
            bootstrap_servers=list(kafka.brokers),
            bootstrap_timeout_ms=int(connect_s * 1000),
            **blocking_security(kafka.security),
            **options,
        )
    except (KafkaError, OSError, ValueError) as error:
        raise KafkaUnavailableError(
            f"no Kafka broker answers at {', '.join(kafka.brokers)} ({type(error).__name__}: {error}); "
            "start one (`tocsin broker`) or correct kafka.brokers"
        ) from error


def _async_security(kafka: KafkaSettings) -> dict[str, Any]:
    return {"bootstrap_servers": list(kafka.brokers), **security_options(kafka.security, AsyncTokens)}

"""The Faust app of a stage, and the process that runs stages in the foreground."""

import asyncio
import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import faust
import structlog
from mode import Worker
from mode.types import ServiceT
from yarl import URL

from streams.admin import KafkaUnavailableError, ensure_topics
from streams.kafka_settings import KafkaSettings
from streams.rebalance_safe_transport import RebalanceSafeTransport
from streams.topics import TOPICS, Topic

_log = structlog.get_logger(__name__)

_TRY_AGAIN_S = 2.0
_SAY_EVERY_S = 60.0
_BUFFERED = 64
"""Records read ahead of an agent: a flush may have half a megabyte, and memory is bounded."""


def build_app(kafka: KafkaSettings, stage: str) -> faust.App:
    """Return the app of one stage; agents, tables and services are added by the caller.

    Each stage is a consumer group of its own, ``GROUP-STAGE``: members of one group must listen to the same
    topics, and a worker may run any choice of stages.

    Parameters
    ----------
    kafka
        Where Kafka is, and how to use it.
    stage
        ``watch`` or ``incidents``.
    """
    identity = f"{kafka.group}-{stage}"
    app = faust.App(
        identity,
        broker=[URL(f"kafka://{broker}") for broker in kafka.brokers],
        store="memory://",
        datadir=Path(tempfile.gettempdir()) / f"tocsin-{os.getuid()}",  # made, and left empty
        processing_guarantee="at_least_once",
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_replication_factor=kafka.replication,
        topic_partitions=kafka.partitions,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=kafka.session_timeout_s,
        broker_heartbeat_interval=max(kafka.session_timeout_s / 6, 0.5),
        broker_commit_interval=1.0,
        broker_max_poll_records=_BUFFERED,
        stream_buffer_maxsize=_BUFFERED,
        # Whoever works in batches waits for its own batch (see `watch_agent`): Faust's waiting counts records
        # that it has itself thrown away, and may wait for ever.
        stream_wait_empty=False,
        stream_recovery_delay=0.0,
        producer_acks=-1,
        producer_linger=0.002,
        producer_request_timeout=20.0,
        worker_redirect_stdouts=False,
    )
    app.transport = RebalanceSafeTransport(app.conf.broker_consumer, app)
    return app


def await_topics(kafka: KafkaSettings, topics: Iterable[Topic] = TOPICS) -> dict[str, int]:
    """Create the topics that are missing, waiting for Kafka as long as it takes; return partitions by name.

    A worker that starts before its Kafka is an everyday thing: it says so once a minute and goes on waiting.
    """
    return asyncio.run(until_topics(kafka, topics))


async def until_topics(kafka: KafkaSettings, topics: Iterable[Topic] = TOPICS) -> dict[str, int]:
    """Do what ``await_topics`` does, where a loop runs already."""
    wanted = tuple(topics)
    loop = asyncio.get_running_loop()
    said_at = -_SAY_EVERY_S
    while True:
        try:
            return await asyncio.to_thread(ensure_topics, kafka, wanted)
        except KafkaUnavailableError as error:
            if loop.time() - said_at >= _SAY_EVERY_S:
                said_at = loop.time()
                _log.warning("waiting for Kafka", error=str(error))
            await asyncio.sleep(_TRY_AGAIN_S)


def run_services(*services: ServiceT) -> None:
    """Run services in the foreground until SIGTERM or SIGINT, then stop them in order; ends the process.

    The process ends with status 0 after a signal, and with another after a failure, so that whoever supervises
    it starts it again.

    Parameters
    ----------
    services
        Faust apps and plain services; a worker of ingest alone has no app at all.
    """
    logging.getLogger("faust").setLevel(logging.WARNING)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = Worker(
        *services, loop=loop, override_logging=False, redirect_stdouts=False, quiet=True, blocking_timeout=0.0
    )
    worker.execute_from_commandline()

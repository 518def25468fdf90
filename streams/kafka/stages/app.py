"""The Faust app of a stage, and the process that runs stages in the foreground."""

import asyncio
import faulthandler
import logging
import os
import signal
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import faust
import structlog
from faust.app.base import BootStrategy
from mode import Worker
from mode.types import ServiceT
from yarl import URL

from streams import metrics
from streams.errors import KafkaRefusedError, KafkaUnavailableError
from streams.kafka.access.clients import faust_credentials
from streams.kafka.administration.topic_retention import keep_no_longer
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.settings import KafkaSettings
from streams.kafka.stopping import end_within
from streams.kafka.topics import TOPICS, Topic

_log = structlog.get_logger(__name__)

_TRY_AGAIN_S = 2.0


class _StageBoot(BootStrategy):
    """Starts the agents, and then their readers; Faust's own consumer, producer and recovery are not used."""

    enable_kafka = False
    enable_web = False

    def server(self) -> Iterable[ServiceT]:
        services: Iterable[ServiceT] = self._chain(self.sensors(), self.agents(), cast("StageApp", self.app).readers)
        return services


class StageApp(faust.App):
    """The Faust app of a stage: its agents, its tables, the assignment of its partitions.

    What reads from Kafka for the agents is in ``readers`` (``streams.kafka.stages.exactly_once_agent``, docs/adr/0011).
    """

    BootStrategy = _StageBoot

    def __init__(self, *args: Any, **options: Any) -> None:
        self.readers: list[ServiceT] = []
        super().__init__(*args, **options)

    async def _wait_for_table_recovery_completed(self) -> bool:
        # A reader fills the table of each partition before the agent hears of it.
        return False


def build_app(kafka: KafkaSettings, stage: str) -> StageApp:
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
    return StageApp(
        f"{kafka.group}-{stage}",
        broker=[URL(f"kafka://{broker}") for broker in kafka.brokers],
        broker_credentials=faust_credentials(kafka.security),
        store="memory://",
        datadir=Path(tempfile.gettempdir()) / f"tocsin-{os.getuid()}",  # made, and left empty
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_replication_factor=kafka.replication,
        topic_partitions=kafka.partitions,
        table_standby_replicas=0,
        worker_redirect_stdouts=False,
    )


def await_topics(kafka: KafkaSettings, topics: Iterable[Topic] = TOPICS) -> dict[str, int]:
    """Create the topics that are missing, waiting for Kafka as long as it takes; return partitions by name.

    A worker that starts before its Kafka is an everyday thing: it says so once a minute and goes on waiting. Topics
    that keep what people wrote for longer than is stated are altered; where Kafka does not allow that, it is an error
    in the log, and the worker works.

    Raises
    ------
    KafkaRefusedError
        If Kafka is there but refuses us.
    """
    partitions = asyncio.run(until_topics(kafka, topics))
    try:
        for line in keep_no_longer(kafka):
            _log.info("topic retention", topic=line)
    except KafkaUnavailableError as error:
        metrics.ERRORS.labels("retention").inc()
        _log.error("cannot set topic retention", error=str(error))
    return partitions


async def until_topics(kafka: KafkaSettings, topics: Iterable[Topic] = TOPICS) -> dict[str, int]:
    """Do what ``await_topics`` does, where a loop runs already."""
    wanted = tuple(topics)
    log_waiting = OnceAMinute()
    while True:
        try:
            return await asyncio.to_thread(ensure_topics, kafka, wanted)
        except KafkaRefusedError:
            raise  # waiting changes nothing
        except KafkaUnavailableError as error:
            if log_waiting.is_due():
                _log.warning("waiting for Kafka", error=str(error))
            await asyncio.sleep(_TRY_AGAIN_S)


class _EndingWorker(Worker):
    """Ends in time, whatever its services wait for, and says where it is without what its variables hold.

    Mode's own answer to SIGUSR1 writes all local variables, passwords among them; to SIGUSR2 it stops in a debugger.
    """

    def _on_sigusr1(self) -> None:
        faulthandler.dump_traceback()
        for task in asyncio.all_tasks(self.loop):
            task.print_stack()

    _on_sigusr2 = _on_sigusr1

    def _schedule_shutdown(self, signal: signal.Signals) -> None:
        end_within()
        super()._schedule_shutdown(signal)


def run_services(*services: ServiceT) -> None:
    """Run services in the foreground until SIGTERM or SIGINT, then stop them in order; ends the process.

    The process ends with status 0 after a signal, and with another after a failure, so that whoever supervises
    it starts it again. After a signal it ends within ``streams.kafka.stopping.STOP_S``.

    Parameters
    ----------
    services
        Faust apps and plain services; a worker of ingest alone has no app at all.
    """
    logging.getLogger("faust").setLevel(logging.WARNING)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = _EndingWorker(
        *services, loop=loop, override_logging=False, redirect_stdouts=False, quiet=True, blocking_timeout=0.0
    )
    worker.execute_from_commandline()

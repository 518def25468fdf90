"""``tocsin worker``: the stages of one process, put together from the configuration."""

import time
from collections.abc import Iterable
from typing import Any

import structlog
from mode import Service
from mode.types import ServiceT

from alerts.cli.check import receivers_of
from alerts.cli.compose_web import link_signer
from alerts.cli.reload_listener import ReloadListener, ReloadService
from alerts.cli.rereading import Rereading
from alerts.cli.warm_up import warm_up
from alerts.cli.worker_reload import WorkerReload, sections
from alerts.configuration.configuration import Configuration, Read
from alerts.deliveries.heartbeat import HeartbeatSource, heartbeat_record
from alerts.deliveries.receiver import Receiver
from alerts.health import metrics
from alerts.health.initial_metrics import begin_at_zero, begin_beating
from alerts.health.logs import configure_logs, log_doubts
from alerts.health.metrics_server import serve_metrics
from alerts.health.worker_health import WorkerHealth
from alerts.kafka.commands_producer import CommandsProducer
from alerts.kafka.evidence_retention import EvidenceRetention
from alerts.kafka.histories import log_histories
from alerts.kafka.incidents_agent import IncidentsAgent
from alerts.kafka.outbox_service import OutboxService
from alerts.kafka.peers_service import PeersService
from alerts.kafka.redactions import redactions
from alerts.receivers.healthcheck import Healthcheck
from detectors.negativity.model import load_scorer
from streams.adapters.ingest_service import IngestService
from streams.adapters.watch_agent import WatchAgent
from streams.kafka.administration.rights import PEERS, WORKER, require_rights
from streams.kafka.administration.topic_guard import TopicGuard
from streams.kafka.outgoing import Outgoing
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.app import await_topics, build_app, run_services
from streams.kafka.topics import FLUSHES, VERDICTS
from streams.queries.matching import Matcher
from streams.watch.brand_watch import WatchSettings
from streams.watch.source_watch import SELF_BRAND
from streams.watch.watch import Outcome

_log = structlog.get_logger(__name__)


def run_worker(read: Read, *, stages: frozenset[str]) -> None:
    """Run stages in the foreground until SIGTERM or SIGINT; read the configuration again on SIGHUP, or when asked to.

    Parameters
    ----------
    read
        The configuration, and its doubtful settings, which are logged.
    stages
        Of ``ingest``, ``watch`` and ``incidents``.

    Raises
    ------
    AlertsError
        Where the metrics' address cannot be had, or a receiver lacks what it needs.
    """
    configure_logs()
    log_doubts(read.doubts)
    configuration = read.configuration
    kafka = configuration.kafka_settings()
    brands = (*configuration.watched(), SELF_BRAND)
    # Whatever is wrong with the configuration is said before Kafka is waited for.
    matcher, receivers = Matcher(configuration.watched()), receivers_of(configuration)
    health = WorkerHealth()
    serve_metrics(configuration.metrics.host, configuration.metrics.port, health)
    begin_at_zero(receivers)
    # Compiling takes seconds, and a member of a group that does not answer for so long loses its partitions.
    warm_up()
    partitions = await_topics(kafka)
    comparing = "incidents" in stages and any(brand.peers for brand in brands)
    require_rights(kafka, [*(WORKER[stage] for stage in sorted(stages)), *([PEERS] if comparing else [])])
    begin_beating(stages, partitions[VERDICTS.name], time.time())
    reload = WorkerReload(configuration, matcher)
    rereading = Rereading(read, sections(stages), reload.prepare)
    services: list[ServiceT] = [health, TopicGuard(kafka, partitions)]
    if "incidents" in stages:
        services += _incidents(configuration, kafka, partitions[VERDICTS.name], receivers, health=health, reload=reload)
    if "watch" in stages:
        app = build_app(kafka, "watch")
        ingest, store_s = configuration.ingest, int(configuration.watch.store)
        settings = WatchSettings(bin_s=ingest.bin_s, lateness_s=ingest.lateness_s, store_s=store_s)

        heartbeat_of = HeartbeatSource(partitions[FLUSHES.name])

        def further(partition: int, outcome: Outcome) -> Iterable[Outgoing]:
            log_histories(outcome)
            yield from redactions(kafka, time.time(), partition, outcome)
            if (heartbeat := heartbeat_of.heartbeat(partition, outcome.read_at)) is not None:
                metrics.HEARTBEAT.labels("watch", str(partition)).set(heartbeat.at)
                yield heartbeat_record(kafka.topic(VERDICTS), heartbeat)

        watch = reload.watch = WatchAgent(app, kafka, brands, partitions[FLUSHES.name], settings=settings, also=further)
        health.ask(watch.reader.missing)
        services.append(app)
    if "ingest" in stages:
        bins = configuration.ingest_settings()
        ingesting = IngestService(kafka, matcher, load_scorer(), bins, flush_s=configuration.ingest.flush_s)
        reload.ingest = ingesting
        health.ask(ingesting.missing)
        services.append(ingesting)
    role = f"worker ({', '.join(stage for stage in WORKER if stage in stages)})"
    services.append(ReloadService(ReloadListener(kafka, role, rereading)))
    _log.info("tocsin worker", stages=sorted(stages), brands=len(brands) - 1, receivers=sorted(receivers))
    run_services(*services)


def _incidents(
    configuration: Configuration,
    kafka: KafkaSettings,
    partitions: int,
    receivers: dict[str, Receiver],
    *,
    health: WorkerHealth,
    reload: WorkerReload,
) -> list[ServiceT]:
    app = build_app(kafka, "incidents")
    producer = CommandsProducer(kafka)
    incidents = IncidentsAgent(
        app,
        kafka,
        partitions,
        brands=(*configuration.watched(), SELF_BRAND),
        policies=configuration.escalation(),
        wakes={receiver.id: receiver.wakes for receiver in receivers.values()},
        links=link_signer(configuration, configuration.link_keys()),
        zones=configuration.zones(),
    )
    outbox = OutboxService(kafka, receivers, producer.send)
    reload.incidents, reload.outbox = incidents, outbox
    health.ask(incidents.reader.missing)
    health.ask(outbox.missing)
    dead_man = configuration.dead_man_settings()
    outside = [] if dead_man is None else [Healthcheck(dead_man, outbox.heartbeats)]
    peers = PeersService(kafka, incidents, configuration.ingest.bin_s)
    return [_Closing(producer, outbox), app, EvidenceRetention(kafka, incidents), peers, outbox, *outside]


class _Closing(Service):
    """Opens what the incident stage sends through, and closes it after the stage has stopped."""

    def __init__(self, producer: CommandsProducer, outbox: OutboxService, **options: Any) -> None:
        self._producer = producer
        self._outbox = outbox
        super().__init__(**options)

    async def on_start(self) -> None:
        await self._producer.start_when_possible(lambda: self.should_stop)

    async def on_stop(self) -> None:
        await self._producer.stop()
        for receiver in self._outbox.receivers.values():
            await receiver.close()

"""``tocsin web``: the pages behind the links, the webhook for mentions, Slack's buttons; /metrics on its own port."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog

from alerts.cli.compose_web import web_dependencies
from alerts.cli.pushed import PushedWork
from alerts.cli.reload_listener import ReloadListener
from alerts.cli.rereading import Rereading, Sections
from alerts.configuration.configuration import Configuration, Read
from alerts.health.logs import configure_logs, log_doubts
from alerts.health.metrics_server import serve_metrics
from alerts.kafka.commands_producer import CommandsProducer
from alerts.kafka.incident_store import IncidentStore
from alerts.web.app import web_app
from alerts.web.mention_sink import WebhookSink
from alerts.web.server import serving
from streams.connectors.sink import MentionSink
from streams.kafka.administration.rights import WEB, WEB_PUSHED, require_rights
from streams.kafka.administration.topic_guard import TopicGuard
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.app import until_topics
from streams.kafka.stopping import end_within
from streams.kafka.vital import never_ends

_log = structlog.get_logger(__name__)
_SECTIONS = Sections(
    live=("brands", "receivers", "sources"), at_start=("kafka", "metrics", "public_url", "links", "web", "slack")
)


def run_web(read: Read) -> None:
    """Serve until SIGTERM or SIGINT; on SIGHUP, or when asked to, read brands and the sources that are pushed again.

    Parameters
    ----------
    read
        The configuration, and its doubtful settings, which are logged.

    Raises
    ------
    AlertsError
        Where the address cannot be had.
    """
    configure_logs()
    log_doubts(read.doubts)
    asyncio.run(_serve(read))


async def _serve(read: Read) -> None:
    configuration = read.configuration
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        end_within()
        stopped.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop)
    kafka = configuration.kafka_settings()
    sink = WebhookSink(lambda: MentionSink(kafka, "webhook"))
    store, producer = IncidentStore(kafka), CommandsProducer(kafka)
    simulated = "//127.0.0.1" in configuration.slack.base_url
    pushed = PushedWork(configuration, kafka)
    parts = web_dependencies(
        configuration, configuration.link_keys(), store, producer.send, sink, pushed=pushed.sources, simulated=simulated
    )

    def prepare(changed: Configuration) -> Callable[[], Sequence[str]]:
        take_up = pushed.prepare(changed)

        def apply() -> Sequence[str]:
            # In which zone a brand's people, and a receiver's, read moments.
            parts.zones = changed.zones()
            return take_up()

        return apply

    listener = ReloadListener(kafka, "web", Rereading(read, _SECTIONS, prepare))
    listener.on_signal()
    serve_metrics(configuration.metrics.host, configuration.metrics.web_port, setting="metrics.web_port")
    host, port = configuration.web.host, configuration.web.port
    try:
        async with serving(web_app(parts), host, port) as bound:
            _log.info("tocsin web", address=f"http://{host}:{bound}", public_url=configuration.public_url)
            await _until(stopped, _work(kafka, store, producer, pushed, listener))
    finally:
        await store.stop()
        await producer.stop()
        await sink.close()
        await pushed.close()
        if parts.slack is not None:
            await parts.slack.close()


async def _until(stopped: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Work until asked to stop; what ends the work sooner ends the process, so that it is started again."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not stopping.done():
            async with never_ends("the web process's work", stopped.is_set):
                await working
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


async def _work(
    kafka: KafkaSettings,
    store: IncidentStore,
    producer: CommandsProducer,
    pushed: PushedWork,
    listener: ReloadListener,
) -> None:
    """Wait for Kafka behind the open door: until it answers, /readyz says what is missing. Then work for ever."""
    counts = await until_topics(kafka)
    await asyncio.to_thread(require_rights, kafka, [WEB, WEB_PUSHED] if len(pushed.sources) else [WEB])
    await producer.start_when_possible()
    await store.start()
    vigils = [asyncio.create_task(store.wait_failed()), asyncio.create_task(TopicGuard(kafka, counts).watch())]
    vigils.append(asyncio.create_task(pushed.keep(counts)))
    vigils.append(asyncio.create_task(listener.run(lambda: False)))
    try:
        for ended in (await asyncio.wait(vigils, return_when=asyncio.FIRST_COMPLETED))[0]:
            await ended
    finally:
        for vigil in vigils:
            vigil.cancel()
        await asyncio.gather(*vigils, return_exceptions=True)

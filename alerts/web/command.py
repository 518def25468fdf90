"""``tocsin web``: the pages behind the links, the webhook for mentions, Slack's buttons, and /metrics."""

import asyncio
import signal

import structlog

from alerts.commands_producer import CommandsProducer
from alerts.configuration.configuration import Configuration
from alerts.incident_store import IncidentStore
from alerts.logs import configure_logs
from alerts.web.app import web_app
from alerts.web.compose import web_parts
from alerts.web.mention_sink import WebhookSink
from alerts.web.server import serving
from streams.app import until_topics
from streams.connectors.sink import MentionSink
from streams.kafka_settings import KafkaSettings

_log = structlog.get_logger(__name__)


def run_web(configuration: Configuration) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises
    ------
    AlertsError
        Where the address cannot be had.
    """
    configure_logs()
    asyncio.run(_serve(configuration))


async def _serve(configuration: Configuration) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    kafka = configuration.kafka_settings()
    sink = WebhookSink(lambda: MentionSink(kafka, "webhook"))
    store, producer = IncidentStore(kafka), CommandsProducer(kafka)
    simulated = "//127.0.0.1" in configuration.slack.base_url
    parts = web_parts(configuration, configuration.link_keys(), store, producer.send, sink, simulated=simulated)
    host, port = configuration.web.host, configuration.web.port
    try:
        async with serving(web_app(parts), host, port) as bound:
            _log.info("tocsin web", address=f"http://{host}:{bound}", public_url=configuration.public_url)
            reading = asyncio.create_task(_connect(kafka, store, producer))
            await stopped.wait()
            reading.cancel()
    finally:
        await store.stop()
        await producer.stop()
        await sink.close()
        if parts.slack is not None:
            await parts.slack.close()


async def _connect(kafka: KafkaSettings, store: IncidentStore, producer: CommandsProducer) -> None:
    """Wait for Kafka behind the open door: until it answers, /readyz says what is missing."""
    await until_topics(kafka)
    await producer.start()
    await store.start()

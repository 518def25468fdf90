"""``tocsin ingest``: a connector into the topic ``mentions``, with a progress bar on a terminal."""

import sys

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError
from alerts.metrics_server import serve_metrics
from streams.admin import ensure_topics
from streams.connectors.connector import Connector
from streams.connectors.sink import MentionSink
from streams.connectors.transfer import Transferred, transfer
from streams.topics import TOPICS


def run_ingest(connector: Connector, configuration: Configuration, *, metrics_port: int = 0) -> None:
    """Send all that a source holds, and say what became of it.

    Parameters
    ----------
    metrics_port
        Where ``/metrics`` is served on this machine while it runs; 0 serves none.

    Raises
    ------
    AlertsError
        Where the source held mentions and not one could be used.
    TocsinError
        Where the source cannot be read, or Kafka does not take it.
    """
    if metrics_port:
        serve_metrics("127.0.0.1", metrics_port)
    kafka = configuration.kafka_settings()
    ensure_topics(kafka, TOPICS)
    sink = MentionSink(kafka, connector.name)
    console = Console(stderr=True)
    try:
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as progress:
            task = progress.add_task("reading …")
            told = transfer(
                connector,
                sink,
                bin_s=configuration.ingest.bin_s,
                lateness_s=configuration.ingest.lateness_s,
                progress=lambda now: progress.update(task, description=_line(now)),
            )
    finally:
        sink.close()
    for refused in told.examples:
        print(f"{refused.origin}: {refused.reason}: {refused.detail}", file=sys.stderr)  # noqa: T201
    if told.refused > len(told.examples):
        print(f"… and {told.refused - len(told.examples)} more", file=sys.stderr)  # noqa: T201
    if told.read and not told.sent:
        raise AlertsError(f"none of {told.read} could be used; they are in mentions.dlq with their reasons")
    print(_line(told))  # noqa: T201


def _line(told: Transferred) -> str:
    refused = f", {told.refused:,} refused (in mentions.dlq)" if told.refused else ""
    return f"{told.read:,} read, {told.sent:,} sent{refused}"

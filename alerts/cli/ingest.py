"""``tocsin ingest``: a connector into the topic ``mentions``, with a progress bar on a terminal."""

import sys
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from alerts.backtest.left_out import MUCH
from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError
from alerts.health.metrics_server import serve_metrics
from streams.connectors.connector import Connector
from streams.connectors.sink import MentionSink
from streams.connectors.transfer import Transferred, transfer
from streams.connectors.watermarks import read_watermarks
from streams.kafka.administration.rights import CONNECTOR, require_rights
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.topics import TOPICS
from streams.queries.matching import Matcher

_BRANDS = 10
"""Brands named in the last line."""


def run_ingest(
    connector: Connector, configuration: Configuration, *, in_order: bool = True, metrics_port: int = 0
) -> None:
    """Send all mentions of a source, and report which will count.

    Parameters
    ----------
    in_order
        Whether to sort it by event time first; a pipe that may never end is sent as it comes.
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
    require_rights(kafka, [CONNECTOR])
    watched = configuration.watched()
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
            sums = transfer(
                connector,
                sink,
                matcher=Matcher(watched) if watched else None,
                watermarks=read_watermarks(kafka, time.time()),
                in_order=in_order,
                bin_s=configuration.ingest.bin_s,
                lateness_s=configuration.ingest.lateness_s,
                progress=lambda now: progress.update(task, description=_line(now)),
            )
    finally:
        sink.close()
    for refused in sums.examples:
        print(f"{refused.origin}: {refused.reason}: {refused.detail}", file=sys.stderr)  # noqa: T201
    if sums.refused > len(sums.examples):
        print(f"… and {sums.refused - len(sums.examples)} more", file=sys.stderr)  # noqa: T201
    if sums.read and not sums.sent:
        raise AlertsError(f"none of {sums.read:,} could be used; they are in mentions.dlq with their reasons")
    for sentence in _lost(sums, is_watched=bool(watched)):
        print(f"note: {sentence}", file=sys.stderr)  # noqa: T201
    print(_line(sums))  # noqa: T201


def _line(sums: Transferred) -> str:
    parts = [f"{sums.read:,} read", f"{sums.sent:,} sent", f"{sums.counting:,} will count"]
    if sums.matched:
        parts[-1] += f" ({', '.join(f'{brand} {count:,}' for brand, count in sorted(sums.matched.items())[:_BRANDS])})"
    if sums.unmatched:
        parts.append(f"{sums.unmatched:,} match no brand")
    if sums.late:
        parts.append(f"{sums.late:,} too late")
    if sums.refused:
        parts.append(f"{sums.refused:,} refused (in mentions.dlq)")
    return ", ".join(parts)


def _lost(sums: Transferred, *, is_watched: bool) -> Iterator[str]:
    if sums.late > MUCH * max(sums.counting + sums.late, 1):
        yield (
            f"{sums.late:,} of {sums.counting + sums.late:,} mentions of your brands are of a time that Tocsin has "
            "closed, and do not count; to give a brand its history, use `tocsin learn FILE --brand ID`"
        )
    if sums.refused > MUCH * sums.read:
        yield f"{sums.refused:,} of {sums.read:,} were refused; they are in mentions.dlq with their reasons"
    if is_watched and sums.unmatched == sums.sent:
        yield f"none of {sums.sent:,} mentions matches a brand's query: see `tocsin check`"

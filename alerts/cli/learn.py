"""``tocsin learn``: teaches a brand its ordinary level from files; notifies nobody."""

import time
from collections.abc import Iterator, Sequence

from alerts.backtest.run import Backtest
from alerts.cli.arguments import brand_named
from alerts.cli.backtest import closed_bins
from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError
from alerts.wording.moments import rfc3339
from detectors.negativity.model import load_scorer
from streams.adapters.history_sender import send_history
from streams.connectors.connector import Connector, Refused
from streams.connectors.watermarks import read_watermarks
from streams.kafka.administration.topics import ensure_topics
from streams.mention import Mention


class _Before:
    """A source without mentions later than a moment: Tocsin receives those itself."""

    def __init__(self, connector: Connector, until_s: float) -> None:
        self.name = connector.name
        self.later = 0
        self._connector = connector
        self._until_s = until_s

    def read(self) -> Iterator[Mention | Refused]:
        for item in self._connector.read():
            if isinstance(item, Mention) and item.published_s > self._until_s:
                self.later += 1
            else:
                yield item


def run_learn(connectors: Sequence[Connector], configuration: Configuration, brand_id: str) -> None:
    """Learn a brand's history from files, and put it on Kafka for the worker that watches the brand.

    Raises
    ------
    AlertsError
        If the brand is unknown, or the files hold no mention of it that Tocsin has not received itself.
    TocsinError
        Where a file cannot be read, or Kafka does not take it.
    """
    brand = brand_named(configuration, brand_id)
    kafka = configuration.kafka_settings()
    ensure_topics(kafka)
    now = time.time()
    until_s = min(read_watermarks(kafka, now).values(), default=int(now))
    sources = [_Before(connector, until_s) for connector in connectors]
    run = Backtest([brand], configuration.escalation(), load_scorer(), configuration.ingest_settings())
    for _ in closed_bins(run, sources):
        pass
    history = run.own.history(brand.id)
    if not history.mentions:
        raise AlertsError(
            f"the files hold no mention of {brand.id} before {rfc3339(until_s)}; check the files, and its query"
        )
    send_history(kafka, history)
    later = sum(source.later for source in sources)
    print(  # noqa: T201
        f"{brand.id}: {history.mentions:,} mentions from {rfc3339(history.began)} to {rfc3339(history.until)} learned"
        + (f", {later:,} later ones left out" if later else "")
        + f"; {len(run.incidents)} incidents would have fired; nobody is notified. The worker accepts it when it reads "
        "it, or logs why not"
    )

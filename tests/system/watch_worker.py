"""A worker of ingest and watch for the tests: ``python -m tests.system.watch_worker BROKER PREFIX [STAGES]``."""

import sys

from mode.types import ServiceT

from streams.adapters.ingest_service import IngestService
from streams.adapters.watch_agent import WatchAgent
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.app import await_topics, build_app, run_services
from tests.streams.story import BRANDS, WordScorer, matcher


def main(broker: str, prefix: str, stages: str = "ingest,watch") -> None:
    kafka = KafkaSettings(
        brokers=(broker,), topic_prefix=prefix, group=prefix.rstrip("."), partitions=2, session_timeout_s=6.0
    )
    partitions = await_topics(kafka)
    services: list[ServiceT] = []
    if "ingest" in stages:
        services.append(IngestService(kafka, matcher(), WordScorer(), flush_s=0.2))
    if "watch" in stages:
        app = build_app(kafka, "watch")
        WatchAgent(app, kafka, BRANDS, partitions["flushes"])
        services.append(app)
    run_services(*services)


if __name__ == "__main__":
    main(*sys.argv[1:])

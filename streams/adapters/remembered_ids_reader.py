"""Reads the ids that earlier owners of a source partition have stored, from the topic ``mentions.ids``."""

from collections.abc import Iterable

import structlog

from streams import metrics
from streams.ingest.remembered_ids import BadRowError, RememberedIds, read_row, remembered
from streams.kafka.reading.changelog import read_changelog
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import IDS

_log = structlog.get_logger(__name__)


async def read_remembered_ids(
    kafka: KafkaSettings, partitions: Iterable[int], *, of: int, most: int
) -> dict[int, RememberedIds]:
    """Return what is remembered of each source partition; of one that is new, nothing.

    Parameters
    ----------
    kafka
        Where Kafka is. The topic must exist.
    partitions
        Source partitions. The ids of one stand in partition ``number % of``.
    of
        Partitions of ``mentions.ids``.
    most
        Ids remembered of each.

    Raises
    ------
    streams.errors.ChangelogError
        Where Kafka gives nothing for too long.
    KafkaUnavailableError, aiokafka.errors.KafkaError, OSError, TimeoutError
        Where it cannot be read.
    """
    bins: dict[int, list[tuple[int, dict[int, int]]]] = {partition: [] for partition in partitions}
    wanted = {partition % of: 0 for partition in bins}
    for rows in (await read_changelog(kafka, kafka.topic(IDS), wanted)).values():
        for key, value in rows.changed.items():
            try:
                partition, start, ids = read_row(key, value or b"")
            except BadRowError as error:
                metrics.ERRORS.labels("ids_decode").inc()
                _log.error("cannot decode remembered ids; skipped", error=str(error))
                continue
            if partition in bins:
                bins[partition].append((start, ids))
    return {partition: remembered(written, most=most) for partition, written in bins.items()}

"""Takes out of the kept versions of incidents what was taken down, and in time all that single people wrote."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from mode import Service

from alerts.health import metrics
from alerts.incidents.incident import Incident
from alerts.incidents.redaction import last_verdict_at, sources_of, without_erased, without_strangers
from alerts.kafka.incident_archive import write_anew
from alerts.kafka.incidents_agent import IncidentsAgent
from streams.adapters.erased_reader import read_erased
from streams.ingest.erased import Erased
from streams.kafka.outgoing import Outgoing
from streams.kafka.reconnecting import FAILURES
from streams.kafka.settings import KafkaSettings
from streams.kafka.vital import never_ends

_log = structlog.get_logger(__name__)
_FIRST_S = 60.0
"""A worker that starts has better things to do."""


class EvidenceRetention(Service):
    """Goes through the partitions that the incident stage holds here, once a day, or four times in the time given.

    The stage itself cleans the incidents that it still knows: by its timer, and after a take-down at once
    (``alerts.incidents.brand_incidents``).

    Parameters
    ----------
    kafka
        Where Kafka is, and how long evidence is kept.
    agent
        Whose partitions, and in whose name is written: a worker that has lost one is refused.
    now
        Wall clock, epoch seconds.
    """

    def __init__(
        self, kafka: KafkaSettings, agent: IncidentsAgent, *, now: Callable[[], float] = time.time, **options: Any
    ) -> None:
        self._kafka = kafka
        self._agent = agent
        self._now = now
        self._every_s = min(86_400.0, kafka.retention.shortest_evidence / 4)
        super().__init__(**options)

    @Service.task
    async def _run(self) -> None:
        async with never_ends("the retention of evidence", lambda: self.should_stop):
            await self.sleep(min(_FIRST_S, self._every_s))
            while not self.should_stop:
                await self._look()
                await self.sleep(self._every_s)

    async def _look(self) -> None:
        erased: Erased | None = None
        for partition in sorted(self._agent.reader.held):
            try:
                erased = erased or await read_erased(self._kafka)
                await self.clean(partition, erased)
            except FAILURES as error:
                metrics.ERRORS.labels("evidence_retention").inc()
                _log.warning("cannot remove old evidence", partition=partition, error=repr(error))

    async def clean(self, partition: int, erased: Erased) -> int:
        """Go through a partition, with what was taken down or erased; return how many versions were rewritten."""
        now = self._now()

        def changed(incident: Incident) -> Incident:
            is_fresh = last_verdict_at(incident) > now - self._kafka.retention.evidence_s(sources_of(incident))
            return without_erased(incident, erased) if is_fresh else without_strangers(incident)

        async def put(records: Sequence[Outgoing]) -> bool:
            return await self._agent.reader.publish(partition, records)

        done = await write_anew(self._kafka, [partition], changed, put)
        if done.written:
            metrics.EVIDENCE_REMOVED.inc(done.written)
            _log.info("old evidence removed", partition=partition, versions=done.written)
        return done.written

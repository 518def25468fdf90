"""The newest state of each incident in memory, from the topic ``incidents``: for the pages and the demo."""

import asyncio
from collections.abc import Callable

import msgspec
import structlog

from alerts.health.metrics import ERRORS
from alerts.incidents.incident import BY_PEOPLE, Incident, is_record
from alerts.incidents.incident_state import INCIDENTS_KEPT
from streams.kafka.access.answers import cause
from streams.kafka.reading.log_reader import FOLLOW_WAIT_MS, Fetched, LogReader, reading
from streams.kafka.reconnecting import reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import INCIDENTS
from streams.kafka.vital import TaskEndedError, never_ends
from streams.metrics import PARTITIONS_READ

_log = structlog.get_logger(__name__)
_KEPT = 5000
"""Incidents over all brands; 10 kB each at most."""
_POLL_MS = 200
_TRY_AGAIN_S = 1.0
"""At the latest: people may wait for a page."""


class IncidentStore:
    """Reads the topic from its beginning, and goes on reading.

    Of each brand it keeps as many incidents as can still be redacted.

    Parameters
    ----------
    kafka
        Where Kafka is.
    """

    def __init__(self, kafka: KafkaSettings) -> None:
        self._kafka = kafka
        self._incidents: dict[str, Incident] = {}
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._is_to_stop = False
        self._missing = "the incidents have not been read yet"

    async def start(self) -> None:
        """Begin to read; ``missing`` says when the past has been read."""
        self._is_to_stop = False
        self._task = asyncio.create_task(self._run(), name="incident-store")

    async def stop(self) -> None:
        """Stop reading."""
        self._is_to_stop = True
        if self._task is not None:
            self._task.cancel()
            # What ended it before is told by `wait_failed`, to whoever needs it.
            await asyncio.wait([self._task])
            self._task = None

    def missing(self) -> tuple[str, ...]:
        """Say what is missing before it can be relied on, a clause each; empty when it is ready."""
        return tuple(clause for clause in (self._missing, self.failed()) if clause)

    def get(self, incident_id: str) -> Incident | None:
        """Return an incident, or ``None`` where it is not known (yet)."""
        return self._incidents.get(incident_id)

    def list(self, brand: str | None = None) -> tuple[Incident, ...]:
        """Return the incidents, of one brand where one is given, the newest first."""
        chosen = [incident for incident in self._incidents.values() if brand is None or incident.brand == brand]
        return tuple(sorted(chosen, key=lambda incident: incident.opened_at, reverse=True))

    async def wait_for(
        self, incident_id: str, satisfied: Callable[[Incident], bool], timeout_s: float
    ) -> Incident | None:
        """Return the incident as soon as it satisfies, at once where it already does; ``None`` after the time-out."""

        def found() -> bool:
            incident = self._incidents.get(incident_id)
            return incident is not None and satisfied(incident)

        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(found)
        except TimeoutError:
            return None
        return self._incidents.get(incident_id)

    def failed(self) -> str:
        """Say why it reads no more, although nobody stopped it; empty while it reads, or tries to."""
        if self._task is None or not self._task.done() or self._is_to_stop:
            return ""
        error = None if self._task.cancelled() else self._task.exception()
        return f"the incidents are read no more: {error!r}"

    async def wait_failed(self) -> None:
        """Wait until it reads no more, and raise why; for ever while it reads.

        Raises
        ------
        TocsinError
            Or whatever ended it.
        """
        if self._task is None:
            raise TaskEndedError("the incidents are not being read")
        await asyncio.wait([self._task])
        await self._task

    async def take(self, incident: Incident) -> None:
        """Take one record of the topic, unless what is known is newer.

        Of two records of one version the later one stays: a worker that crashed writes its last version again, and the
        second telling is the one that it stored. Unless it lacks what a person did and the other has: that one
        came from a worker that had lost the incident to another and did not know it yet.
        """
        known = self._incidents.get(incident.id)
        if known is not None and incident.version < known.version:
            return
        if known is not None and incident.version == known.version and (lost := _people_s(known) - _people_s(incident)):
            ERRORS.labels("incident_versions").inc()
            _log.warning("incident version written twice", incident=incident.id, kept=sorted(lost))
            return
        self._incidents[incident.id] = incident
        self._forget_the_oldest(incident.brand)
        async with self._changed:
            self._changed.notify_all()

    def _forget_the_oldest(self, brand: str) -> None:
        for kept, chosen in ((INCIDENTS_KEPT, self.list(brand)), (_KEPT, tuple(self._incidents.values()))):
            if len(chosen) > kept:
                # Those that are over go first, the oldest of them before all.
                oldest = min(chosen, key=lambda each: (each.status != "resolved", each.opened_at))
                del self._incidents[oldest.id]

    async def _run(self) -> None:
        def is_to_stop() -> bool:
            return self._is_to_stop

        async with never_ends("the reader of incidents", is_to_stop):
            await reconnecting(self._read, self._cannot_read, is_to_stop, longest_s=_TRY_AGAIN_S)

    def _cannot_read(self, error: BaseException) -> None:
        ERRORS.labels("incident_store").inc()
        self._missing = "the incidents cannot be read from Kafka"
        _log.warning("cannot read incidents; trying again", error=cause(error))

    async def _read(self) -> None:
        try:
            async with reading(
                self._kafka, "incidents", self._kafka.topic(INCIDENTS), fetch_wait_ms=FOLLOW_WAIT_MS
            ) as reader:
                async for fetched in reader.to_the_ends():
                    await self._take_all(fetched, reader)
                self._missing = ""
                while True:
                    await self._take_all(await reader.poll(timeout_ms=_POLL_MS), reader)
        finally:
            PARTITIONS_READ.labels(INCIDENTS.name).set(0)

    async def _take_all(self, fetched: Fetched, reader: LogReader) -> None:
        PARTITIONS_READ.labels(INCIDENTS.name).set(len(reader.sources))
        for records in fetched.values():
            for record in (each for each in records if is_record(each.key, each.value)):
                await self._decode(record.value, record.partition, record.offset)

    async def _decode(self, value: bytes, partition: int, offset: int) -> None:
        try:
            incident = msgspec.json.decode(value, type=Incident)
        except msgspec.MsgspecError:
            ERRORS.labels("incident_store").inc()
            _log.exception("cannot decode incident; skipped", partition=partition, offset=offset)
            return
        await self.take(incident)


def _people_s(incident: Incident) -> set[str]:
    """Return the causes of what people did, by the trail."""
    return {change.cause for change in incident.changes if change.via in BY_PEOPLE and change.cause}

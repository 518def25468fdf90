"""Stage 3 on Kafka: a Faust agent that hands verdicts and commands to the cores, and keeps their state in a table.

Verdicts and commands of a brand come through one agent, one after the other. What changed is sent to ``incidents``,
and what is to be sent because of it to ``deliveries``, before the state that knows of it is stored, and all of that
before the event is acknowledged: killed anywhere, it sends the same again under the same identities.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
import structlog

from alerts.deliveries.delivery import smaller_deliveries
from alerts.deliveries.heartbeat import HEARTBEAT_S, decode_heartbeat, heartbeat_record, is_heartbeat
from alerts.deliveries.planning import Links, planned
from alerts.health import metrics
from alerts.health.incident_metrics import count_change, count_command
from alerts.incidents import corrections as marking
from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.command import Command
from alerts.incidents.comparing import named_with_peers
from alerts.incidents.feedback import feedback_of, missed_feedback
from alerts.incidents.incident import MARK_KEY, Incident, record_key, smaller_incidents
from alerts.incidents.incident_state import decode_state, encode_state, smaller_states
from alerts.incidents.policy import Policy
from alerts.time_zones import IN_UTC_ALL, Zones
from detectors.verdict import Verdict
from streams.brand import Brand, watch_partition
from streams.ingest.corrections import mark_key
from streams.kafka.outgoing import Outgoing, fitted, json_record
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.app import StageApp
from streams.kafka.stages.changes import Changes, Heard
from streams.kafka.stages.exactly_once_agent import ExactlyOnceAgent
from streams.kafka.topics import COMMANDS, DELIVERIES, FLUSHES, INCIDENTS, MARKS, VERDICTS
from streams.wire.feedback import Feedback
from streams.wire.flush import encode_flush, of_feedback

_log = structlog.get_logger(__name__)

_BATCH = 20
_WITHIN_S = 0.02
"""The longest time for which a verdict waits for others to be sent together with it."""
_ASK_AGAIN_S = 15.0


class IncidentsAgent(ExactlyOnceAgent):
    """Adds stage 3's incidents to an app.

    Parameters
    ----------
    app
        From ``streams.kafka.stages.app.build_app``.
    kafka
        Where Kafka is.
    partitions
        Of ``verdicts`` and ``commands``; the table and all topics keyed by brand have as many.
    brands, policies
        As the configuration states them; a brand's missing policy is the one named ``default``.
    wakes
        For each receiver that exists, whether a page through it wakes a person.
    links
        Signs the links.
    zones
        Time zones of the receivers.
    now
        Wall clock, epoch seconds.
    """

    def __init__(
        self,
        app: StageApp,
        kafka: KafkaSettings,
        partitions: int,
        *,
        brands: Sequence[Brand],
        policies: Mapping[str, Policy],
        wakes: Mapping[str, bool],
        links: Links,
        zones: Zones = IN_UTC_ALL,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(
            app,
            kafka,
            "incidents",
            (VERDICTS, COMMANDS),
            partitions,
            table="brands",
            batch=_BATCH,
            within_s=_WITHIN_S,
            errors=metrics.ERRORS,
        )
        self._links = links
        self._now = now
        self._looked_at = now()
        self._marked_at: dict[int, float] = {}
        self._due: dict[str, float] = {}
        self._asked: dict[str, float] = {}
        self._statuses: dict[str, Counter[str]] = {}
        self.use(brands, policies, wakes, zones)

    def use(
        self, brands: Sequence[Brand], policies: Mapping[str, Policy], wakes: Mapping[str, bool], zones: Zones
    ) -> None:
        """Go by another configuration from the next event on; what is known of the incidents is kept."""
        self._brands = {brand.id: brand for brand in brands}
        self.peers = named_with_peers(brands)
        self._policies = dict(policies)
        self._wakes = dict(wakes)
        self._zones = zones

    def live_of(self, brand: str) -> list[str]:
        """Return the ids of a brand's incidents that are not over, where this worker has its partition."""
        return [incident.id for incident in self.incidents_of(brand) if incident.status != "resolved"]

    def incidents_of(self, brand: str) -> tuple[Incident, ...]:
        """Return a brand's incidents that are kept, where this worker has its partition."""
        return self._brand(brand).incidents if brand in self._statuses else ()

    def policy_of(self, brand: str) -> Policy:
        """Return the policy of a brand."""
        named = self._brands[brand].policy if brand in self._brands else "default"
        return self._policies.get(named) or self._policies.get("default") or Policy()

    def partition_of(self, key: bytes) -> int:
        """Return the partition that a brand belongs to."""
        return watch_partition(key.decode(), self.partitions)

    def adopted(self, partition: int) -> None:
        """Note what is due, and how the incidents of a partition stand, by the table alone."""
        for name in self._brands_of(partition):
            self._note(self._brand(name))

    def forget(self, partition: int) -> None:
        """Ask for nothing any more of what is somebody else's."""
        for noted in (self._due, self._asked, self._statuses):
            for name in [name for name in noted if watch_partition(name, self.partitions) == partition]:
                del noted[name]

    async def work(self, partition: int, records: Sequence[Heard]) -> Changes:
        """Hand verdicts and commands to the cores; return what they lead to, and the brands' states."""
        at_work: dict[str, BrandIncidents] = {}
        outgoing: list[Outgoing] = []
        for record in records:
            if is_heartbeat(record.key):
                outgoing += [*self._passed_on(record.value), *self._mark(partition)]
            else:
                outgoing += self._take(record.topic, partition, record.value, at_work)
        return Changes(
            outgoing=tuple(outgoing), rows={name.encode(): self._row(brand) for name, brand in at_work.items()}
        )

    def _row(self, brand: BrandIncidents) -> bytes | None:
        state = brand.state
        row = Outgoing(self.changelog, encode_state(state), brand.brand.encode())
        return fitted(row._replace(smaller=lambda: map(encode_state, smaller_states(state)))).value

    def written(self, partition: int, changes: Changes) -> None:
        """Note what is due now."""
        del partition
        for key in changes.rows:
            self._note(self._brand(key.decode()))

    def _passed_on(self, value: bytes) -> list[Outgoing]:
        """Pass a beat on, unless the timer stands still: this stage lives only if it can escalate as well."""
        try:
            heartbeat = decode_heartbeat(value)
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("incidents_decode").inc()
            _log.exception("cannot decode heartbeat; skipped")
            return []
        if self._now() - self._looked_at > HEARTBEAT_S:
            return []
        metrics.HEARTBEAT.labels("incidents", str(heartbeat.partition)).set(heartbeat.at)
        return [heartbeat_record(self.kafka.topic(DELIVERIES), heartbeat)]

    def _mark(self, partition: int) -> Iterator[Outgoing]:
        """Write a record among the incidents now and then, so that Kafka deletes replaced ones (``MARK_KEY``)."""
        every_s, now = self.kafka.retention.superseded / 8, self._now()
        if now // every_s != self._marked_at.setdefault(partition, now) // every_s:
            self._marked_at[partition] = now
            yield Outgoing(self.kafka.topic(INCIDENTS), b"{}", MARK_KEY, partition)

    def _take(self, topic: str, partition: int, value: bytes, at_work: dict[str, BrandIncidents]) -> Sequence[Outgoing]:
        try:
            message: Verdict | Command
            if topic == self.kafka.topic(VERDICTS):
                message = msgspec.json.decode(value, type=Verdict)
            else:
                message = msgspec.json.decode(value, type=Command)
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("incidents_decode").inc()
            _log.exception("cannot decode verdict or command; skipped", topic=topic)
            return ()
        outgoing: list[Outgoing] = []
        for name in [message.brand] if message.brand else self._brands_of(partition):
            outgoing += self._apply(name, partition, message, at_work)
        return outgoing

    def _apply(
        self, name: str, partition: int, message: Verdict | Command, at_work: dict[str, BrandIncidents]
    ) -> list[Outgoing]:
        if watch_partition(name, self.partitions) != partition:
            metrics.ERRORS.labels("incidents_partition").inc()
            _log.error("record in another brand's partition; skipped", brand=name)
            return []
        now = self._now()
        before = encode_state(at_work[name].state) if name in at_work else None
        given: Feedback | None = None
        try:
            brand = at_work.get(name) or self._brand(name)
            marked = dict(brand.state.marks)
            if isinstance(message, Verdict):
                changed = brand.take_verdict(message, now)
            else:
                is_repeat = message.id in brand.state.commands
                changed = brand.take_command(message, now)
                if not is_repeat:
                    count_command(message, changed)
                    given = missed_feedback(message) if changed or not message.incident else None
            records = [*self._records(changed, partition, now), *self._feedback(given, partition)]
            marks = list(self._marks(name, marked, brand))
        except Exception:  # noqa: BLE001 - a bug must not silence all brands; it is logged and counted
            metrics.ERRORS.labels("incidents").inc()
            _log.exception("incidents failed on a record; skipped", brand=name, record=message.id)
            if before is not None:
                at_work[name].state = decode_state(before)
            return []
        if changed or message.brand or marks:
            at_work[name] = brand
        return records + marks

    def _marks(self, name: str, before: Mapping[str, bool], brand: BrandIncidents) -> Iterator[Outgoing]:
        """Yield what ingest is to learn, or to forget."""
        for post, mark in marking.changed(before, brand.state):
            value = None if mark is None else msgspec.json.encode(mark)
            yield Outgoing(self.kafka.topic(MARKS), value, mark_key(name, post))

    def _records(self, changed: Sequence[Incident], partition: int, now: float) -> Iterator[Outgoing]:
        for incident in changed:
            count_change(incident)
            topic, key = self.kafka.topic(INCIDENTS), record_key(incident)
            yield json_record(topic, incident, key, partition, smaller_incidents)
            policy = self.policy_of(incident.brand)
            for delivery in planned(incident, policy, self._wakes, self._links, now, zones=self._zones):
                topic, key = self.kafka.topic(DELIVERIES), delivery.id.encode()
                yield json_record(topic, delivery, key, partition, smaller_deliveries)
            yield from self._feedback(feedback_of(incident), partition)

    def _feedback(self, given: Feedback | None, partition: int) -> Iterator[Outgoing]:
        """Put people's feedback on alerts among the mentions that the watch stage reads."""
        if given is not None:
            flush = encode_flush(of_feedback(given))
            yield Outgoing(self.kafka.topic(FLUSHES), flush, given.brand.encode(), partition)

    def _brand(self, name: str) -> BrandIncidents:
        stored = self.table.data.get(name.encode())
        shown = self._brands[name].name if name in self._brands else name
        state = decode_state(stored) if stored else None
        return BrandIncidents(name, shown, self.policy_of(name), state, keep_s=self.kafka.retention.evidence_s)

    def _brands_of(self, partition: int) -> list[str]:
        names = (key.decode() for key in self.table.data if not key.startswith(b"@"))
        return [name for name in names if watch_partition(name, self.partitions) == partition]

    # -- time ------------------------------------------------------------------------------------------------

    def _note(self, brand: BrandIncidents) -> None:
        """Remember when a brand has something due, and what its incidents are."""
        self._asked.pop(brand.brand, None)
        if (due := brand.due_at()) is None:
            self._due.pop(brand.brand, None)
        else:
            self._due[brand.brand] = due
        self._statuses[brand.brand] = Counter(incident.status for incident in brand.incidents)

    async def tick(self) -> None:
        """Ask for what is due, as a command: so it has its place among the others, and in the state."""
        now = self._looked_at = self._now()
        due = [
            brand for brand, at in self._due.items() if at <= now and now - self._asked.get(brand, 0.0) >= _ASK_AGAIN_S
        ]
        for brand in due:
            self._asked[brand] = now
            command = Command(
                id=f"tick-{brand}-{self._due[brand]:.3f}", type="tick", brand=brand, at=now, by="tocsin", via="timer"
            )
            partition = watch_partition(brand, self.partitions)
            topic = self.kafka.topic(COMMANDS)
            await self.publish(partition, [Outgoing(topic, msgspec.json.encode(command), brand.encode(), partition)])
        total: Counter[str] = sum(self._statuses.values(), Counter())
        for status in ("open", "acknowledged"):
            metrics.INCIDENTS_OPEN.labels(status).set(total[status])

"""What would have rung: the cores of all three stages over mentions in order, without Kafka and without a clock.

Kafka is replaced by function calls and the wall clock by event time; everything between is what the worker runs.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from alerts.incident import Incident
from alerts.lifecycle import BrandIncidents
from alerts.policy import Policy, Step
from detectors.negativity.scorer import NegativityScorer
from streams.brand import Brand
from streams.brand_watch import ObservationRow, WatchSettings
from streams.connectors.heartbeat import heartbeat
from streams.ingest import DeadLetter, IngestSettings, PartitionIngest, Record
from streams.matching import Matcher
from streams.mention import Mention, encode_mention
from streams.source_watch import SELF_BRAND
from streams.watch import Outcome, WatchPartition

_AFTERWARDS_S = 60
"""As the file connectors do: event time goes on after the last mention until every bin has closed."""
_SOMEBODY = Policy(steps=(Step(notify=("somebody",)),))
"""Whom a backtest without receivers would have woken."""


class Summary(Struct, kw_only=True):
    """What a backtest went through."""

    mentions: int = 0
    refused: int = 0
    late: int = 0
    duplicates: int = 0
    matched: dict[str, int] = {}
    observed: dict[str, int] = {}
    first: int | None = None
    last: int | None = None


class Backtest:
    """One run over mentions in order of arrival.

    Parameters
    ----------
    brands, policies
        As the configuration states them. A policy without steps is taken to wake somebody.
    scorer
        What scores negativity.
    ingest
        Lengths of bins and of lateness.
    """

    def __init__(
        self,
        brands: Sequence[Brand],
        policies: Mapping[str, Policy],
        scorer: NegativityScorer,
        ingest: IngestSettings | None = None,
    ) -> None:
        settings = ingest or IngestSettings()
        self.summary = Summary()
        self.incidents: dict[str, Incident] = {}
        self._settings = settings
        self._ingest = PartitionIngest(0, 1, Matcher(brands), scorer, settings)
        self._states: dict[str, bytes] = {}
        watched = WatchSettings(bin_s=settings.bin_s, lateness_s=settings.lateness_s)
        self._watch = WatchPartition(0, brands, watched, self._states)
        self._brands = {
            brand.id: BrandIncidents(brand.id, brand.name, _wakes_somebody(policies, brand.policy))
            for brand in (*brands, SELF_BRAND)
        }
        self._offset = 0

    def take(self, mentions: Sequence[Mention]) -> Iterator[ObservationRow]:
        """Take mentions in order, and yield the bins that closed."""
        if not mentions:
            return
        now = [int(mention.published_s) for mention in mentions if not mention.deleted]
        if now:
            first, last = self.summary.first, self.summary.last
            self.summary.first = min(now) if first is None else min(first, *now)
            self.summary.last = max(now) if last is None else max(last, *now)
        self.summary.mentions += len(mentions)
        yield from self._run([encode_mention(mention) for mention in mentions])

    def finish(self) -> Iterator[ObservationRow]:
        """Let event time go on until every bin has closed, and yield the rest."""
        if self.summary.last is not None:
            end = self.summary.last + self._settings.bin_s + self._settings.lateness_s + _AFTERWARDS_S
            yield from self._run([encode_mention(heartbeat(0, end))])

    def _run(self, values: Sequence[bytes]) -> Iterator[ObservationRow]:
        records = [Record(self._offset + i, 0.0, None, value) for i, value in enumerate(values)]
        self._offset += len(records)
        refused: list[DeadLetter] = self._ingest.take(records)
        self.summary.refused += len(refused)
        stats = self._ingest.take_stats()
        self.summary.late += stats.late
        self.summary.duplicates += stats.duplicates
        for brand, count in stats.matched.items():
            self.summary.matched[brand] = self.summary.matched.get(brand, 0) + count
        for flush in self._ingest.flush(0.0)[0]:
            yield from self._heard(self._watch.take(flush))

    def _heard(self, outcome: Outcome) -> Iterator[ObservationRow]:
        self._states.update(outcome.changed)
        for verdict in outcome.verdicts:
            for incident in self._brands[verdict.brand].take_verdict(verdict, float(verdict.at)):
                self.incidents[incident.id] = incident
        for row in outcome.observations:
            self.summary.observed[row.brand] = self.summary.observed.get(row.brand, 0) + row.mentions
            yield row


def _wakes_somebody(policies: Mapping[str, Policy], name: str) -> Policy:
    policy = policies.get(name, policies.get("default", _SOMEBODY))
    return policy if policy.steps else _SOMEBODY

"""What would have fired: the cores of all three stages over mentions in order, without Kafka and without a clock.

Kafka is replaced by function calls and the wall clock by event time; everything between is what the worker runs.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from alerts.backtest.summary import Summary
from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.incident import Incident
from alerts.incidents.policy import Policy, Step
from detectors.negativity.scorer import NegativityScorer
from streams.brand import Brand
from streams.connectors.heartbeat import heartbeat
from streams.flush import Flush
from streams.history import History
from streams.ingest.ingest import PartitionIngest
from streams.ingest.ingest_settings import IngestSettings
from streams.mention import Mention, encode_mention
from streams.observation_row import ObservationRow
from streams.queries.matching import Matcher
from streams.record import Record
from streams.watch.brand_watch import WatchSettings
from streams.watch.source_watch import SELF_BRAND
from streams.watch.watch import WatchPartition

_AFTERWARDS_S = 60
"""As the file connectors do: event time goes on after the last mention until every bin has closed."""
_SOMEBODY = Policy(steps=(Step(notify=("somebody",)),))
"""Whom a backtest without receivers would have woken."""


class Lane:
    """Stages 2 and 3 under one set of brands: several lanes may read the same ingest, to compare their budgets."""

    def __init__(self, brands: Sequence[Brand], policies: Mapping[str, Policy], settings: WatchSettings) -> None:
        self.incidents: dict[str, Incident] = {}
        self.observed: dict[str, int] = {}
        self.unscored: dict[str, int] = {}
        self._watch = WatchPartition(0, (*brands, SELF_BRAND), settings, {})
        self._brands = {
            brand.id: BrandIncidents(brand.id, brand.name, _wakes_somebody(policies, brand.policy))
            for brand in (*brands, SELF_BRAND)
        }

    def history(self, brand_id: str) -> History:
        """Return what a brand has learned in this run."""
        return self._watch.history(brand_id, self.observed.get(brand_id, 0))

    def take(self, flush: Flush) -> tuple[ObservationRow, ...]:
        """Take one flush and return the bins that closed."""
        outcome = self._watch.take(flush)
        for verdict in outcome.verdicts:
            for incident in self._brands[verdict.brand].take_verdict(verdict, float(verdict.at)):
                self.incidents[incident.id] = incident
        for row in outcome.observations:
            self.observed[row.brand] = self.observed.get(row.brand, 0) + row.mentions
            self.unscored[row.brand] = self.unscored.get(row.brand, 0) + row.unscored
        return outcome.observations


class Backtest:
    """One run over mentions in order of arrival; of files, in the order of event time.

    Parameters
    ----------
    brands, policies
        As the configuration states them. A policy without steps is taken to wake somebody.
    scorer
        What scores negativity.
    ingest
        Lengths of bins and of lateness.
    budgets
        False pages a week to try beside the brands' own, each in a lane of its own.
    """

    def __init__(
        self,
        brands: Sequence[Brand],
        policies: Mapping[str, Policy],
        scorer: NegativityScorer,
        ingest: IngestSettings | None = None,
        budgets: Sequence[float] = (),
    ) -> None:
        settings = ingest or IngestSettings()
        self.summary = Summary(matched={brand.id: 0 for brand in brands})
        self._settings = settings
        self._ingest = PartitionIngest(0, 1, Matcher(brands), scorer, settings)
        watched = WatchSettings(bin_s=settings.bin_s, lateness_s=settings.lateness_s)
        self.own = Lane(brands, policies, watched)
        self.lanes = {
            budget: Lane([replace(brand, false_pages_per_week=budget) for brand in brands], policies, watched)
            for budget in budgets
        }
        self._offset = 0

    @property
    def incidents(self) -> dict[str, Incident]:
        """The incidents under the brands' own budgets, by id, each as it stands now."""
        return self.own.incidents

    def refuse(self, reason: str) -> None:
        """Count a line that is no mention, or none that can be used."""
        self.summary.refused += 1
        self.summary.reasons[reason] = self.summary.reasons.get(reason, 0) + 1

    def take(self, mentions: Sequence[Mention]) -> Iterator[ObservationRow]:
        """Take mentions in order, and yield the bins that closed."""
        times = [int(mention.published_s) for mention in mentions if not mention.deleted]
        if times:
            summary = self.summary
            summary.first = min(times if summary.first is None else (summary.first, *times))
            summary.last = max(times if summary.last is None else (summary.last, *times))
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
        for letter in self._ingest.take(records):
            self.refuse(letter.reason)
        stats = self._ingest.take_stats()
        self.summary.late += stats.late
        self.summary.duplicates += stats.duplicates
        self.summary.unscored += sum(stats.unscored.values())
        for brand, count in stats.matched.items():
            self.summary.matched[brand] += count
        for flush in self._ingest.flush(0.0)[0]:
            for lane in self.lanes.values():
                lane.take(flush)
            yield from self.own.take(flush)


def _wakes_somebody(policies: Mapping[str, Policy], name: str) -> Policy:
    policy = policies.get(name, policies.get("default", _SOMEBODY))
    return policy if policy.steps else _SOMEBODY

"""What would have fired: the cores of all three stages over mentions in order, without Kafka and without a clock.

Kafka is replaced by function calls and the wall clock by event time; everything between is what the worker runs.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from alerts.backtest.lanes import Elsewhere, Lane, Lanes, Plan
from alerts.backtest.summary import Summary
from alerts.incidents.incident import Incident
from alerts.incidents.policy import Policy
from detectors.negativity.rates import KNOWN, Known
from detectors.negativity.scorer import NegativityScorer
from streams.brand import Brand
from streams.connectors.heartbeat import heartbeat
from streams.ingest.ingest import PartitionIngest
from streams.ingest.ingest_settings import IngestSettings
from streams.mention import Mention, encode_mention
from streams.queries.matching import Matcher
from streams.watch.brand_watch import WatchSettings
from streams.wire.observation_row import ObservationRow
from streams.wire.record import Record

_AFTERWARDS_S = 60
"""As the file connectors do: event time goes on after the last mention until every bin has closed."""


class Reached(NamedTuple):
    """How far a run has come: mentions, and event time in epoch seconds."""

    mentions: int
    at: int | None


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
    scorers
        How often each scorer that is known is right.
    """

    def __init__(
        self,
        brands: Sequence[Brand],
        policies: Mapping[str, Policy],
        scorer: NegativityScorer,
        ingest: IngestSettings | None = None,
        budgets: Sequence[float] = (),
        *,
        scorers: Known = KNOWN,
    ) -> None:
        settings = ingest or IngestSettings()
        self.summary = Summary(matched={brand.id: 0 for brand in brands})
        self._settings = settings
        self._ingest = PartitionIngest(0, 1, Matcher(brands), scorer, settings)
        watched = WatchSettings(bin_s=settings.bin_s, lateness_s=settings.lateness_s)
        self.plan = Plan(
            brands=tuple(brands),
            policies=dict(policies),
            settings=watched,
            budgets=tuple(budgets),
            scorers=scorers,
        )
        self._lanes = Lanes(self.plan)
        self._elsewhere: Elsewhere | None = None
        self._stages = deque([(0, Reached(0, None))])
        """How far one is after so many flushes, from the last one that all brands have been watched through."""
        self._flushes = 0
        self._offset = 0

    @property
    def own(self) -> Lane:
        """Stages 2 and 3 under the brands' own budgets."""
        return self._lanes.own

    @property
    def lanes(self) -> dict[float, Lane]:
        """The same under each other budget."""
        return self._lanes.budgets

    @property
    def incidents(self) -> dict[str, Incident]:
        """The incidents under the brands' own budgets, by id, each as it stands now."""
        return self.own.incidents

    @property
    def opened(self) -> int:
        """How many incidents there are so far."""
        return max(len(self.incidents), self._elsewhere.opened if self._elsewhere else 0)

    @property
    def reached(self) -> Reached:
        """How far all brands have been watched."""
        if self._elsewhere is None:
            return Reached(self.summary.mentions, self.summary.last)
        while len(self._stages) > 1 and self._stages[1][0] <= self._elsewhere.reached:
            self._stages.popleft()
        return self._stages[0][1]

    def watch_elsewhere(self, elsewhere: Elsewhere) -> None:
        """Leave the watching of the brands to somebody else, before the first mention: no bins are yielded then."""
        self._elsewhere = elsewhere

    def use_scorer(self, scorer: NegativityScorer) -> None:
        """Read what comes from now on by another scorer, as after an upgrade."""
        self._ingest.scorer = scorer

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

    def catching_up(self) -> Iterator[None]:
        """Wait for whoever watches the brands elsewhere, and take what came of them; yields now and then."""
        if self._elsewhere is not None:
            yield from self._elsewhere.catching_up()
            for results in self._elsewhere.finished():
                self._lanes.add(results)

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
            if self._elsewhere is None:
                yield from self._lanes.take(flush)
            else:
                self._elsewhere.take(flush)
                self._flushes += 1
        if self._elsewhere is not None:
            self._stages.append((self._flushes, Reached(self.summary.mentions, self.summary.last)))

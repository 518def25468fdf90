"""Stages 2 and 3 of a backtest: some brands, under their own budgets and under others, here or somewhere else."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.comparing import comparisons_due, named_with_peers
from alerts.incidents.incident import Incident
from alerts.incidents.peer_levels import PeerLevels
from alerts.incidents.policy import Policy, Step
from detectors.negativity.rates import KNOWN, Known
from streams.brand import Brand
from streams.watch.brand_watch import WatchSettings
from streams.watch.source_watch import SELF_BRAND
from streams.watch.watch import WatchPartition
from streams.wire.closed_mark import closed_until
from streams.wire.flush import Flush, Snapshot
from streams.wire.history import History
from streams.wire.observation_row import ObservationRow

_SOMEBODY = Policy(steps=(Step(notify=("somebody",)),))
"""Whom a backtest without receivers would have woken."""


class Plan(Struct, frozen=True, kw_only=True):
    """What is watched, and how: ``budgets`` are tried beside the brands' own, each in a lane of its own.

    ``scorers`` tells how often each scorer that is known is right.
    """

    brands: tuple[Brand, ...]
    policies: dict[str, Policy]
    settings: WatchSettings
    budgets: tuple[float, ...] = ()
    scorers: Known = field(default_factory=lambda: KNOWN)

    def of(self, brands: Iterable[str]) -> "Plan":
        """Return the plan for some of the brands, by their ids."""
        wanted = set(brands)
        return replace(self, brands=tuple(brand for brand in self.brands if brand.id in wanted))


class LaneResult(NamedTuple):
    """What came of some brands in one lane: incidents by id; by brand mentions in closed bins, and those not scored."""

    incidents: dict[str, Incident]
    observed: dict[str, int]
    unscored: dict[str, int]


class Lane:
    """Stages 2 and 3 under one set of brands: several lanes may read the same ingest, to compare their budgets."""

    def __init__(
        self,
        brands: Sequence[Brand],
        policies: Mapping[str, Policy],
        settings: WatchSettings,
        scorers: Known = KNOWN,
    ) -> None:
        self.incidents: dict[str, Incident] = {}
        self.observed: dict[str, int] = {}
        self.unscored: dict[str, int] = {}
        self._bin_s, self._lateness_s = settings.bin_s, settings.lateness_s
        self._levels = PeerLevels()
        self._names = named_with_peers(brands)
        self._watch = WatchPartition(0, (*brands, SELF_BRAND), settings, {}, scorers)
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
        self._compare(outcome.observations)
        return outcome.observations

    def add(self, result: "LaneResult") -> None:
        """Take what came of other brands, which were watched elsewhere."""
        self.incidents |= result.incidents
        self.observed |= result.observed
        self.unscored |= result.unscored

    @property
    def result(self) -> "LaneResult":
        """What came of these brands."""
        return LaneResult(self.incidents, self.observed, self.unscored)

    def _compare(self, rows: Sequence[ObservationRow]) -> None:
        """Compare the incidents of brands that name peers, as the worker does once their bins are closed."""
        watermark = self._watch.clock.watermark
        if not self._names or watermark is None:
            return
        for row in rows:
            self._levels.take(row)
        self._levels.close(0, closed_until(watermark, self._bin_s, self._lateness_s))
        for brand, names in self._names.items():
            for command in comparisons_due(
                self._brands[brand].incidents,
                names,
                self._levels,
                bin_s=self._bin_s,
                partition_of=lambda _: 0,
                now=float(watermark),
            ):
                for incident in self._brands[brand].take_command(command, command.at):
                    self.incidents[incident.id] = incident
        self._levels.forget()


class Lanes:
    """The lane of the brands' own budgets, and one for each other budget.

    No brand knows of any but its peers: watched in several places, each told all flushes with the snapshots of its own
    brands, they come to what they come to in one.
    """

    def __init__(self, plan: Plan) -> None:
        self.own = Lane(plan.brands, plan.policies, plan.settings, plan.scorers)
        self.budgets = {
            budget: Lane(
                [replace(brand, false_pages_per_week=budget) for brand in plan.brands],
                plan.policies,
                plan.settings,
                plan.scorers,
            )
            for budget in plan.budgets
        }

    def take(self, flush: Flush) -> tuple[ObservationRow, ...]:
        """Take one flush and return the bins that closed under the brands' own budgets."""
        for lane in self.budgets.values():
            lane.take(flush)
        return self.own.take(flush)

    @property
    def results(self) -> tuple[LaneResult, ...]:
        """What came of these brands: under their own budgets, then under each other one."""
        return tuple(lane.result for lane in (self.own, *self.budgets.values()))

    def add(self, results: Sequence[LaneResult]) -> None:
        """Take what came of other brands under the same budgets."""
        for lane, of_lane in zip((self.own, *self.budgets.values()), results, strict=True):
            lane.add(of_lane)


class Elsewhere(Protocol):
    """Watches brands in another place: told the flushes, it tells at the end what came of them."""

    @property
    def opened(self) -> int:
        """How many incidents it has told of so far."""

    @property
    def reached(self) -> int:
        """How many flushes all brands have been watched through."""

    def take(self, flush: Flush) -> None:
        """Take the next flush, or wait until there is room for it."""

    def catching_up(self) -> Iterable[None]:
        """Yield now and then until all brands have been watched through all flushes."""

    def finished(self) -> Iterable[Sequence[LaneResult]]:
        """Give what came of each share of the brands, after ``catching_up``."""


def shares(brands: Sequence[Brand], snapshots: Sequence[Snapshot], number: int) -> list[tuple[str, ...]]:
    """Divide brands by how much is said of them, as the first flush tells: the loudest first, each to the least laden.

    A silent brand costs something too: each is given its part of a third of all that was said. Brands that are compared
    with each other stay together.

    Examples
    --------
    >>> told = [Snapshot(brand=brand, start=0, first_offset=0, last_offset=0) for brand in "aaaaabbbc"]
    >>> brands = [Brand(id=brand, name=brand, query=brand) for brand in "abcd"]
    >>> shares(brands, told, 2)
    [('a',), ('b', 'c', 'd')]
    """
    weights = {brand.id: max(len(snapshots), 1) / 3.0 / max(len(brands), 1) for brand in brands}
    for snapshot in snapshots:
        if snapshot.brand in weights:
            weights[snapshot.brand] += 1.0
    groups = {group: sum(weights[brand] for brand in group) for group in _compared(brands)}
    chosen: list[list[str]] = [[] for _ in range(min(number, len(groups)))]
    for group in sorted(groups, key=lambda group: (-groups[group], group)):
        min(chosen, key=lambda share: sum(weights[each] for each in share)).extend(group)
    return [tuple(share) for share in chosen]


def _compared(brands: Sequence[Brand]) -> set[tuple[str, ...]]:
    """Return the ids of brands in groups: who names a peer is in its group."""
    group_of = {brand.id: {brand.id} for brand in brands}
    for brand in brands:
        for peer in group_of.keys() & set(brand.peers):
            group_of[brand.id] |= group_of[peer]
            for member in group_of[brand.id]:
                group_of[member] = group_of[brand.id]
    return {tuple(sorted(group)) for group in group_of.values()}


def _wakes_somebody(policies: Mapping[str, Policy], name: str) -> Policy:
    policy = policies.get(name, policies.get("default", _SOMEBODY))
    return policy if policy.steps else _SOMEBODY

"""What a worker takes up of a changed configuration while it works: brands, policies and receivers."""

from collections.abc import Callable, Collection, Iterator, Sequence

from alerts.cli.check import receivers_of
from alerts.cli.rereading import Sections
from alerts.configuration.configuration import Configuration
from alerts.configuration.texts_of_sources import evidence_of
from alerts.health.initial_metrics import begin_at_zero
from alerts.kafka.incidents_agent import IncidentsAgent
from alerts.kafka.outbox_service import OutboxService
from streams.adapters.ingest_service import IngestService
from streams.adapters.watch_agent import WatchAgent
from streams.queries.matching import Matcher
from streams.watch.source_watch import SELF_BRAND

_RECEIVERS = ("receivers", "slack", "pagerduty", "smtp")


def sections(stages: Collection[str]) -> Sections:
    """Return the sections that stages use."""
    at_start = ["kafka", "metrics"]
    live = ["brands"]
    if "ingest" in stages:
        at_start += ["ingest"]
    if "watch" in stages:
        at_start += ["ingest", "watch"]
    if "incidents" in stages:
        at_start += ["public_url", "links", "retention", "dead_man"]
        live += ["policies", *_RECEIVERS]
    return Sections(live=tuple(live), at_start=tuple(dict.fromkeys(at_start)))


class WorkerReload:
    """Hands a changed configuration to the stages of this process.

    The watch stage comes first: what ingest sends of a brand that the watch stage does not know yet is lost.

    Parameters
    ----------
    configuration
        As it was read at the start.
    matcher
        Of its brands; queries that have not changed are not compiled again.
    """

    def __init__(self, configuration: Configuration, matcher: Matcher) -> None:
        self._configuration = configuration
        self._matcher = matcher
        self.ingest: IngestService | None = None
        self.watch: WatchAgent | None = None
        self.incidents: IncidentsAgent | None = None
        self.outbox: OutboxService | None = None

    def prepare(self, configuration: Configuration) -> Callable[[], Sequence[str]]:
        """Build what a configuration needs; return what puts it to use, and says what is to be known of it."""
        matcher = Matcher(configuration.watched(), self._matcher)
        before = self._configuration
        are_others = any(getattr(before, name) != getattr(configuration, name) for name in _RECEIVERS)
        receivers = receivers_of(configuration) if self.outbox is not None and are_others else None

        def apply() -> Sequence[str]:
            notes = tuple(self._notes(before, configuration))
            brands = (*configuration.watched(), SELF_BRAND)
            if self.watch is not None:
                self.watch.use_brands(brands)
            if self.ingest is not None:
                self.ingest.use_matcher(matcher)
            if self.outbox is not None and receivers is not None:
                begin_at_zero(receivers)
                self.outbox.use(receivers)
            if self.incidents is not None and self.outbox is not None:
                wakes = {receiver.id: receiver.wakes for receiver in self.outbox.receivers.values()}
                self.incidents.use(brands, configuration.escalation(), wakes, configuration.zones())
            self._configuration, self._matcher = configuration, matcher
            return notes

        return apply

    def _notes(self, before: Configuration, after: Configuration) -> Iterator[str]:
        if self.incidents is not None and evidence_of(before) != evidence_of(after):
            yield "for how long texts of each source are kept is read at the start alone: restart it for `keep_texts`"
        known = {brand.id: brand for brand in after.brands}
        for brand in before.brands:
            now = known.get(brand.id)
            if now is None and self.incidents is not None:
                for incident in self.incidents.live_of(brand.id):
                    yield (
                        f"brand {brand.id} is no longer watched, but its incident {incident} is not over: Tocsin does "
                        "not see its end, and notifies by the policy named default until somebody ends it by its link"
                    )
            elif now is not None and now.query != brand.query and self.watch is not None:
                yield (
                    f"brand {brand.id}: the ordinary level was learned with the old query; if the new one matches "
                    "much more, give the brand a history with it (tocsin learn), or that looks like an outbreak"
                )

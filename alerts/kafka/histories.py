"""Says what became of the histories that ``tocsin learn`` sent."""

import structlog

from streams import metrics
from streams.watch.watch import Outcome

_log = structlog.get_logger(__name__)


def log_histories(outcome: Outcome) -> None:
    """Count and log the brands that were given a history, and those that were not."""
    for brand in outcome.taught:
        metrics.HISTORIES.labels("taken").inc()
        _log.info("history taken", brand=brand)
    for brand, reason in outcome.untaught:
        metrics.HISTORIES.labels("refused").inc()
        _log.warning("history refused", brand=brand, reason=reason)

"""The metrics of one source."""

from typing import get_args

from streams import metrics
from streams.sources.checkpoint import Counts
from streams.sources.source import Health, Hole, State


class SourceMetrics:
    """Counts for one source, by its id and its kind.

    The counters are there before anything is counted: Prometheus sees no increase in a series that is born at 1.
    """

    def __init__(self, source: str, kind: str) -> None:
        self._labels = (source, kind)
        self._counters = {
            name: counter.labels(*self._labels)
            for name, counter in (
                ("received", metrics.SOURCE_RECEIVED),
                ("matched", metrics.SOURCE_MATCHED),
                ("emitted", metrics.SOURCE_EMITTED),
                ("dropped", metrics.SOURCE_DROPPED),
                ("deleted", metrics.SOURCE_DELETED),
                ("deleted_unknown", metrics.SOURCE_DELETED_UNKNOWN),
                ("refused", metrics.SOURCE_REFUSED),
                ("truncated", metrics.SOURCE_TRUNCATED),
                ("withheld", metrics.SOURCE_WITHHELD),
                ("unplaced", metrics.SOURCE_UNPLACED),
            )
        }
        for further in (
            metrics.SOURCE_RECONNECTS, metrics.SOURCE_THROTTLED, metrics.SOURCE_BROKE, metrics.SOURCE_HOLE_SECONDS,
        ):  # fmt: skip
            further.labels(*self._labels)
        self.show(Health(state="starting"), 0.0)

    def took(self, counts: Counts, health: Health, now: float) -> None:
        """Count what a batch led to."""
        for name, counter in self._counters.items():
            counter.inc(getattr(counts, name))
        self.show(health, now)

    def show(self, health: Health, now: float) -> None:
        """Set the gauges: state, lag, last success."""
        for state in get_args(State):
            metrics.SOURCE_STATE.labels(*self._labels, state).set(state == health.state)
        if health.last_ok is not None:
            metrics.SOURCE_LAST_SUCCESS.labels(*self._labels).set(health.last_ok)
        behind_s = health.behind_s
        if behind_s is None and health.last_event is not None:
            behind_s = max(0.0, now - health.last_event)
        if behind_s is not None:
            metrics.SOURCE_LAG.labels(*self._labels).set(behind_s)

    def throttled(self, seconds: float) -> None:
        """Count seconds waited at upstream's wish."""
        metrics.SOURCE_THROTTLED.labels(*self._labels).inc(seconds)

    def reconnected(self) -> None:
        """Count a connection that was lost."""
        metrics.SOURCE_RECONNECTS.labels(*self._labels).inc()

    def broke(self) -> None:
        """Count an exception that no source should raise."""
        metrics.SOURCE_BROKE.labels(*self._labels).inc()

    def hole(self, hole: Hole) -> None:
        """Count the seconds that were not heard, by the share that was missed."""
        metrics.SOURCE_HOLE_SECONDS.labels(*self._labels).inc((hole.ended - hole.began) * (1 - hole.share))

    def let_go(self) -> None:
        """Stop telling how it is: another process has it now, or none."""
        for state in get_args(State):
            metrics.SOURCE_STATE.remove(*self._labels, state)
        for gauge in (metrics.SOURCE_LAST_SUCCESS, metrics.SOURCE_LAG):
            gauge.labels(*self._labels)
            gauge.remove(*self._labels)

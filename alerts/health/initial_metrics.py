"""Counters that are there before anything is counted: Prometheus sees no increase in a series that is born at 1."""

from collections.abc import Iterable
from typing import get_args

from alerts.deliveries.delivery import Purpose
from alerts.health import metrics
from alerts.health.delivery_metrics import OUTCOMES
from alerts.incidents.incident import ChangeType
from detectors.assessment import Kind
from detectors.verdict import Phase
from streams.metrics import VERDICTS

_BEATS = {"ingest": (), "watch": ("watch",), "incidents": ("incidents", "outbox")}
PING_OUTCOMES = ("sent", "failed", "withheld")


def begin_at_zero(receivers: Iterable[str]) -> None:
    """Make the counters of verdicts, incidents and deliveries, so that the first of each is an increase too."""
    for kind in get_args(Kind):
        for phase in get_args(Phase):
            VERDICTS.labels(kind, phase)
        for change in get_args(ChangeType):
            metrics.INCIDENTS.labels(kind, change)
    for receiver in receivers:
        for purpose in get_args(Purpose):
            for outcome, reasons in OUTCOMES.items():
                for reason in reasons:
                    metrics.DELIVERIES.labels(receiver, purpose, outcome, reason)


def begin_beating(stages: Iterable[str], partitions: int, now: float) -> None:
    """Date the heartbeats of what runs here from its start: of one that never beats the age is to grow as well."""
    for stage in (each for running in stages for each in _BEATS[running]):
        for partition in range(partitions):
            metrics.HEARTBEAT.labels(stage, str(partition)).set(now)
    for outcome in PING_OUTCOMES:
        metrics.DEAD_MAN_PINGS.labels(outcome)

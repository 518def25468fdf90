"""Whom to notify, in which order: escalation policies as configured."""

from msgspec import Struct


class Step(Struct, frozen=True, kw_only=True):
    """One escalation step: receivers notified ``after_s`` seconds after the step before, if nobody acknowledged."""

    notify: tuple[str, ...]
    after_s: float = 0.0


class Policy(Struct, frozen=True, kw_only=True):
    """Steps in order, and what follows when they go unanswered.

    ``repeat`` more rounds of the steps; an acknowledgement runs out after ``ack_expires_s`` seconds; a relapse
    within ``cool_down_s`` seconds of event time re-opens the incident.
    """

    id: str = "default"
    steps: tuple[Step, ...] = ()
    repeat: int = 0
    ack_expires_s: float = 4 * 3600.0
    cool_down_s: float = 6 * 3600.0

"""Silences: no page until an end, by someone, for a reason. The record of what happens goes on."""

from msgspec import Struct

from alerts.incidents.command import Command
from alerts.incidents.incident import Incident

DEFAULT_SILENCE_S = 3600.0
"""What "silence" means without an end: the hour that Slack's button promises."""
LONGEST_SILENCE_S = 30 * 86400.0
"""A silence that nobody remembers is how a crisis is missed; a month covers any maintenance."""


class Silence(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One silence: its end (wall time, epoch seconds), its author and the reason."""

    until: float
    by: str = ""
    reason: str = ""


def silence_of(command: Command, now: float) -> Silence:
    """Return the silence that a command asks for, its end within what is allowed.

    Examples
    --------
    >>> silence_of(Command(id="c", type="silence", brand="northside", at=0.0, by="ada"), now=100.0).until
    3700.0
    """
    until = command.until if command.until is not None and command.until > now else now + DEFAULT_SILENCE_S
    return Silence(until=min(until, now + LONGEST_SILENCE_S), by=command.by, reason=command.note)


def is_silenced(incident: Incident, now: float) -> bool:
    """Whether pages of an incident are held back at ``now``."""
    return incident.silenced_until is not None and incident.silenced_until > now

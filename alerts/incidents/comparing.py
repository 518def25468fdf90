"""When an incident is compared with the brand's peers, and how it takes the outcome. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from alerts.incidents.audit_trail import append_change
from alerts.incidents.command import Command
from alerts.incidents.incident import Change, Incident
from alerts.incidents.peer_levels import PeerLevels
from alerts.wording.peers import compared
from streams.brand import Brand

AFTER_S = (0, 900, 3600, 4 * 3600)
"""So long after it fired an incident is compared: a sector is not hit all at once. It is again where it gets worse."""


def moments(incident: Incident, bin_s: int) -> Iterator[int]:
    """Yield the ends of bins, in order, as of which an incident is compared with the brand's peers.

    They follow from its facts: whenever it is asked, the same moments come. None follows where the incident is over.
    """
    if incident.kind not in {"crisis", "slow_burn"}:
        return
    fired = [incident.opened_at, *_events(incident, "reopened")]
    due = {at + after for at in fired for after in AFTER_S} | set(_events(incident, "severity_raised"))
    until = float("inf") if incident.resolved_at is None else max(incident.resolved_at, incident.opened_at)
    yield from sorted({-(-at // bin_s) * bin_s for at in due if at <= until})


def _events(incident: Incident, kind: str) -> Iterator[int]:
    return (change.event_at for change in incident.changes if change.type == kind and change.event_at is not None)


def named_with_peers(brands: Iterable[Brand]) -> dict[str, dict[str, str]]:
    """Return for each brand that names peers its own name and theirs, by id; peers that are not watched are left out.

    Examples
    --------
    >>> named_with_peers([Brand(id="a", name="Acme", query="a", peers=("b",)), Brand(id="b", name="Bee", query="b")])
    {'a': {'a': 'Acme', 'b': 'Bee'}}
    """
    known = {brand.id: brand for brand in brands}
    return {
        brand.id: {brand.id: brand.name} | {peer: known[peer].name for peer in brand.peers if peer in known}
        for brand in known.values()
        if brand.peers
    }


def comparisons_due(
    incidents: Iterable[Incident],
    names: Mapping[str, str],
    levels: PeerLevels,
    *,
    bin_s: int,
    partition_of: Callable[[str], int],
    now: float,
) -> Iterator[Command]:
    """Yield the commands by which a brand's incidents take the comparisons that can be made by now, in order.

    Parameters
    ----------
    names
        Of the brand and then of its peers, by id.
    levels
        What is known of them.
    bin_s
        Length of a bin, seconds.
    partition_of
        Returns the partition of a brand.
    now
        Wall time, epoch seconds.
    """
    for incident in incidents:
        last = 0 if incident.comparison is None else incident.comparison.at
        for at in moments(incident, bin_s):
            if at > last and (made := levels.compare(names, incident.began_at, at, partition_of)) is not None:
                yield Command(
                    id=f"compare-{incident.id}-{at}", type="compare", brand=incident.brand, at=now,
                    incident=incident.id, by="tocsin", via="timer", comparison=made,
                )  # fmt: skip


def taken(incident: Incident, command: Command, now: float) -> list[Incident]:
    """Return an incident with a newer comparison; an older one changes nothing.

    Its sentence goes into the audit trail where it concludes otherwise than the one before.
    """
    made, before = command.comparison, incident.comparison
    if made is None or (before is not None and made.at <= before.at):
        return []
    note = "" if made.says_the_same(before) else compared(made)
    change = Change(type="compared", at=now, event_at=made.at, cause=command.id, via="timer", note=note)
    return [append_change(replace(incident, comparison=made), change)]

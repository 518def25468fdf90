"""Which deliveries a change of an incident requires. Pure.

==================================  =====================================================================
change                              deliveries
==================================  =====================================================================
``notified``                        ``page`` to the step's receivers (to all notified before, if somebody gave it back
                                    or a silence ended); ``update`` to the chats notified before
``severity_raised``                 ``page`` again to all that were notified, unless silenced
``acknowledged``, ``resolved``      the same to all that were notified, so that the pager stops
``links_revoked``                   ``update`` to all that were notified: the chats show the new link, and a page that
                                    still waits takes it; a pager stays quiet on an update
``compared``                        ``update`` to the chats that were notified; nothing where it is over
``opened``, ``note``                nothing: ``notified`` follows, and a note is for the page
``redacted``                        the same, while their messages can still be edited; nothing where it comes of age
any other                           ``update`` to the chats that were notified
==================================  =====================================================================

Good news and silent sources go to the receivers of the first step that wake nobody, as ``update``.
"""

from collections.abc import Mapping
from typing import Protocol

from alerts.deliveries.delivery import Delivery, Purpose, delivery_id
from alerts.deliveries.outbox import KEEP_S
from alerts.incidents.escalation import may_page, steps_of
from alerts.incidents.incident import Incident
from alerts.incidents.policy import Policy
from alerts.incidents.silence import is_silenced
from alerts.time_zones import IN_UTC_ALL, Zones


class Links(Protocol):
    """Makes the signed link of one recipient."""

    def link(self, incident_id: str, brand: str, recipient: str, version: int) -> str:
        """Return the address of the page for ``recipient``."""
        ...


class Nobody:
    """Links for where no page is served: none."""

    def link(self, incident_id: str, brand: str, recipient: str, version: int) -> str:  # noqa: ARG002
        """Return no address."""
        return ""


def planned(
    incident: Incident,
    policy: Policy,
    wakes: Mapping[str, bool],
    links: Links,
    now: float,
    *,
    zones: Zones = IN_UTC_ALL,
) -> tuple[Delivery, ...]:
    """Return the deliveries that the newest change of an incident asks for.

    Parameters
    ----------
    incident
        The incident after the change.
    policy
        The brand's policy.
    wakes
        For each receiver that exists, whether a page through it wakes a person.
    links
        Signs the links.
    now
        Wall time, epoch seconds.
    zones
        Time zones of the receivers.
    """
    purposes = {
        receiver: what for receiver, what in _purposes(incident, policy, wakes, now).items() if receiver in wakes
    }
    return tuple(
        Delivery(
            id=delivery_id(incident.id, incident.version, receiver, purpose),
            incident=incident,
            receiver=receiver,
            purpose=purpose,
            decided_at=now,
            link=links.link(incident.id, incident.brand, receiver, incident.link_version),
            time_zone=zones.of(receiver, incident.brand),
        )
        for receiver, purpose in purposes.items()
    )


def notified_receivers(incident: Incident, policy: Policy, wakes: Mapping[str, bool]) -> tuple[str, ...]:
    """Return everybody who was notified of an incident so far, in the order of the steps.

    Those as well whom a policy told that has been changed since: they must hear that it is over.
    """
    notified = [receiver for step in steps_of(policy)[: incident.reached_step + 1] for receiver in step.notify]
    notified += [receiver for change in incident.changes if change.type == "notified" for receiver in change.receivers]
    if not may_page(incident):
        notified = [receiver for receiver in notified if not wakes.get(receiver, False)]
    return tuple(dict.fromkeys(notified))


def _purposes(incident: Incident, policy: Policy, wakes: Mapping[str, bool], now: float) -> dict[str, Purpose]:
    notified = notified_receivers(incident, policy, wakes)
    updates: dict[str, Purpose] = {receiver: "update" for receiver in notified if not wakes.get(receiver, False)}
    match incident.change.type:
        case "notified":
            return updates | _step(incident, policy, wakes)
        case "severity_raised" if may_page(incident) and not is_silenced(incident, now):
            return dict.fromkeys(notified, "page")
        case "acknowledged" | "resolved" as end:
            return dict.fromkeys(notified, end)
        case "links_revoked":
            return dict.fromkeys(notified, "update")
        case kind if kind in {"opened", "note"} or (kind in {"redacted", "compared"} and not _is_editable(incident)):
            return {}
        case _:
            return updates


def _is_editable(incident: Incident) -> bool:
    """Whether the outbox still knows the messages of an incident: an update to others would be told as a new one."""
    *before, change = incident.changes
    if change.type == "compared":
        return incident.status != "resolved"
    last_at = max((each.at for each in before), default=change.at)
    return change.via != "timer" and (incident.status != "resolved" or change.at - last_at < KEEP_S)


def _step(incident: Incident, policy: Policy, wakes: Mapping[str, bool]) -> dict[str, Purpose]:
    steps = steps_of(policy)
    receivers = incident.change.receivers or steps[min(incident.step, len(steps) - 1)].notify
    if may_page(incident):
        return dict.fromkeys(receivers, "page")
    return {receiver: "update" for receiver in receivers if not wakes.get(receiver, False)}

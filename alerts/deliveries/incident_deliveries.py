"""The deliveries of one incident, as the outbox keeps them."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.ordering import is_behind
from alerts.deliveries.reason import Reason
from alerts.deliveries.repeating import repeated
from alerts.deliveries.superseding import superseded
from alerts.incidents.incident import Incident, without_evidence

_SETTLED = frozenset({"sent", "failed", "superseded"})
_FOREIGN_WAIT_S = 30.0
"""How long another process may still be at it: longer than any receiver's time-out."""

REPLACED = "told_anew"
"""Key of a receipt that says: what was sent first cannot be added to any more, and this took its place."""


class PendingDelivery(Struct, kw_only=True):
    """One delivery, and what is known beside its record.

    Parameters
    ----------
    seen_at
        When this process first read of it.
    waiting_since
        When it was decided, or when the oldest page that it replaces was, if that reached nobody.
    tries_before
        Attempts of those pages.
    not_before, held
        When it may be tried again (epoch seconds), and why not earlier.
    repeat
        Why an attempt of before may have arrived, so that the next is a repeat.
    reported_unreachable
        Whether this process has escalated its incident to the next step.
    """

    delivery: Delivery
    seen_at: float = 0.0
    waiting_since: float = 0.0
    tries_before: int = 0
    not_before: float = 0.0
    held: Reason = Reason.NONE
    in_flight: bool = False
    repeat: Reason = Reason.NONE
    reported_unreachable: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.delivery.state in _SETTLED


class IncidentDeliveries(Struct, kw_only=True):
    """The deliveries of one incident by id; the first receipt by receiver; the ids of what is not settled."""

    entries: dict[str, PendingDelivery] = {}
    receipts: dict[str, dict[str, str]] = {}
    receipt_ids: dict[str, str] = {}
    open_ids: set[str] = set()
    newest: Incident | None = None
    newest_at: float = 0.0

    def take(self, delivery: Delivery, *, live: bool, now: float) -> None:
        """Take a record. A repeat of an intent says nothing new."""
        self._see(delivery)
        entry = self.entries.get(delivery.id)
        if entry is None:
            # Whose clock is ahead must not make the page of another wait.
            since = min(delivery.decided_at or now, now)
            entry = self.entries[delivery.id] = PendingDelivery(delivery=delivery, seen_at=now, waiting_since=since)
            if not entry.is_settled:
                self.open_ids.add(delivery.id)
            entry.repeat = repeated(delivery)
            if live and entry.repeat:
                entry.not_before, entry.held = now + _FOREIGN_WAIT_S, Reason.ANOTHER_WORKER
            self.note_receipt(delivery)
        elif delivery.state in _SETTLED:
            entry.delivery = settled_form(delivery)
            self.open_ids.discard(delivery.id)
            self.note_receipt(delivery)
        elif not live and not entry.is_settled and (delivery.state != "intent" or delivery.attempts > 0):
            entry.delivery = delivery
            entry.repeat = repeated(delivery)

    def recover(self) -> None:
        """Take whatever was being sent as unknown."""
        for entry in self.pending():
            if entry.delivery.state == "sending":
                entry.delivery = replace(entry.delivery, state="unknown", reason=entry.repeat)

    def pending(self) -> Iterator[PendingDelivery]:
        """Yield what is not settled."""
        for each in sorted(self.open_ids):
            yield self.entries[each]

    def note_receipt(self, delivery: Delivery) -> None:
        """Keep the receipt of the first delivery through each receiver, or of the newest replacement."""
        if delivery.state == "sent" and delivery.receipt and delivery.purpose != "test":
            kept = self.receipt_ids.get(delivery.receiver)
            if kept is None or _leads(delivery) > _leads(self.entries[kept].delivery):
                self.receipts[delivery.receiver] = delivery.receipt
                self.receipt_ids[delivery.receiver] = delivery.id

    def superseded(self, entry: PendingDelivery, *, wakes: bool) -> Reason:
        """Return why a pending delivery need not be sent any more, or ``Reason.NONE``."""
        if entry.in_flight or (entry.repeat and not wakes):
            # Where a repeat is looked for (a chat), the one that may have arrived is found first.
            return Reason.NONE
        mine = entry.delivery
        others = [other.delivery for other in self.entries.values() if other.delivery.receiver == mine.receiver]
        return superseded(mine, others, wakes=wakes)

    def hand_on(self, entry: PendingDelivery) -> None:
        """Let a page that replaces another count its waiting time from that one, which reached nobody."""
        mine = entry.delivery
        if mine.purpose != "page" or entry.reported_unreachable:
            return
        for other in self.pending():
            newer = other.delivery
            is_newer = newer.incident.version > mine.incident.version
            if is_newer and newer.purpose == "page" and newer.receiver == mine.receiver:
                other.waiting_since = min(other.waiting_since, entry.waiting_since)
                other.tries_before = max(other.tries_before, entry.tries_before + mine.attempts)

    def must_wait(self, entry: PendingDelivery) -> bool:
        """Whether something older for the same receiver is still pending."""
        return is_behind(entry.delivery, (other.delivery for other in self.pending()))

    def is_over(self) -> bool:
        """Whether nothing is pending and the incident is resolved, or was only a test."""
        only_tests = all(entry.delivery.purpose == "test" for entry in self.entries.values())
        return not self.open_ids and (only_tests or (self.newest is not None and self.newest.status == "resolved"))

    def trim(self, kept: int) -> list[str]:
        """Drop the oldest settled deliveries beyond ``kept`` that hold no first receipt, and return their ids."""
        held = set(self.receipt_ids.values()) | self.open_ids
        settled = [each for each in self.entries if each not in held]
        surplus = sorted(settled, key=lambda each: self.entries[each].delivery.incident.version)[: len(settled) - kept]
        if len(settled) <= kept:
            return []
        for each in surplus:
            del self.entries[each]
        return surplus

    def _see(self, delivery: Delivery) -> None:
        incident = delivery.incident
        self.newest_at = max(self.newest_at, delivery.decided_at)
        if self.newest is None or incident.version > self.newest.version:
            self.newest = without_evidence(incident)
        if incident.changes and incident.change.type == "links_revoked" and delivery.state not in _SETTLED:
            # What still waits would arrive with a link that does nothing.
            for entry in self.pending():
                waiting = entry.delivery
                if waiting.receiver == delivery.receiver and waiting.incident.version < incident.version:
                    entry.delivery = replace(waiting, link=delivery.link)
        if incident.changes and incident.change.type == "redacted" and delivery.state not in _SETTLED:
            for entry in self.pending():
                if entry.delivery.incident.version < incident.version:
                    shown = replace(
                        entry.delivery.incident,
                        evidence=incident.evidence,
                        reason=incident.reason,
                        cited=incident.cited,
                    )
                    entry.delivery = replace(entry.delivery, incident=shown)


def _leads(delivery: Delivery) -> int:
    """Return the rank of a receipt: replacements before the first message, the newest replacement first."""
    version = delivery.incident.version
    return version if REPLACED in delivery.receipt else -version


def settled_form(delivery: Delivery) -> Delivery:
    """Return a settled delivery without what is only needed to send it: no post's text is kept.

    The topic is compacted, so the texts of the states before go with it.
    """
    if delivery.state not in _SETTLED:
        return delivery
    bare = without_evidence(delivery.incident, reason="", changes=delivery.incident.changes[-1:])
    return replace(delivery, incident=bare, link="")

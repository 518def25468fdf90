"""What must be sent, in which order, when again, and what is known of it. Pure: time and chance are passed in.

A delivery goes ``intent`` → ``sending`` → ``sent`` | ``failed`` | ``superseded``. Each state is written to Kafka
before anything is done on its strength, so that after a crash a delivery found in ``sending`` is ``unknown``: it is
sent again as a *repeat*, which receivers know to make harmless.

Each rule has a file of its own: which goes first (``ordering``), how long a delivery waits, and for what (``waiting``),
when it is a repeat (``repeating``), what takes its place (``superseding``), when its incident goes on to the next step
while it is still tried (``escalating``), when it is given up (``giving_up``). Each says why in a word of ``reason``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery, DeliveryState
from alerts.deliveries.escalating import UNREACHABLE_S, Unreachable, has_failed_often, has_waited_long
from alerts.deliveries.giving_up import given_up
from alerts.deliveries.incident_deliveries import IncidentDeliveries, PendingDelivery, settled_form
from alerts.deliveries.ordering import turn
from alerts.deliveries.reason import Reason
from alerts.deliveries.receiver import Receiver
from alerts.deliveries.repeating import not_sent
from alerts.deliveries.waiting import Throttle, back_off_s, waits_for
from alerts.errors import DeliveryError

KEEP_S = 30 * 86400.0
"""How long receipts are kept after an incident: so long a post in a message can be redacted."""
INCIDENTS_KEPT = 5000
SETTLED_KEPT = 64


class Attempt(Struct, frozen=True, kw_only=True):
    """What to send now: the delivery (state ``sending``), the first receipt, whether it may have arrived before."""

    partition: int
    delivery: Delivery
    earlier: Mapping[str, str]
    repeat: bool


class Record(Struct, frozen=True, kw_only=True):
    """A record to be written to the topic ``deliveries``; without a delivery it is a tombstone.

    An intent's key is the delivery's id. What became of it has a key of its own, so that compaction can never
    leave a repeat of the intent (the deciding side may crash too) as the last word on a delivery that was sent.
    """

    partition: int
    key: str
    delivery: Delivery | None


def outcome_key(delivery: str) -> str:
    """Return the key of what became of a delivery."""
    return f"{delivery}/outcome"


class Outbox:
    """The deliveries of the partitions that this process works on.

    Parameters
    ----------
    receivers
        By id; only ``wakes`` and ``min_interval_s`` are looked at.
    chance
        Returns a number from 0 to 1: the jitter of the waits.
    """

    def __init__(self, receivers: Mapping[str, Receiver], chance: Callable[[], float]) -> None:
        self._receivers = receivers
        self._chance = chance
        self._throttles = {receiver: Throttle() for receiver in receivers}
        self._incidents: dict[tuple[int, str], IncidentDeliveries] = {}
        self._started: set[int] = set()
        self._looked_at: dict[int, float] = {}
        self.unreachable: list[Unreachable] = []

    def use(self, receivers: Mapping[str, Receiver]) -> None:
        """Use other receivers; waiting times that receivers asked for stay."""
        self._receivers = receivers
        for receiver in receivers:
            self._throttles.setdefault(receiver, Throttle())

    # -- records read ----------------------------------------------------------------------------------------

    def take(self, delivery: Delivery, now: float, partition: int = 0) -> None:
        """Take a record of the topic.

        Before ``start`` it rebuilds what was; after, it brings new intents, repeats of them, and echoes of what
        this process wrote.
        """
        deliveries = self._incidents.setdefault((partition, delivery.incident.id), IncidentDeliveries())
        deliveries.take(delivery, live=partition in self._started, now=now)

    def start(self, partition: int) -> None:
        """End the rebuilding of a partition: whatever was being sent is unknown."""
        self._started.add(partition)
        for (of, _), deliveries in self._incidents.items():
            if of == partition:
                deliveries.recover()

    def is_claimed(self, attempt: Attempt) -> bool:
        """Tell whether the topic's last word on a delivery is still the claim of this attempt."""
        deliveries = self._incidents.get((attempt.partition, attempt.delivery.incident.id))
        entry = deliveries.entries.get(attempt.delivery.id) if deliveries is not None else None
        claimed = attempt.delivery
        return (
            entry is not None
            and entry.delivery.state == "sending"
            and entry.delivery.attempts == claimed.attempts
            and not entry.in_flight
        )

    def release(self, partition: int) -> None:
        """Forget a partition that went to another process."""
        self._started.discard(partition)
        self._looked_at.pop(partition, None)
        self._incidents = {key: deliveries for key, deliveries in self._incidents.items() if key[0] != partition}

    # -- sending ---------------------------------------------------------------------------------------------

    def superseded(self, now: float) -> list[Record]:
        """Settle what need not be sent any more, and return the records that say so."""
        records: list[Record] = []
        for partition, deliveries, entry in self._pending():
            delivery = entry.delivery
            if gone := given_up(delivery, now, is_configured=delivery.receiver in self._receivers):
                entry.delivery = gone
                self._report_unreachable(entry, gone.reason)
            elif delivery.receiver not in self._receivers:
                continue
            elif reason := deliveries.superseded(entry, wakes=self._receivers[delivery.receiver].wakes):
                deliveries.hand_on(entry)
                entry.delivery = replace(delivery, state="superseded", reason=reason)
            else:
                continue
            records += self._settle(partition, entry)
        return records

    def overdue(self, now: float) -> None:
        """Put the pages that nobody has taken for too long on ``unreachable``, each once.

        By the clock alone: also where a request hangs, a receiver asked for time, or an older page is in the way.
        """
        for partition in self._started:
            self._looked_at.setdefault(partition, now)
        for partition, deliveries, entry in self._pending():
            if has_waited_long(entry, self._looked_at[partition], now):
                self._report_unreachable(entry, Reason.TOO_LONG, self._waits_for(deliveries, entry, now))

    def claim(self, receiver: str, now: float) -> Attempt | None:
        """Return what to send through a receiver now, in state ``sending``, or ``None``."""
        throttle = self._throttles[receiver]
        due = [
            found
            for found in self._candidates(receiver)
            if found[2].not_before <= now and throttle.at(found[2].delivery) <= now
        ]
        if not due:
            return None
        partition, deliveries, entry = min(due, key=lambda found: turn(found[2].delivery))
        entry.in_flight = True
        reason, attempts = entry.repeat or entry.delivery.reason, entry.delivery.attempts + 1
        entry.delivery = replace(entry.delivery, state="sending", attempts=attempts, reason=reason)
        throttle.free_at = now + self._receivers[receiver].min_interval_s
        earlier = deliveries.receipts.get(receiver, {})
        return Attempt(partition=partition, delivery=entry.delivery, earlier=earlier, repeat=bool(entry.repeat))

    def next_at(self, receiver: str) -> float | None:
        """Return the wall time at which ``claim`` may have something, or ``None``."""
        throttle = self._throttles[receiver]
        waits = [max(entry.not_before, throttle.at(entry.delivery)) for _, _, entry in self._candidates(receiver)]
        return min(waits, default=None)

    def sent(self, attempt: Attempt, receipt: Mapping[str, str], now: float) -> list[Record]:
        """Take that a receiver took a delivery."""
        deliveries, entry = self._entry(attempt)
        entry.delivery = replace(
            attempt.delivery, state="sent", reason=entry.repeat, receipt=dict(receipt), sent_at=now, error="",
            escalated=entry.delivery.escalated,
        )  # fmt: skip
        records = self._settle(attempt.partition, entry)
        deliveries.note_receipt(entry.delivery)
        return records

    def failed(self, attempt: Attempt, error: DeliveryError, now: float) -> list[Record]:
        """Take that a receiver did not take it, or that nobody knows; say when to try again."""
        _, entry = self._entry(attempt)
        if entry.is_settled:
            return []  # by another worker, while the partition was there and this attempt still under way here
        reason = not_sent(error)
        # Not the attempt's: meanwhile its links may have been withdrawn, or its posts taken down.
        entry.delivery = replace(entry.delivery, error=str(error), reason=reason)
        if reason is Reason.REFUSED:
            self._report_unreachable(entry, reason)
            entry.delivery = replace(entry.delivery, state="failed")
            return self._settle(attempt.partition, entry)
        if has_failed_often(entry):
            self._report_unreachable(entry, Reason.TOO_MANY_ATTEMPTS)
        if error.retry_after_s is not None:
            self._throttles[entry.delivery.receiver].pause(now, error.retry_after_s)
        if reason is Reason.NO_RECEIPT:
            entry.repeat = reason
        entry.in_flight = False
        entry.not_before, entry.held = now + back_off_s(attempt.delivery.attempts, self._chance()), reason
        state: DeliveryState = "unknown" if entry.repeat else "intent"
        entry.delivery = replace(entry.delivery, state=state, reason=entry.repeat or reason)
        return [Record(partition=attempt.partition, key=outcome_key(entry.delivery.id), delivery=entry.delivery)]

    # -- housekeeping ----------------------------------------------------------------------------------------

    def pending(self, receiver: str) -> int:
        """Return how many deliveries of a receiver are not settled."""
        return sum(entry.delivery.receiver == receiver for _, _, entry in self._pending())

    def waiting(self, receiver: str, now: float) -> Counter[Reason]:
        """Return what the deliveries of a receiver that are not settled wait for."""
        return Counter(
            self._waits_for(deliveries, entry, now)
            for _, deliveries, entry in self._pending()
            if entry.delivery.receiver == receiver
        )

    def forget(self, now: float) -> list[Record]:
        """Drop what nobody will ask for again, and return the tombstones."""
        tombstones: list[Record] = []
        over = sorted(
            (deliveries.newest_at, key) for key, deliveries in self._incidents.items() if deliveries.is_over()
        )
        surplus = len(self._incidents) - INCIDENTS_KEPT
        for number, (newest_at, key) in enumerate(over):
            if number < surplus or now - newest_at > KEEP_S:
                tombstones += _tombstones(key[0], self._incidents.pop(key).entries)
        for (partition, _), deliveries in self._incidents.items():
            tombstones += _tombstones(partition, deliveries.trim(SETTLED_KEPT))
        return tombstones

    # -- small parts -----------------------------------------------------------------------------------------

    def _pending(self) -> Iterator[tuple[int, IncidentDeliveries, PendingDelivery]]:
        for (partition, _), deliveries in self._incidents.items():
            if partition in self._started and deliveries.open_ids:
                for entry in deliveries.pending():
                    yield partition, deliveries, entry

    def _waits_for(self, deliveries: IncidentDeliveries, entry: PendingDelivery, now: float) -> Reason:
        throttle = self._throttles.get(entry.delivery.receiver, Throttle())
        return waits_for(entry, throttle, now, is_behind=deliveries.must_wait(entry))

    def _candidates(self, receiver: str) -> list[tuple[int, IncidentDeliveries, PendingDelivery]]:
        return [
            (partition, deliveries, entry)
            for partition, deliveries, entry in self._pending()
            if entry.delivery.receiver == receiver and not entry.in_flight and not deliveries.must_wait(entry)
        ]

    def _entry(self, attempt: Attempt) -> tuple[IncidentDeliveries, PendingDelivery]:
        # The partition may have been released while the request was under way: the outcome is written all the same.
        deliveries = self._incidents.get((attempt.partition, attempt.delivery.incident.id), IncidentDeliveries())
        delivery = attempt.delivery
        left = PendingDelivery(delivery=delivery, repeat=delivery.reason if attempt.repeat else Reason.NONE)
        return deliveries, deliveries.entries.get(delivery.id, left)

    def _settle(self, partition: int, entry: PendingDelivery) -> list[Record]:
        entry.in_flight = False
        entry.delivery = settled = settled_form(entry.delivery)
        if (deliveries := self._incidents.get((partition, settled.incident.id))) is not None:
            deliveries.open_ids.discard(settled.id)
        # The intent holds the posts' texts, which are not needed any more.
        return [
            Record(partition=partition, key=outcome_key(settled.id), delivery=settled),
            Record(partition=partition, key=settled.id, delivery=None),
        ]

    def _report_unreachable(self, entry: PendingDelivery, why: Reason, waits_for: Reason = Reason.NONE) -> None:
        if entry.delivery.purpose == "page" and not entry.reported_unreachable:
            entry.reported_unreachable = True
            entry.delivery = replace(entry.delivery, escalated=why)
            detail = entry.delivery.error or f"not taken for {UNREACHABLE_S:.0f} s"
            self.unreachable.append(Unreachable(delivery=entry.delivery, detail=detail, waits_for=waits_for))


def _tombstones(partition: int, ids: Iterable[str]) -> list[Record]:
    keys = [key for each in ids for key in (each, outcome_key(each))]
    return [Record(partition=partition, key=key, delivery=None) for key in keys]

"""What must be sent, in which order, when again, and what is known of it. Pure: time and chance are passed in.

A delivery goes ``intent`` → ``sending`` → ``sent`` | ``failed`` | ``superseded``. Each state is written to Kafka
before anything is done on its strength, so that after a crash a delivery found in ``sending`` is ``unknown``: it is
sent again as a *repeat*, which receivers know to make harmless.

Pages go before everything else. Of what is pending for one incident and receiver only the newest counts: an
older update is superseded by anything newer, a page by a newer page and by the news that somebody has it or
that it is over. A pager that was never told is not told of the end either.

What a receiver surely refuses is final. All else is tried again until it is given up, and a page that no receiver
has taken for too long is *unreachable*: its incident goes on to the next step, while it is still tried.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.incident_deliveries import Book, Entry, settled_form
from alerts.deliveries.receiver import Receiver
from alerts.errors import DeliveryError

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
"""Between attempts: doubling, as every pager's documentation asks, but never so long that a page waits in vain."""
LONGEST_ASKED_S = 120.0
LONGEST_ASKED_UPDATE_S = 900.0
"""What a receiver asks for with ``Retry-After`` is given up to here: longer, and whoever should wake sleeps on."""
GIVE_UP_S = 86400.0
"""After a day nobody needs to hear of it in this way any more."""
UNREACHABLE_ATTEMPTS = 5
UNREACHABLE_S = 120.0
"""After so many failures, or so long, a page goes to the next step as well: the pager itself is an incident."""
FIRST_TRY_S = 10.0
"""A page that is found when a process starts is tried before it is called unreachable, however old it is."""
KEEP_S = 30 * 86400.0
"""How long receipts are kept after an incident: so long a post in a message can be redacted."""
BOOKS_KEPT = 5000
SETTLED_KEPT = 64


class Attempt(Struct, frozen=True, kw_only=True):
    """What to send now: the delivery (state ``sending``), the first receipt, whether it may have arrived before."""

    partition: int
    delivery: Delivery
    earlier: Mapping[str, str]
    repeat: bool


class Unreachable(Struct, frozen=True, kw_only=True):
    """A page that cannot be delivered: the incident must go on to the next step at once."""

    delivery: Delivery
    detail: str


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


class _Pace(Struct):
    """When a receiver may be asked again: by its least interval, and by what it asked for itself."""

    free_at: float = 0.0
    urgent_at: float = 0.0
    updates_at: float = 0.0

    def at(self, delivery: Delivery) -> float:
        return max(self.free_at, self.urgent_at if _is_urgent(delivery) else self.updates_at)

    def pause(self, now: float, asked_s: float) -> None:
        self.urgent_at = max(self.urgent_at, now + min(asked_s, LONGEST_ASKED_S))
        self.updates_at = max(self.updates_at, now + min(asked_s, LONGEST_ASKED_UPDATE_S))


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
        self._paces = {receiver: _Pace() for receiver in receivers}
        self._books: dict[tuple[int, str], Book] = {}
        self._started: set[int] = set()
        self._looked_at: dict[int, float] = {}
        self.unreachable: list[Unreachable] = []

    # -- records read ----------------------------------------------------------------------------------------

    def take(self, delivery: Delivery, now: float, partition: int = 0) -> None:
        """Take a record of the topic.

        Before ``start`` it rebuilds what was; after, it brings new intents, repeats of them, and echoes of what
        this process wrote.
        """
        book = self._books.setdefault((partition, delivery.incident.id), Book())
        book.take(delivery, live=partition in self._started, now=now)

    def start(self, partition: int) -> None:
        """End the rebuilding of a partition: whatever was being sent is unknown."""
        self._started.add(partition)
        for (of, _), book in self._books.items():
            if of == partition:
                book.recover()

    def is_claimed(self, attempt: Attempt) -> bool:
        """Tell whether the topic's last word on a delivery is still the claim of this attempt."""
        book = self._books.get((attempt.partition, attempt.delivery.incident.id))
        entry = book.entries.get(attempt.delivery.id) if book is not None else None
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
        self._books = {key: book for key, book in self._books.items() if key[0] != partition}

    # -- sending ---------------------------------------------------------------------------------------------

    def superseded(self, now: float) -> list[Record]:
        """Settle what need not be sent any more, and return the records that say so."""
        records: list[Record] = []
        for partition, book, entry in self._pending():
            delivery = entry.delivery
            if delivery.receiver not in self._receivers:
                gone = replace(delivery, state="failed", error="this receiver is not in the configuration any more")
                self._tell_unreachable(entry, gone)
            elif now - delivery.decided_at > GIVE_UP_S:
                gone = replace(delivery, state="failed", error=f"given up after a day: {delivery.error}")
                self._tell_unreachable(entry, gone)
            elif book.is_superseded(entry, wakes=self._receivers[delivery.receiver].wakes):
                gone = replace(delivery, state="superseded")
                book.hand_on(entry)
            else:
                continue
            records += self._settle(partition, entry, gone)
        return records

    def overdue(self, now: float) -> None:
        """Put the pages that nobody has taken for too long on ``unreachable``, each once.

        By the clock alone: also where a request hangs, a receiver asked for time, or an older page is in the way.
        """
        for partition in self._started:
            self._looked_at.setdefault(partition, now)
        for partition, _, entry in self._pending():
            found_at = max(self._looked_at[partition], entry.seen_at)
            is_fresh = now - found_at < FIRST_TRY_S and not entry.delivery.attempts and not entry.tries_before
            if now - entry.waiting_since >= UNREACHABLE_S and not is_fresh:
                self._tell_unreachable(entry, entry.delivery)

    def claim(self, receiver: str, now: float) -> Attempt | None:
        """Return what to send through a receiver now, in state ``sending``, or ``None``."""
        pace = self._paces[receiver]
        due = [
            found
            for found in self._candidates(receiver)
            if found[2].not_before <= now and pace.at(found[2].delivery) <= now
        ]
        if not due:
            return None
        partition, book, entry = min(due, key=_rank)
        entry.in_flight = True
        entry.delivery = replace(entry.delivery, state="sending", attempts=entry.delivery.attempts + 1)
        pace.free_at = now + self._receivers[receiver].min_interval_s
        earlier = book.receipts.get(receiver, {})
        return Attempt(partition=partition, delivery=entry.delivery, earlier=earlier, repeat=entry.may_have_arrived)

    def next_at(self, receiver: str) -> float | None:
        """Return the wall time at which ``claim`` may have something, or ``None``."""
        pace = self._paces[receiver]
        waits = [max(entry.not_before, pace.at(entry.delivery)) for _, _, entry in self._candidates(receiver)]
        return min(waits, default=None)

    def sent(self, attempt: Attempt, receipt: Mapping[str, str], now: float) -> list[Record]:
        """Take that a receiver took a delivery."""
        book, entry = self._entry(attempt)
        done = replace(attempt.delivery, state="sent", receipt=dict(receipt), sent_at=now, error="")
        records = self._settle(attempt.partition, entry, done)
        book.note_receipt(entry.delivery)
        return records

    def failed(self, attempt: Attempt, error: DeliveryError, now: float) -> list[Record]:
        """Take that a receiver did not take it, or that nobody knows; say when to try again."""
        _, entry = self._entry(attempt)
        delivery = replace(attempt.delivery, error=str(error), link=entry.delivery.link)
        if error.outcome == "refused":
            self._tell_unreachable(entry, delivery)
            return self._settle(attempt.partition, entry, replace(delivery, state="failed"))
        if entry.tries_before + delivery.attempts >= UNREACHABLE_ATTEMPTS:
            self._tell_unreachable(entry, delivery)
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(delivery.attempts - 1, 16)) * (1 + self._chance()) / 2
        if error.retry_after_s is not None:
            self._paces[delivery.receiver].pause(now, error.retry_after_s)
        entry.in_flight = False
        entry.may_have_arrived = entry.may_have_arrived or error.outcome == "unknown"
        entry.not_before = now + wait_s
        entry.delivery = replace(delivery, state="unknown" if entry.may_have_arrived else "intent")
        return [Record(partition=attempt.partition, key=outcome_key(delivery.id), delivery=entry.delivery)]

    # -- housekeeping ----------------------------------------------------------------------------------------

    def pending(self, receiver: str) -> int:
        """Return how many deliveries of a receiver are not settled."""
        return sum(entry.delivery.receiver == receiver for _, _, entry in self._pending())

    def forget(self, now: float) -> list[Record]:
        """Drop what nobody will ask for again, and return the tombstones."""
        tombstones: list[Record] = []
        over = sorted((book.newest_at, key) for key, book in self._books.items() if book.is_over())
        surplus = len(self._books) - BOOKS_KEPT
        for number, (newest_at, key) in enumerate(over):
            if number < surplus or now - newest_at > KEEP_S:
                tombstones += _tombstones(key[0], self._books.pop(key).entries)
        for (partition, _), book in self._books.items():
            tombstones += _tombstones(partition, book.trim(SETTLED_KEPT))
        return tombstones

    # -- small parts -----------------------------------------------------------------------------------------

    def _pending(self) -> Iterator[tuple[int, Book, Entry]]:
        for (partition, _), book in self._books.items():
            if partition in self._started and book.open_ids:
                for entry in book.pending():
                    yield partition, book, entry

    def _candidates(self, receiver: str) -> list[tuple[int, Book, Entry]]:
        return [
            (partition, book, entry)
            for partition, book, entry in self._pending()
            if entry.delivery.receiver == receiver and not entry.in_flight and not book.must_wait(entry)
        ]

    def _entry(self, attempt: Attempt) -> tuple[Book, Entry]:
        # The partition may have been released while the request was under way: the outcome is written all the same.
        book = self._books.get((attempt.partition, attempt.delivery.incident.id), Book())
        return book, book.entries.get(attempt.delivery.id) or Entry(delivery=attempt.delivery)

    def _settle(self, partition: int, entry: Entry, delivery: Delivery) -> list[Record]:
        entry.in_flight = False
        entry.delivery = settled_form(delivery)
        if (book := self._books.get((partition, delivery.incident.id))) is not None:
            book.open_ids.discard(delivery.id)
        # The intent holds the posts' texts, which are not needed any more.
        return [
            Record(partition=partition, key=outcome_key(delivery.id), delivery=entry.delivery),
            Record(partition=partition, key=delivery.id, delivery=None),
        ]

    def _tell_unreachable(self, entry: Entry, delivery: Delivery) -> None:
        if delivery.purpose == "page" and not entry.told_unreachable:
            entry.told_unreachable = True
            detail = delivery.error or f"not taken for {UNREACHABLE_S:.0f} s"
            self.unreachable.append(Unreachable(delivery=delivery, detail=detail))


def _is_urgent(delivery: Delivery) -> bool:
    """Whether somebody wakes by it, or is let sleep again."""
    return delivery.purpose in {"page", "acknowledged", "resolved"}


def _rank(found: tuple[int, Book, Entry]) -> tuple[bool, float, int]:
    delivery = found[2].delivery
    return delivery.purpose != "page", delivery.decided_at, delivery.incident.version


def _tombstones(partition: int, ids: Iterable[str]) -> list[Record]:
    keys = [key for each in ids for key in (each, outcome_key(each))]
    return [Record(partition=partition, key=key, delivery=None) for key in keys]

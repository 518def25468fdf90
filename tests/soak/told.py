"""What the topics have told so far: bins, incidents, and what became of deliveries. Each record is read once."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from alerts.deliveries.delivery import Delivery
from alerts.incidents.incident import Incident, is_record
from streams.kafka.topics import DELIVERIES, INCIDENTS, OBSERVATIONS, Topic
from tests.soak.listening import Listener

_SETTLED = frozenset({"sent", "failed", "superseded"})


class Told:
    """Reads what a listener has heard.

    Parameters
    ----------
    listener
        To observations, incidents and deliveries.
    brands
        Whose bins are looked at.
    """

    def __init__(self, listener: Listener, brands: Iterable[str]) -> None:
        self._listener = listener
        self._brands = frozenset(brands)
        self._read: dict[str, int] = {}
        self._bins: dict[tuple[str, int], list[int]] = {}
        self._incidents: dict[tuple[str, int], Incident] = {}
        self._outcomes: dict[str, str] = {}

    @property
    def bins(self) -> dict[tuple[str, int], list[int]]:
        """The mentions of each bin by brand and start, as often as it was told."""
        for record in self._unread(OBSERVATIONS):
            row = msgspec.json.decode(record.value)
            if row["brand"] in self._brands:
                self._bins.setdefault((row["brand"], row["start"]), []).append(row["mentions"])
        return self._bins

    @property
    def incidents(self) -> dict[tuple[str, int], Incident]:
        """Incidents by id and version; of a version that was told twice the last one, as the pages show it."""
        for record in (each for each in self._unread(INCIDENTS) if is_record(each.key, each.value)):
            incident = msgspec.json.decode(record.value, type=Incident)
            self._incidents[incident.id, incident.version] = incident
        return self._incidents

    @property
    def outcomes(self) -> dict[str, str]:
        """What became of deliveries, by id, where it is known; ``sent`` is the last word."""
        for record in self._unread(DELIVERIES):
            if record.value is not None:
                delivery = msgspec.json.decode(record.value, type=Delivery)
                if delivery.state in _SETTLED and self._outcomes.get(delivery.id) != "sent":
                    self._outcomes[delivery.id] = delivery.state
        return self._outcomes

    def _unread(self, topic: Topic) -> Iterator[Any]:
        records = self._listener.heard(topic)
        first, self._read[topic.name] = self._read.get(topic.name, 0), len(records)
        yield from records[first : self._read[topic.name]]

"""Sends everything that a connector reads to Kafka, and adds up what will count."""

import threading
import time
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from streams.connectors.connector import Connector, ConnectorError, Refused
from streams.connectors.event_order import as_it_comes, in_event_order
from streams.connectors.sink import MentionSink
from streams.mention import Mention
from streams.queries.matching import Matcher

_PROGRESS_EVERY = 1000
_EXAMPLES = 20
_AFTERWARDS_S = 60


class Transferred(Struct):
    """What became of a source, so far or at its end.

    Parameters
    ----------
    sent
        Mentions that Kafka was given.
    refused, reasons, examples
        What is none; the first of them, for a person.
    matched
        By brand: mentions that speak of it, late ones included.
    unmatched
        Mentions that match no brand.
    late
        Mentions that speak of a brand, but of a time that is closed in their partition: they count for nothing.
    latest
        Latest event time, epoch seconds.
    """

    read: int = 0
    sent: int = 0
    refused: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    examples: list[Refused] = field(default_factory=list)
    matched: dict[str, int] = field(default_factory=dict)
    unmatched: int = 0
    late: int = 0
    latest: int | None = None

    @property
    def counting(self) -> int:
        """Mentions that will count for a brand, save those that Tocsin has had before."""
        return self.sent - self.unmatched - self.late


def transfer(
    connector: Connector,
    sink: MentionSink,
    *,
    matcher: Matcher | None = None,
    watermarks: Mapping[int, int] | None = None,
    in_order: bool = True,
    bin_s: int = 60,
    lateness_s: int = 60,
    progress: Callable[[Transferred], None] = lambda _: None,
) -> Transferred:
    """Send all that a finite source holds, in the order of event time, and wait until Kafka has it.

    Event time is begun in every partition before the first mention, and moved on after the last one until all
    bins are closed, so that a file that ends is judged to its end; never beyond the wall clock.

    Parameters
    ----------
    connector
        The source.
    sink
        Where it goes.
    matcher
        Tells what will count; without one all that is not late will.
    watermarks
        Event time that each partition has reached before (``watermarks.read_watermarks``).
    in_order
        Whether the source is sorted first; a pipe that may never end is sent as it comes.
    bin_s, lateness_s
        Of the configuration's section ``ingest``.
    progress
        Called now and then with the sums so far.

    Raises
    ------
    ConnectorError
        Where the source fails; of one that is sent as it comes, what was read before has been sent.
    KafkaUnavailableError
        Where Kafka does not take it.
    """
    sums = Transferred()
    closing = _Closing(sums, dict(watermarks or {}), bin_s, lateness_s)
    items = in_event_order([connector], now_s=time.time()) if in_order else as_it_comes(connector)
    try:
        for item in items:
            sums.read += 1
            if isinstance(item, Refused):
                _refuse(item, sink, sums)
            else:
                _send(item, sink, sums, closing, matcher)
            if sums.read % _PROGRESS_EVERY == 0:
                progress(sums)
    except ConnectorError:
        sink.flush()
        raise
    if sums.latest is not None:
        sink.send_heartbeats(min(sums.latest + bin_s + lateness_s + _AFTERWARDS_S, int(time.time())))
    sink.flush()
    progress(sums)
    return sums


class _Closing:
    """Follows each partition's watermark as ingest will, to know which mentions come after their bin has closed."""

    def __init__(self, sums: Transferred, watermarks: dict[int, int], bin_s: int, lateness_s: int) -> None:
        self._sums = sums
        self._watermarks = watermarks
        self._bin_s = bin_s
        self._lateness_s = lateness_s
        self._lock = threading.Lock()

    def take(self, at: int, matches: bool, taken: object) -> None:  # noqa: FBT001 - called by the producer
        """Take note of a mention that Kafka has acknowledged; called in the order of its partition."""
        partition: int = getattr(taken, "partition", 0)
        with self._lock:
            watermark = self._watermarks[partition] = max(at, self._watermarks.get(partition, at))
            self._sums.late += matches and at // self._bin_s * self._bin_s + self._bin_s + self._lateness_s <= watermark


def _send(mention: Mention, sink: MentionSink, sums: Transferred, closing: _Closing, matcher: Matcher | None) -> None:
    matches = True
    if matcher is not None:
        indices = matcher.match([mention])[0]
        for index in indices:
            brand = matcher.brands[index].id
            sums.matched[brand] = sums.matched.get(brand, 0) + 1
        matches = bool(indices)
        sums.unmatched += not matches
    if mention.deleted:  # its `published` may be only a guess
        sink.send(mention)
    else:
        at = int(mention.published_s)
        if sums.latest is None:
            sink.send_heartbeats(min(at, int(time.time())))
        sums.latest = max(at, sums.latest or at)
        sink.send(mention).add_callback(closing.take, at, matches)
    sums.sent += 1


def _refuse(refused: Refused, sink: MentionSink, sums: Transferred) -> None:
    sink.refuse(refused)
    sums.refused += 1
    sums.reasons[refused.reason] = sums.reasons.get(refused.reason, 0) + 1
    if len(sums.examples) < _EXAMPLES:
        sums.examples.append(refused)

"""Carries everything that a connector reads to Kafka, and adds it up."""

from collections.abc import Callable

from msgspec import Struct

from streams.connectors.connector import Connector, ConnectorError, Refused
from streams.connectors.sink import MentionSink
from streams.mention import Mention

_PROGRESS_EVERY = 1000
_EXAMPLES = 20
_AFTERWARDS_S = 60


class Transferred(Struct):
    """What became of a source, so far or at its end."""

    read: int = 0
    sent: int = 0
    refused: int = 0
    reasons: dict[str, int] = {}
    examples: list[Refused] = []
    """The first refusals, for a person."""
    latest: int | None = None
    """Latest event time, epoch seconds."""


def transfer(
    connector: Connector,
    sink: MentionSink,
    *,
    bin_s: int = 60,
    lateness_s: int = 60,
    progress: Callable[[Transferred], None] = lambda _: None,
) -> Transferred:
    """Send all that a finite source holds, in its order, and wait until Kafka has it.

    Event time is begun in every partition before the first mention, and moved on after the last one until all
    bins are closed, so that a file that ends is judged to its end.

    Parameters
    ----------
    connector
        The source.
    sink
        Where it goes.
    bin_s, lateness_s
        Of the configuration's section ``ingest``.
    progress
        Called now and then with the sums so far.

    Raises
    ------
    ConnectorError
        Where the source fails; what was read before has been sent.
    KafkaUnavailableError
        Where Kafka does not take it.
    """
    told = Transferred()
    try:
        for item in connector.read():
            told.read += 1
            if isinstance(item, Refused):
                _refuse(item, sink, told)
            else:
                _send(item, sink, told)
            if told.read % _PROGRESS_EVERY == 0:
                progress(told)
    except ConnectorError:
        sink.flush()
        raise
    if told.latest is not None:
        sink.send_heartbeats(told.latest + bin_s + lateness_s + _AFTERWARDS_S)
    sink.flush()
    progress(told)
    return told


def _send(mention: Mention, sink: MentionSink, told: Transferred) -> None:
    if not mention.deleted:  # its `published` may be only a guess
        at = int(mention.published_s)
        if told.latest is None:
            sink.send_heartbeats(at)
        told.latest = max(at, told.latest or at)
    sink.send(mention)
    told.sent += 1


def _refuse(refused: Refused, sink: MentionSink, told: Transferred) -> None:
    sink.refuse(refused)
    told.refused += 1
    told.reasons[refused.reason] = told.reasons.get(refused.reason, 0) + 1
    if len(told.examples) < _EXAMPLES:
        told.examples.append(refused)

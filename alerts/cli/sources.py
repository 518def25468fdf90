"""``tocsin sources``: how each source is, as those who listen have written on Kafka."""

import asyncio
import sys
import time
from collections.abc import Mapping

import msgspec
from aiokafka.errors import KafkaError
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from alerts.configuration.configuration import Configuration
from alerts.configuration.texts_of_sources import kept_texts
from alerts.errors import AlertsError
from streams.errors import StreamsError
from streams.kafka.administration.topics import look_at_topics
from streams.kafka.reading.changelog import read_changelog
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import CHECKPOINTS
from streams.sources.checkpoint import BadCheckpointError, Checkpoint, Counts, decode_checkpoint
from streams.sources.proving.proof import Proven
from streams.sources.registry import PUSHED
from streams.sources.runner import BOUNDS

STALE_S = 4 * BOUNDS.report_s
"""Who listens writes every ``Bounds.report_s``: after so long nobody does."""

_PROOFS = {None: "due", True: "heard", False: "not_heard"}


class Row(Struct, kw_only=True):
    """The status of one source; times are RFC 3339, in UTC.

    Parameters
    ----------
    state
        As the source says; ``not_listened`` where nobody has listened for ``STALE_S``, ``never`` where nobody ever has.
    updated
        When that was written.
    lag_s
        How far behind the present it reads, seconds.
    proof
        Whether our own newest post was ``heard`` in time or ``not_heard``; ``due`` before that is known, ``None`` where
        the source is not proven.
    proof_heard
        When one was last heard.
    proof_refused
        Why the last could not be posted; empty where it was.
    texts_kept_s
        How long its texts and authors stay in incidents, seconds; ``None`` where it is not configured any more.
    says
        What an operator should know.
    """

    id: str
    kind: str
    state: str
    updated: str | None = None
    last_event: str | None = None
    lag_s: float | None = None
    holes: int = 0
    received: int = 0
    matched: int = 0
    sent: int = 0
    dropped: int = 0
    deleted: int = 0
    refused: int = 0
    withheld: int = 0
    unplaced: int = 0
    reconnects: int = 0
    throttled_s: float = 0.0
    cost: str = ""
    proof: str | None = None
    proof_heard: str | None = None
    proof_refused: str = ""
    texts_kept_s: float | None = None
    says: str = ""


def run_sources(configuration: Configuration, *, as_json: bool) -> None:
    """Print a row for each source.

    Raises
    ------
    AlertsError, StreamsError
        Where no source is configured and none was ever listened to, or Kafka does not answer.
    """
    checkpoints = read_checkpoints(configuration.kafka_settings())
    stated = {section.id: next(iter(section.kinds)) for section in configuration.sources}
    if not stated and not checkpoints:
        raise AlertsError("no source is configured; add one under `sources:` of tocsin.yml: docs/sources.md")
    rows = [
        msgspec.structs.replace(
            row_of(section.id, stated[section.id], checkpoints.get(section.id), time.time()),
            texts_kept_s=kept_texts(configuration, section).for_s,
        )
        for section in configuration.sources
    ]
    for name in sorted(checkpoints.keys() - stated.keys()):
        found = checkpoints[name]
        row = row_of(name, found.kind if isinstance(found, Checkpoint) else "", found, time.time())
        rows.append(msgspec.structs.replace(row, says="it is no longer configured"))
    if as_json:
        for row in rows:
            sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")
        return
    _print(rows)


def row_of(name: str, kind: str, found: Checkpoint | BadCheckpointError | None, now: float) -> Row:
    """Return the status of a source.

    Parameters
    ----------
    found
        Its checkpoint, or why it cannot be read; ``None`` where it has none.
    now
        Wall time, epoch seconds.
    """
    if found is None:
        command = "web" if kind in PUSHED else "listen"
        return Row(id=name, kind=kind, state="never", says=f"it has not been read yet: run `tocsin {command}`")
    if isinstance(found, BadCheckpointError):
        return Row(id=name, kind=kind, state="failed", says=str(found))
    health, counts, proof = found.health, found.counts, found.proof
    state, says, lag_s = str(health.state), health.says, health.behind_s
    if lag_s is None and health.last_event is not None:
        lag_s = max(0.0, found.updated - health.last_event)
    if now - found.updated > STALE_S:
        silent_s = now - found.updated
        says = f"not read for {_words(silent_s)}; before that it was {state}" + (f": {says}" if says else "")
        state = "not_listened"
        lag_s = None if lag_s is None else lag_s + silent_s
    return Row(
        id=name,
        kind=found.kind,
        state=state,
        updated=_moment(found.updated),
        last_event=_moment(health.last_event),
        lag_s=None if lag_s is None else round(lag_s, 1),
        holes=counts.holes,
        received=counts.received,
        matched=counts.matched,
        sent=counts.emitted,
        dropped=counts.dropped,
        deleted=counts.deleted,
        refused=counts.refused,
        withheld=counts.withheld,
        unplaced=counts.unplaced,
        reconnects=counts.reconnects,
        throttled_s=round(counts.throttled_s, 1),
        cost=health.cost,
        proof=None if proof is None else _PROOFS[proof.is_heard],
        proof_heard=None if proof is None else _moment(proof.heard_at),
        proof_refused="" if proof is None else proof.refused,
        says="; ".join(filter(None, (says, _without_text(counts), _unproven(proof)))),
    )


def _without_text(counts: Counts) -> str:
    """Say what a licence withholds: it is no calm."""
    parts = []
    if counts.withheld:
        parts.append(f"{counts.withheld:,} posts came without their text, by licence: they count, and are not scored")
    if counts.unplaced:
        parts.append(
            f"{counts.unplaced:,} more came without text and count for no brand: say under `brands` of the source "
            "which brand each search is for"
        )
    return "; ".join(parts)


def _unproven(proof: Proven | None) -> str:
    """Say what is wrong with the proof: that a post was not heard is another thing than that it was not posted."""
    if proof is None:
        return ""
    words = []
    if proof.is_heard is False:
        when = _moment(proof.heard_at)
        post = "" if proof.posted is None else f" ({proof.posted.id or proof.posted.mark})"
        words.append(
            f"our own post{post} was not heard in time" + (f"; the last that was heard came at {when}" if when else "")
        )
    if proof.refused:
        words.append(f"our own post could not be posted, so nobody knows whether one would be heard: {proof.refused}")
    return "; ".join(words)


def read_checkpoints(kafka: KafkaSettings) -> Mapping[str, Checkpoint | BadCheckpointError]:
    """Return how each source is, as those who listen have written on Kafka, or why that cannot be read.

    Raises
    ------
    StreamsError
        Where Kafka does not give it.
    """
    counts, _ = look_at_topics(kafka, [CHECKPOINTS])
    if CHECKPOINTS.name not in counts:
        return {}
    try:
        partitions = dict.fromkeys(range(counts[CHECKPOINTS.name]), 0)
        read = asyncio.run(read_changelog(kafka, kafka.topic(CHECKPOINTS), partitions))
    except (KafkaError, OSError, TimeoutError) as error:
        raise StreamsError(f"Kafka at {', '.join(kafka.brokers)} did not give {CHECKPOINTS.name}: {error!r}") from error
    found: dict[str, Checkpoint | BadCheckpointError] = {}
    for rows in read.values():
        for key, value in rows.changed.items():
            if value is not None:
                found[key.decode(errors="replace")] = _decoded(key.decode(errors="replace"), value)
    return found


def _decoded(name: str, value: bytes) -> Checkpoint | BadCheckpointError:
    try:
        return decode_checkpoint(name, value)
    except BadCheckpointError as error:
        return error


def _print(rows: list[Row]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("source", "kind", "state", "last event", "lag"):
        table.add_column(title, no_wrap=title != "state")
    for title in ("holes", "matched", "dropped", "cost", "proof", "texts"):
        table.add_column(title, justify="right")
    for row in rows:
        lag = "–" if row.lag_s is None else _words(row.lag_s)
        table.add_row(
            row.id, row.kind, row.state.replace("_", " "), row.last_event or "–", lag, f"{row.holes:,}",
            f"{row.matched:,}", f"{row.dropped:,}", row.cost or "–",
            "not posted" if row.proof_refused else (row.proof or "–").replace("_", " "),
            "–" if row.texts_kept_s is None else _words(row.texts_kept_s),
        )  # fmt: skip
    console = Console(highlight=False, markup=False)
    console.print(table, soft_wrap=not console.is_terminal)
    for row in rows:
        if row.says:
            console.print(f"{row.id}: {row.says}", soft_wrap=True)
    if rows and all(row.state in {"never", "not_listened"} for row in rows):
        console.print("no process is listening at the moment: start `tocsin listen`", soft_wrap=True)


def _words(seconds: float) -> str:
    """Return a duration as people say it: in one unit, rounded.

    Examples
    --------
    >>> _words(7.2), _words(250.0), _words(9000.0), _words(400000.0)
    ('7s', '4m', '2h', '5d')
    """
    for unit, size, below in (("s", 1, 120), ("m", 60, 7200), ("h", 3600, 172_800)):
        if seconds < below:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds / 86_400:.0f}d"


def _moment(at: float | None) -> str | None:
    return None if at is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))

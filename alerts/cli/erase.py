"""``tocsin erase``: a post, or all that an author wrote, out of everything that Tocsin keeps."""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Sequence

from aiokafka.errors import KafkaError
from msgspec import Struct

from alerts.configuration.configuration import Configuration
from alerts.erasing.carrying_out import CarryingOut
from alerts.erasing.matches import Matches
from alerts.erasing.receipt import Receipt, Status, lines, plain_receipt, receipt
from alerts.erasing.request import Request
from alerts.erasing.search import Search
from alerts.errors import AlertsError
from alerts.kafka.incident_archive import write_anew
from streams.adapters.erased_reader import read_erased
from streams.errors import ChangelogError, KafkaUnavailableError
from streams.kafka.access.session import Session
from streams.kafka.administration.cluster import is_embedded
from streams.kafka.administration.topic_retention import compact, is_compacted, keep_no_longer
from streams.kafka.administration.topics import ensure_topics, partitions_read
from streams.kafka.outgoing import Outgoing
from streams.kafka.reading.log_reader import log_reader
from streams.kafka.sending import by, send_and_wait
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import COMMANDS, FLUSHES, INCIDENTS, MENTIONS

_LOOK_AGAIN_S = 5.0
_ABSENT = 12
"""So many looks in a row at which no worker works on a stage, since one that starts takes a while."""
_SHOW_EVERY_S = 1.0
_REQUEST_MS = 20_000

_OF_CHECKPOINTS = (
    "sources.checkpoints: an address that a source keeps, to follow its deletion, goes within a minute while "
    "`tocsin listen` hears the source, else when it does again"
)


class Options(Struct, frozen=True, kw_only=True):
    """How it is done.

    Parameters
    ----------
    dry_run
        Only look.
    wait_s
        For the stages to carry it out.
    as_json
        Print the receipt as one object.
    """

    dry_run: bool = False
    wait_s: float = 300.0
    as_json: bool = False


def run_erase(configuration: Configuration, request: Request, options: Options) -> None:
    """Find it, have it taken out, and print the receipt.

    Raises
    ------
    AlertsError
        Where nothing of it is known, an author's id is ambiguous, or the stages have not carried it out in time.
    TocsinError
        Where Kafka does not answer.
    """
    kafka = configuration.kafka_settings()
    ensure_topics(kafka)
    notes = _kept_as_stated(kafka, alter=not options.dry_run)
    if configuration.sources:
        notes = (*notes, _OF_CHECKPOINTS)
    kinds = frozenset(kind for receiver in configuration.receivers for kind in receiver.kinds)
    try:
        made = asyncio.run(_erased(kafka, request, options, kinds, notes))
    except (KafkaError, ChangelogError, OSError, TimeoutError) as error:
        raise KafkaUnavailableError(
            f"Kafka at {', '.join(kafka.brokers)} stopped answering ({error!r}); running it again is safe"
        ) from error
    if options.as_json:
        print(json.dumps(plain_receipt(made)))  # noqa: T201
    else:
        print("\n".join(lines(made)))  # noqa: T201
    if made.status == "pending":
        raise AlertsError(
            "it has been requested, but not every stage has carried it out yet: it is done as soon as workers run "
            "(`tocsin worker`, all stages); run the same again then, for the receipt"
        )


def _kept_as_stated(kafka: KafkaSettings, *, alter: bool) -> tuple[str, ...]:
    if not is_compacted(kafka, INCIDENTS):
        raise AlertsError(
            f"{kafka.topic(INCIDENTS)} was made by a version of Tocsin that wrote all incidents of a brand under one "
            "key, so nothing can be taken out of it; when nothing of that version runs any more, run "
            "`tocsin erase --prepare` once"
        )
    if is_embedded(kafka):
        return ("the embedded broker holds everything in memory until it stops: the dates are those of Apache Kafka",)
    try:
        return tuple(keep_no_longer(kafka, alter=alter))
    except KafkaUnavailableError as error:
        return (f"the dates below hold only if topics are kept as long as `retention` says: {error}",)


async def _erased(
    kafka: KafkaSettings, request: Request, options: Options, kinds: frozenset[str], notes: tuple[str, ...]
) -> Receipt:
    matches = Matches(request)
    async with Session(kafka, "erase") as clients:
        search = Search(kafka, await log_reader(clients), matches, _progress())
        await search.run()
        before = {name: (hits.found, hits.newest_at) for name, hits in matches.hits.items()}
        is_remembered = await _is_remembered(kafka, request)

        def receipt_of(status: Status) -> Receipt:
            return receipt(
                matches, before, status=status, retention=kafka.retention, kinds=kinds, notes=notes, now=time.time()
            )

        if not matches.is_found:
            if is_remembered:
                return receipt_of("nothing left")
            raise AlertsError(_unknown(matches))
        if request.kind == "author" and not request.source and len(matches.sources) > 1:
            counted = ", ".join(f"{source} ({count:,} posts)" for source, count in sorted(matches.sources.items()))
            raise AlertsError(f"several sources have an author {request.id!r}: {counted}; say which one with --source")
        if options.dry_run:
            return receipt_of("dry run")
        work = CarryingOut(kafka, await clients.producer(request_timeout_ms=_REQUEST_MS), matches, search.partitions)
        is_done = await _carried_out(kafka, search, matches, work, options.wait_s)
        return receipt_of("done" if is_done else "pending")


async def _carried_out(
    kafka: KafkaSettings, search: Search, matches: Matches, work: CarryingOut, wait_s: float
) -> bool:
    """Ask, and wait; return whether the stages have carried all of it out."""
    loop = asyncio.get_running_loop()
    await work.hide()
    deadline, looked_at, written_at, absent = loop.time() + wait_s, loop.time(), -_LOOK_AGAIN_S, 0
    while loop.time() < deadline and absent < _ABSENT:
        await search.poll()
        await work.hide()
        if not work.is_dropped:
            if loop.time() - looked_at >= _LOOK_AGAIN_S:
                looked_at = loop.time()
                absent = absent + 1 if await asyncio.to_thread(_nobody_works, kafka) else 0
            continue
        await work.ask()
        if not any(matches.held.values()):
            return True
        if matches.held[INCIDENTS.name] and loop.time() - written_at >= _LOOK_AGAIN_S:
            await work.write_incidents_anew()
            written_at = loop.time()
    # What waits for the stages is asked for, and what does not is done.
    await work.ask()
    await work.write_incidents_anew()
    return False


def _nobody_works(kafka: KafkaSettings) -> bool:
    """Tell whether a stage is worked on by no worker; while partitions move, it looks like that for a moment."""
    read = partitions_read(kafka)
    return any(read.get(topic.name) == 0 for topic in (MENTIONS, FLUSHES, COMMANDS))


async def _is_remembered(kafka: KafkaSettings, request: Request) -> bool:
    erased = await read_erased(kafka)
    if request.kind == "post":
        return erased.has_post(request.id)
    return erased.has_author(request.id, request.source)


def _unknown(matches: Matches) -> str:
    request = matches.request
    whose = f" of {request.source}" if request.source else ""
    near = ", ".join(matches.near)
    hint = f"did you mean {near}? Ids must be exact" if near else "ids must be exact, as the mentions have them"
    return f"nothing that is kept holds the {request.kind} {request.id!r}{whose}; {hint}"


def _progress() -> Callable[[str, int, int], None]:
    """Return what says on a terminal how far the search is."""
    shown_at = -_SHOW_EVERY_S

    def show(topics: str, read: int, of: int) -> None:
        nonlocal shown_at
        if sys.stderr.isatty() and time.monotonic() - shown_at >= _SHOW_EVERY_S:
            shown_at = time.monotonic()
            print(f"\r\033[Klooking through {topics}: {read:,} of {of:,}", end="\r", file=sys.stderr, flush=True)  # noqa: T201

    return show


# -- once, after an upgrade ----------------------------------------------------------------------------------------


def run_prepare(configuration: Configuration) -> None:
    """Give each version of each incident a key of its own, and let Kafka keep the newest record of each.

    It may be broken off at any moment and run again. No worker of an earlier version may run any more.

    Raises
    ------
    TocsinError
        Where Kafka does not answer, or refuses.
    """
    kafka = configuration.kafka_settings()
    partitions = ensure_topics(kafka)[INCIDENTS.name]
    was_compacted = is_compacted(kafka, INCIDENTS)
    try:
        copied, forgotten = asyncio.run(_prepared(kafka, partitions))
    except (KafkaError, ChangelogError, OSError, TimeoutError) as error:
        raise KafkaUnavailableError(
            f"Kafka at {', '.join(kafka.brokers)} stopped answering ({error!r}); running it again is safe"
        ) from error
    done = "was prepared before" if was_compacted and not copied and not forgotten else "is prepared"
    print(f"{kafka.topic(INCIDENTS)} {done}: {copied:,} versions copied, {forgotten:,} keys of brands given up")  # noqa: T201


async def _prepared(kafka: KafkaSettings, partitions: int) -> tuple[int, int]:
    async with Session(kafka, "erase") as clients:
        producer = await clients.producer(request_timeout_ms=_REQUEST_MS)

        async def put(records: Sequence[Outgoing]) -> bool:
            await send_and_wait(by(producer), records)
            return True

        copied = await write_anew(kafka, range(partitions), lambda incident: incident, put)
        again = await write_anew(kafka, range(partitions), lambda incident: incident, put)
        if again.written:
            raise AlertsError(
                "a worker of an earlier version still writes incidents under the brand's key; stop it, and run this "
                "again"
            )
        # Every version stands under its own key from here on; only now may Kafka drop the others.
        await asyncio.to_thread(compact, kafka, INCIDENTS)
        topic = kafka.topic(INCIDENTS)
        await put([Outgoing(topic, None, key, partition) for partition, key in sorted(again.old_keys)])
        return copied.written, len(again.old_keys)

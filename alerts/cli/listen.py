"""``tocsin listen``: reads the sources of the configuration into Kafka, shared with other such processes."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any

import structlog

from alerts.cli.listened import client_of, listened_of
from alerts.cli.reload_listener import ReloadListener
from alerts.cli.rereading import Rereading, Sections
from alerts.configuration.configuration import Configuration, Read
from alerts.configuration.wording import suggestion
from alerts.errors import AlertsError
from alerts.health.logs import configure_logs, log_doubts
from alerts.health.metrics_server import serve_metrics
from alerts.health.worker_health import WorkerHealth
from streams.adapters.erased_reader import follow_erased
from streams.ingest.erased import Erased
from streams.kafka.administration.rights import LISTEN, require_rights
from streams.kafka.administration.topic_guard import TopicGuard
from streams.kafka.stages.app import until_topics
from streams.kafka.stopping import end_within
from streams.mention import Mention, encode_mention
from streams.queries.matching import Matcher
from streams.sources.listening import Listening
from streams.sources.showing import Showing

_log = structlog.get_logger(__name__)
_SECTIONS = Sections(live=("brands", "sources"), at_start=("kafka", "metrics", "listen", "public_url"))


def run_listen(read: Read, *, only: Collection[str] = ()) -> None:
    """Listen until SIGTERM or SIGINT; read the configuration again on SIGHUP, or when asked to.

    Parameters
    ----------
    read
        The configuration, and its doubtful settings, which are logged.
    only
        Ids of sources; all by default.

    Raises
    ------
    AlertsError
        Where there is no such source, or the metrics' address cannot be had.
    """
    configure_logs()
    log_doubts(read.doubts)
    asyncio.run(_serve(read, only))


async def _serve(read: Read, only: Collection[str]) -> None:
    configuration = read.configuration
    sources, matcher = listened_of(configuration, only), Matcher(configuration.watched())
    for source in sources:
        if not matcher.brands and not source.keep_all:
            _log.warning("no brand is configured; nothing of the source is sent", source=source.id)
    health = WorkerHealth()
    metrics = configuration.metrics
    serve_metrics(metrics.host, metrics.listen_port, health, setting="metrics.listen_port")
    stopped = asyncio.Event()
    _on_signals(stopped)
    # What comes before there is anything to take up is read at the start anyway.
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, lambda: None)
    kafka = configuration.kafka_settings()
    await health.start()
    http = client_of(configuration)
    try:
        partitions = await _unless_stopped(until_topics(kafka), stopped)
        if partitions is None:
            return
        await asyncio.to_thread(require_rights, kafka, [LISTEN])
        erased = Erased()
        listening = Listening(kafka, sources, matcher, http, partitions, erased=erased, is_whole=not only)
        health.ask(listening.missing)
        _log.info("tocsin listen", sources=[source.id for source in sources], brands=len(matcher.brands))
        changing = _Changing(only, listening, matcher)
        listener = ReloadListener(kafka, "listen", Rereading(read, _SECTIONS, changing.prepare))
        listener.on_signal()
        hearing = asyncio.create_task(listener.run(stopped.is_set))
        following = asyncio.create_task(follow_erased(kafka, erased, stopped.is_set))
        guard = asyncio.create_task(TopicGuard(kafka, partitions).watch())
        running = asyncio.create_task(listening.run())
        stopping = asyncio.create_task(stopped.wait())
        await asyncio.wait([guard, running, stopping, hearing, following], return_when=asyncio.FIRST_COMPLETED)
        stopped.set()
        listening.stop()
        await running
        await hearing
        await following
        if guard.done():
            await guard
        for task in (guard, stopping):
            task.cancel()
    finally:
        await http.close()
        await health.stop()


class _Changing:
    """Makes sources and queries ready that have changed.

    Parameters
    ----------
    only
        Ids of the sources that this process was given; all where there are none.
    listening
        What takes them up.
    matcher
        By which it selects; queries that have not changed are not compiled again.
    """

    def __init__(self, only: Collection[str], listening: Listening, matcher: Matcher) -> None:
        self._only = frozenset(only)
        self._listening = listening
        self._matcher = matcher

    def prepare(self, configuration: Configuration) -> Callable[[], Sequence[str]]:
        known = {section.id for section in configuration.sources}
        sources = listened_of(configuration, self._only & known if self._only else ())
        if self._only and not self._only & known:
            raise AlertsError(f"none of {', '.join(sorted(self._only))} is a source any longer")
        matcher = Matcher(configuration.watched(), self._matcher)

        def apply() -> Sequence[str]:
            self._matcher = matcher
            self._listening.take_up(sources, matcher)
            return ()

        return apply


async def _unless_stopped(work: Coroutine[Any, Any, dict[str, int]], stopped: asyncio.Event) -> dict[str, int] | None:
    """Return what the work does, or ``None`` where it is to stop before."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        working.cancel()
        stopping.cancel()


def _on_signals(stopped: asyncio.Event) -> None:
    def stop() -> None:
        end_within()
        stopped.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop)


def show_source(configuration: Configuration, source: str, *, brand: str = "") -> None:
    """Print what a source would send, a mention a line, until SIGTERM or SIGINT; needs no Kafka.

    Parameters
    ----------
    source
        Its id.
    brand
        Show what speaks of this brand alone.

    Raises
    ------
    AlertsError
        Where there is no such source, or no such brand.
    SourceError
        Where the source cannot go on.
    """
    known = [section.id for section in configuration.brands]
    if brand and brand not in known:
        raise AlertsError(f"there is no brand named {brand}{suggestion(brand, known)}")
    (listened,) = listened_of(configuration, [source])
    matcher = Matcher(configuration.watched())

    async def run() -> None:
        stopped = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
        http = client_of(configuration)
        try:
            showing = Showing(
                listened.build(http), matcher, brands=[brand] if brand else [], show=_print, report=_report,
                keep_all=listened.keep_all and not brand,
            )  # fmt: skip
            await showing.run(stopped)
            heard = showing.heard
            _report(f"{source}: {heard.posts:,} posts received, {heard.matched:,} match a brand, {heard.shown:,} shown")
        finally:
            await http.close()

    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(run())


def _print(mention: Mention) -> None:
    sys.stdout.buffer.write(encode_mention(mention) + b"\n")
    sys.stdout.buffer.flush()


def _report(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201

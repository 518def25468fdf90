"""The sources that suites push to ``tocsin web``: built from the configuration, written to Kafka, and reported."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import structlog
from pydantic import BaseModel

from alerts.cli.listened import client_of
from alerts.cli.pushed_address import address_of
from alerts.cli.subscribing import Subscribing
from alerts.configuration.configuration import Configuration
from alerts.configuration.doubts import is_this_machine
from alerts.web.mention_sink import Producer, WebhookSink
from detectors.not_heard import NotHeard
from streams import metrics
from streams.connectors.connector import Refused
from streams.connectors.sink import MentionSink
from streams.kafka.access.answers import cause
from streams.kafka.administration.cluster import is_embedded
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.reconnecting import FAILURES
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import CHECKPOINTS
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.sources.pushed import PushedSource, Subscribes
from streams.sources.pushed_ledger import PushedLedger
from streams.sources.pushed_news import not_heard_of
from streams.sources.pushed_sources import PushedSources, PushedTo
from streams.sources.registry import PUSHED
from streams.sources.runner import BOUNDS
from streams.wire.flush import of_hearing
from streams.wire.source_read import SourceRead

_log = structlog.get_logger(__name__)
_STOP_S = 3.0


def pushed_of(configuration: Configuration) -> list[PushedTo]:
    """Return the sources of a configuration that are pushed to us."""
    stated = [(section, *next(iter(section.kinds.items()))) for section in configuration.sources]
    return [
        _built(section.id, kind, settings, keep_all=section.keep == "all")
        for section, kind, settings in stated
        if kind in PUSHED
    ]


def has_listened(configuration: Configuration) -> bool:
    """Whether there are other sources: those that ``tocsin listen`` listens to."""
    return len(pushed_of(configuration)) < len(configuration.sources)


def _built(name: str, kind: str, stated: object, *, keep_all: bool) -> PushedTo:
    settings: BaseModel = PUSHED[kind].settings.model_validate(stated)
    return PushedTo(source=PUSHED[kind].build(name, settings), keep_all=keep_all, stated=settings)


def notes_of(source: PushedSource, public_url: str) -> list[str]:
    """Return what ``tocsin check`` says of a pushed source, a line each."""
    named = f"source {source.id} ({source.kind})"
    address = address_of(source, public_url)
    if isinstance(source, Subscribes):
        lines = [f"{named}: `tocsin web` asks hubs to push; they must reach {public_url.rstrip('/')}/sources/"]
    else:
        lines = [f"{named}: is pushed to `tocsin web`; paste this address into the suite, and nowhere else: {address}"]
    if is_this_machine(public_url):
        lines.append(f"note: {named}: public_url is this machine, which no suite or hub can reach")
    elif urlsplit(public_url).scheme != "https":
        lines.append(f"note: {named}: public_url is not https, so anybody on the network can read the address")
    return lines


class PushedWork:
    """What ``tocsin web`` does for the sources that are pushed to it.

    Parameters
    ----------
    configuration
        Names them.
    kafka
        Where Kafka is.
    connect
        Makes a producer for a kind; raises ``StreamsError`` where no broker answers.
    """

    def __init__(
        self,
        configuration: Configuration,
        kafka: KafkaSettings,
        *,
        connect: Callable[[KafkaSettings, str], Producer] = MentionSink,
    ) -> None:
        self._kafka = kafka
        self._sinks = {
            kind: WebhookSink(lambda kind=kind: connect(kafka, kind))  # type: ignore[misc]
            for kind in PUSHED
        }
        self._matcher = Matcher(configuration.watched())
        self.sources = PushedSources(pushed_of(configuration), self._matcher, self._put)
        self._configuration = configuration
        self._untold: list[NotHeard] = []

    def prepare(self, configuration: Configuration) -> Callable[[], Sequence[str]]:
        """Build brands and pushed sources of another configuration; return what goes on with them."""
        matcher = Matcher(configuration.watched(), self._matcher)
        stated = pushed_of(configuration)

        def apply() -> Sequence[str]:
            self._matcher = matcher
            self.sources.take_up(stated, matcher)
            return ()

        return apply

    async def keep(self, partitions: dict[str, int]) -> None:
        """Keep on Kafka how the sources are, and let event time go on behind what was pushed; until cancelled.

        Parameters
        ----------
        partitions
            By ``Topic.name``.
        """
        fenced = not await asyncio.to_thread(is_embedded, self._kafka)
        ledger = PushedLedger(self._kafka, partitions[CHECKPOINTS.name], is_fenced=fenced)
        seldom = OnceAMinute()
        subscribing = Subscribing(client_of(self._configuration), self._configuration.public_url)
        try:
            while True:
                subscribing.keep(self.sources)
                try:
                    await self._send_news(self.sources, ledger)
                except FAILURES as error:
                    metrics.ERRORS.labels("pushed_kafka").inc()
                    if seldom.is_due():
                        _log.warning("cannot keep pushed sources' state; trying again", error=cause(error))
                await asyncio.sleep(BOUNDS.report_s)
        finally:
            await subscribing.close()
            with contextlib.suppress(*FAILURES):
                await asyncio.wait_for(ledger.add(self.sources.news()), _STOP_S)
            ledger.close()

    async def close(self) -> None:
        """Let go of Kafka."""
        for sink in self._sinks.values():
            await sink.close()

    async def _send_news(self, sources: PushedSources, ledger: PushedLedger) -> None:
        news_of_all = sources.news()
        for news in news_of_all:
            self._untold += not_heard_of(news, news.at - BOUNDS.report_s)
        await ledger.add(news_of_all)
        read = [SourceRead(source=news.id, kind=news.kind, read=news.read) for news in news_of_all if news.read]
        if self._untold or read:
            untold = tuple(self._untold)
            await next(iter(self._sinks.values())).send_flush(of_hearing(untold, read))
            del self._untold[: len(untold)]
        for kind in {news.kind for news in news_of_all if news.counts.emitted}:
            # One old article that is alone in its partition would hold back the minutes of all brands.
            await self._sinks[kind].heartbeat(int(time.time() - BOUNDS.behind_s))
            break

    async def _put(self, kind: str, mentions: Sequence[Mention], refused: Sequence[Refused]) -> None:
        await self._sinks[kind](mentions, refused)

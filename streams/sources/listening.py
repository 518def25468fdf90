"""Listens to the sources that this process has now, each in a task of its own."""

import asyncio
import zlib
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress

import structlog
from aiokafka.errors import KafkaError
from msgspec import Struct

from streams import metrics
from streams.ingest.erased import Erased
from streams.kafka.access.answers import cause
from streams.kafka.administration.cluster import is_embedded
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.reconnecting import reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.partition_writer import FENCED, closed
from streams.kafka.topics import CHECKPOINTS
from streams.kafka.vital import never_ends
from streams.queries.matching import Matcher
from streams.sources.checkpoint import BadCheckpointError, Checkpoint
from streams.sources.http import HttpClient
from streams.sources.kafka_outlet import KafkaOutlet, source_partition
from streams.sources.runner import BOUNDS, Bounds, SourceRunner
from streams.sources.selection import Selection
from streams.sources.sharing import Sharing
from streams.sources.source import Source, SourceError
from streams.sources.unbuildable import Unbuildable

_log = structlog.get_logger(__name__)
_CLOSE_S = 2.0


class Listened(Struct, frozen=True, kw_only=True):
    """One source as it is configured.

    Parameters
    ----------
    id, kind
        Its id and the name of its kind.
    build
        Makes it, with an HTTP client that tells how long it waited.
    keep_all
        Whether all that it gives goes on.
    stated
        Its settings: where they change, it is built anew.
    """

    id: str
    kind: str
    build: Callable[[HttpClient], Source]
    keep_all: bool = False
    stated: object = None

    def is_as(self, other: "Listened") -> bool:
        """Whether another one would be the same source."""
        return (self.kind, self.keep_all, self.stated) == (other.kind, other.keep_all, other.stated)


class _Held:
    """A source that this process has: its task, and how it is asked to stop."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.runner: SourceRunner | None = None
        self.is_refused = False
        """Whether its checkpoint cannot be used."""

    @property
    def has_failed(self) -> bool:
        return self.is_refused or (self.runner is not None and self.runner.health().state == "failed")

    def throttled(self, seconds: float) -> None:
        if self.runner is not None:
            self.runner.throttled(seconds)


class Listening:
    """Shares the sources out with other processes, and runs those that are ours.

    Parameters
    ----------
    kafka
        Where Kafka is. The topics must exist.
    sources
        All that are to be listened to, here or in another process of the same group.
    matcher
        The brands' queries.
    http
        What the sources share.
    partitions
        By ``Topic.name``.
    erased
        What was taken down or erased, by whomever; whoever reads it lets it grow.
    is_whole
        Whether ``sources`` are all that are configured: processes that were given a choice share out that choice.
    bounds
        As in ``SourceRunner``.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        sources: Collection[Listened],
        matcher: Matcher,
        http: HttpClient,
        partitions: dict[str, int],
        *,
        erased: Erased | None = None,
        is_whole: bool = True,
        bounds: Bounds = BOUNDS,
    ) -> None:
        self._kafka = kafka
        self._sources = {source.id: source for source in sources}
        self._matcher = matcher
        self._http = http
        self._partitions = partitions
        self._erased = Erased() if erased is None else erased
        self._bounds = bounds
        self._held: dict[str, _Held] = {}
        self._leaving: list[_Held] = []
        self._stop = asyncio.Event()
        self._turned = asyncio.Event()
        self._is_fenced = True
        self._mine: frozenset[int] = frozenset()
        self._moment = 0
        """To which event time has been moved on by heartbeats."""
        self._sharing = Sharing(
            kafka,
            group_name(self._sources, is_whole=is_whole),
            self._share,
            is_to_stop=self._stop.is_set,
            sleep=lambda seconds: _sleep(seconds, self._stop),
        )

    @property
    def running(self) -> frozenset[str]:
        """Ids of the sources that this process has now."""
        return frozenset(self._held)

    def missing(self) -> str:
        """Say what keeps this process from listening, or nothing; one that stands by is all right."""
        return "" if self._sharing.has_joined else "listen has not joined its group on Kafka"

    def take_up(self, sources: Collection[Listened], matcher: Matcher) -> None:
        """Go on with another configuration; what has not changed goes on as it is, and what had failed is tried again.

        Parameters as of the class.
        """
        before, self._sources = self._sources, {source.id: source for source in sources}
        self._matcher = matcher
        for name, held in list(self._held.items()):
            if name not in self._sources or not self._sources[name].is_as(before[name]) or held.has_failed:
                self._let_go(name)
            elif held.runner is not None:
                held.runner.use_matcher(matcher)
        self._share(self._mine)

    def stop(self) -> None:
        """Ask to settle and end."""
        self._stop.set()
        self._turned.set()

    async def run(self) -> None:
        """Listen until asked to stop.

        Raises
        ------
        TaskEndedError
            Where a source's task has ended by itself, by a mistake of ours: the process is to be started anew.
        """
        self._is_fenced = not await asyncio.to_thread(is_embedded, self._kafka)
        sharing = asyncio.create_task(self._sharing.run(), name="sharing")
        try:
            await self._watch(sharing)
        finally:
            self.stop()
            for held in self._held.values():
                held.stop.set()
            tasks = [held.task for held in (*self._held.values(), *self._leaving) if held.task is not None]
            # Sources settle while the process is still a member: nobody takes them over before.
            if tasks:
                await asyncio.wait(tasks)
            await asyncio.wait([sharing])
            await closed(_CLOSE_S)

    async def _watch(self, sharing: "asyncio.Task[None]") -> None:
        """Return when it is to stop; raise what ended a task that should not end."""
        while not self._stop.is_set():
            self._turned.clear()
            turned = asyncio.create_task(self._turned.wait())
            tasks = {held.task for held in self._held.values() if held.task is not None}
            try:
                await asyncio.wait({sharing, turned, *tasks}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                turned.cancel()
            if self._stop.is_set():
                return
            for ended in (task for task in (sharing, *tasks) if task.done()):
                if any(held.task is ended for held in self._held.values()) or ended is sharing:
                    async with never_ends(ended.get_name(), self._stop.is_set):
                        await ended
            self._forget_those_gone()

    def _forget_those_gone(self) -> None:
        for held in self._leaving:
            if held.task is not None and held.task.done() and (error := held.task.exception()) is not None:
                metrics.ERRORS.labels("source").inc()
                _log.error("source ended with an error after it was let go", error=repr(error))
        self._leaving = [held for held in self._leaving if held.task is not None and not held.task.done()]

    def _share(self, mine: frozenset[int]) -> None:
        """Let go of the sources that are another's now, and begin with those that are ours."""
        self._mine = mine
        of = self._partitions[CHECKPOINTS.name]
        wanted = {name for name in self._sources if source_partition(name, of) in mine}
        for name in self._held.keys() - wanted:
            self._let_go(name)
        for name in sorted(wanted - self._held.keys()):
            held = self._held[name] = _Held()
            held.task = asyncio.create_task(self._hold(self._sources[name], held), name=f"source {name}")
        _log.info("listen has sources", sources=sorted(self._held), of=len(self._sources))
        self._turned.set()

    def _is_new_moment(self, at: int) -> bool:
        is_new = at > self._moment
        self._moment = max(self._moment, at)
        return is_new

    def _let_go(self, name: str) -> None:
        held = self._held.pop(name)
        held.stop.set()
        self._leaving.append(held)

    async def _hold(self, listened: Listened, held: _Held) -> None:
        """Run one source, and begin again from its checkpoint whenever Kafka fails."""
        log = _log.bind(source=listened.id, kind=listened.kind)
        seldom = OnceAMinute()

        def failed(error: BaseException) -> None:
            metrics.ERRORS.labels("source_kafka").inc()
            if seldom.is_due():
                log.warning("cannot use Kafka; trying again", error=cause(error))

        async def serve() -> None:
            await self._serve(listened, held, log)

        await reconnecting(serve, failed, held.stop.is_set, sleep=lambda seconds: _sleep(seconds, held.stop))

    async def _serve(self, listened: Listened, held: _Held, log: structlog.stdlib.BoundLogger) -> None:
        outlet = KafkaOutlet(self._kafka, listened.id, listened.kind, self._partitions, is_fenced=self._is_fenced)
        try:
            try:
                checkpoint, sent = await outlet.open()
                _refuse_other_kind(listened, checkpoint)
            except BadCheckpointError as error:
                # It is left as it is: whoever can read it goes on from there.
                held.is_refused = True
                metrics.SOURCE_STATE.labels(listened.id, listened.kind, "failed").set(1)
                log.error("source failed; not tried again", error=str(error))  # noqa: TRY400
                await held.stop.wait()
                metrics.SOURCE_STATE.remove(listened.id, listened.kind, "failed")
                return
            source = _built(listened, self._http.reporting(held.throttled))
            selection = Selection(self._matcher, keep_all=listened.keep_all)
            held.runner = SourceRunner(
                source,
                outlet,
                selection,
                checkpoint=checkpoint,
                sent=sent,
                erased=self._erased,
                bounds=self._bounds,
                is_new_moment=self._is_new_moment,
            )
            log.info("source begins", begins_anew=checkpoint is None or checkpoint.position is None)
            await held.runner.run(held.stop)
        except FENCED as error:
            metrics.SOURCE_FENCED.labels(listened.id, listened.kind).inc()
            log.warning("another process has the source", error=repr(error))
            # Whether it is ours again the group decides, which needs about so long.
            await _sleep(self._kafka.session_timeout_s, held.stop)
            raise KafkaError("another process had the source") from error
        finally:
            held.runner = None
            await outlet.close()


def group_name(sources: Iterable[str], *, is_whole: bool) -> str:
    """Return the group in which processes share sources out, behind ``kafka.group``.

    Examples
    --------
    >>> group_name(["a", "b"], is_whole=True)
    'listen'
    >>> group_name(["a"], is_whole=False) == group_name(["b"], is_whole=False)
    False
    """
    return "listen" if is_whole else f"listen-{zlib.crc32(' '.join(sorted(sources)).encode()):08x}"


def _built(listened: Listened, http: HttpClient) -> Source:
    """Build a source; one that cannot be built is told of like one that fails when it is opened."""
    try:
        return listened.build(http)
    except SourceError as error:
        return Unbuildable(listened.id, listened.kind, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is logged and told of, and the others go on
        _log.exception("source cannot be built", source=listened.id)
        return Unbuildable(listened.id, listened.kind, SourceError(f"it cannot be built: {error!r}; its log has where"))


def _refuse_other_kind(listened: Listened, checkpoint: Checkpoint | None) -> None:
    if checkpoint is not None and checkpoint.kind != listened.kind:
        raise BadCheckpointError(
            f"source {listened.id}: its checkpoint is of the kind {checkpoint.kind}, and it is {listened.kind} now; "
            "give the source another id"
        )


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    """Wait so long, or until it is to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)

"""Takes what is pushed to us: finds the source by its address, selects, and returns when Kafka has what goes on.

What was sent is not remembered as ``runner`` does it: no suite pushes edits or take-downs, and of several web processes
that take for one source each would overwrite the others' rows of ids. A push that comes twice has the same ids.
"""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog
from msgspec import Struct

from streams.connectors.connector import Refused
from streams.errors import StreamsError
from streams.mention import MAX_BYTES, Mention
from streams.queries.matching import Matcher
from streams.sources.checkpoint import Counts
from streams.sources.missing_pushes import MissingPushes
from streams.sources.pushed import Push, PushedSource, PushRefusedError, Subscribes
from streams.sources.pushed_news import PushedNews
from streams.sources.read_counts import ReadCounts
from streams.sources.selection import Selected, Selection
from streams.sources.sent_ids import SentIds
from streams.sources.source import Health, Hole, State
from streams.sources.source_metrics import SourceMetrics

_log = structlog.get_logger(__name__)

Put = Callable[[str, Sequence[Mention], Sequence[Refused]], Awaitable[None]]
"""Puts mentions of a kind, and what is none, into Kafka; returns when it has them, and raises ``StreamsError`` else."""


class PushedTo(Struct, frozen=True, kw_only=True):
    """One source as it is configured.

    Parameters
    ----------
    keep_all
        Whether all that it gives goes on.
    stated
        Its settings: where they have not changed, it goes on as it is.
    """

    source: PushedSource
    keep_all: bool = False
    stated: object = None

    def is_as(self, other: "PushedTo") -> bool:
        """Whether another one would be the same source."""
        return (self.source.kind, self.keep_all, self.stated) == (other.source.kind, other.keep_all, other.stated)


class PushedSources:
    """All sources that are pushed to this process.

    Parameters
    ----------
    sources
        As configured.
    matcher
        The brands' queries.
    put
        The way into Kafka.
    now
        Wall time, epoch seconds.
    """

    def __init__(
        self, sources: Iterable[PushedTo], matcher: Matcher, put: Put, *, now: Callable[[], float] = time.time
    ) -> None:
        self._held = {one.source.id: _Held(one, matcher) for one in sources}
        self._put = put
        self._now = now

    def __len__(self) -> int:
        return len(self._held)

    def take_up(self, sources: Iterable[PushedTo], matcher: Matcher) -> None:
        """Go on with another configuration; what has not changed goes on as it is, by the new queries."""
        before, self._held = self._held, {}
        for one in sources:
            held = before.get(one.source.id)
            if held is not None and held.stated.is_as(one):
                held.use_matcher(matcher)
                self._held[one.source.id] = before.pop(one.source.id)
            else:
                self._held[one.source.id] = _Held(one, matcher, held)
        for name, held in before.items():
            if name not in self._held or held.source.kind != self._held[name].source.kind:
                held.let_go()

    def find(self, name: str, secret: str) -> PushedSource | None:
        """Return the source of an address, in a time that does not tell whether its id or its secret is wrong."""
        held = self._held.get(name)
        due = held.source.secret if held is not None else "-" * len(secret)
        is_right = hmac.compare_digest(due.encode(), secret.encode(errors="replace"))
        return held.source if held is not None and is_right else None

    async def take(self, source: PushedSource, push: Push) -> Counts:
        """Take a push; return what became of it, when Kafka has all of it that goes on.

        Raises
        ------
        PushRefusedError
            Where the whole of it is refused.
        StreamsError
            Where Kafka does not take it: it is to be sent again.
        """
        held = self._held.get(source.id)
        if held is None or held.source is not source:
            raise PushRefusedError("the source was changed just now; send it again", status=503)
        async with held.turn:
            try:
                selected = await asyncio.to_thread(held.select, push, self._now())
            except PushRefusedError as error:
                await self._refuse(held, error)
                raise
            try:
                if selected.mentions or selected.refused:
                    await self._put(source.kind, selected.mentions, selected.refused)
            except StreamsError as error:
                held.failed(push.body, str(error), self._now())
                raise
            held.took(push.body, selected, self._now())
            return selected.counts

    def subscribing(self) -> list[tuple[PushedSource, Subscribes]]:
        """Return the sources that ask for what is pushed to them."""
        return [(held.source, held.source) for held in self._held.values() if isinstance(held.source, Subscribes)]

    def news(self) -> list[PushedNews]:
        """Return what has become of each source since this was last asked."""
        return [held.news(self._now()) for held in self._held.values()]

    async def _refuse(self, held: "_Held", error: PushRefusedError) -> None:
        """Count it, and keep what a known sender has sent among the dead letters."""
        held.count(Counts(refused=1), self._now())
        _log.warning("push refused", source=held.source.id, kind=held.source.kind, error=str(error))
        if error.data:
            origin = f"{held.source.kind}: a push to {held.source.id}"
            letter = Refused(origin=origin, reason=error.reason, detail=str(error), data=error.data[:MAX_BYTES])
            await self._put(held.source.kind, (), (letter,))


class _Held:
    """One source, and what has become of it."""

    def __init__(self, stated: PushedTo, matcher: Matcher, before: "_Held | None" = None) -> None:
        self.stated = stated
        self.source = stated.source
        self.turn = asyncio.Lock()
        self._selection = Selection(matcher, keep_all=stated.keep_all)
        self._metrics = SourceMetrics(self.source.id, self.source.kind)
        self._missing = MissingPushes()
        self._read = ReadCounts(self.source.kind)
        self._none_sent = SentIds(self.source.id)
        self._counts = Counts()
        self._state: State = "live"
        self._says = ""
        self._last_event: float | None = None
        self._last_ok: float | None = None
        if before is not None and before.source.kind == self.source.kind:
            # Its settings have changed, and not what has been seen of it.
            self._counts, self._missing = before._counts, before._missing  # noqa: SLF001 - one of ours
            self._last_event, self._last_ok = before._last_event, before._last_ok  # noqa: SLF001 - one of ours

    def use_matcher(self, matcher: Matcher) -> None:
        self._selection.use_matcher(matcher)

    def let_go(self) -> None:
        self._metrics.let_go()

    def select(self, push: Push, now: float) -> Selected:
        batch = self.source.read(push)
        selected = self._selection.select(batch, self._none_sent, now=now)
        times = [mention.published_s for mention in selected.mentions if mention.published_s <= now]
        self._last_event = max([*times, self._last_event or 0.0]) or None
        self._read.take(batch, now)
        return selected

    def took(self, body: bytes, selected: Selected, now: float) -> None:
        self._missing.taken(body)
        self._state, self._says, self._last_ok = "live", "", now
        self.count(selected.counts, now)

    def failed(self, body: bytes, why: str, now: float) -> None:
        self._missing.failed(body, now)
        self._state, self._says = "waiting", f"what is pushed is not taken: {why}"

    def count(self, added: Counts, now: float) -> None:
        self._counts.add(added)
        self._metrics.took(added, self._health(), now)

    def news(self, now: float) -> PushedNews:
        holes: tuple[Hole, ...] = ()
        if (hole := self._missing.overdue(now)) is not None:
            holes = (hole,)
            self._counts.holes += 1
            self._metrics.hole(hole)
            _log.warning(
                "source not heard", source=self.source.id, kind=self.source.kind, reason=hole.reason,
                began=hole.began, ended=hole.ended, share=hole.share, detail=hole.detail,
            )  # fmt: skip
        self._metrics.show(self._health(), now)
        counts, self._counts = self._counts, Counts()
        return PushedNews(
            id=self.source.id, kind=self.source.kind, at=now, counts=counts, holes=holes, health=self._health(),
            read=self._read.drain(),
        )  # fmt: skip

    def _health(self) -> Health:
        says = self._says or (self.source.says() if isinstance(self.source, Subscribes) else "")
        return Health(state=self._state, last_event=self._last_event, last_ok=self._last_ok, says=says)

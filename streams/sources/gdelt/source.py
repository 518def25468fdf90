"""What the news sites of the world publish, file by file, from where reading stood before."""

import asyncio
import time
from collections.abc import Callable

import msgspec

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Mention
from streams.sources.asking_source import AskingSource
from streams.sources.gdelt.article import KIND, is_article, mention_of
from streams.sources.gdelt.files import QUARTER_S, BadFileError, mark_before, name, path, rows
from streams.sources.gdelt.settings import GdeltSettings
from streams.sources.gdelt.walk import PATIENCE_S, Walk
from streams.sources.http import HttpClient
from streams.sources.source import (
    Batch,
    Health,
    Hole,
    Position,
    Problem,
    SourceError,
    SourceUnavailableError,
)

EARLY_S = 720.0
"""Files appear that long before the moment that they are named for, at most."""
LATE_S = 1800.0
"""How long after its publication an article is ordinarily found."""
ASK_AGAIN_S = 5.0
_PROBED = 4
_LIMIT_BYTES = 64 * 1024 * 1024
_LIMIT_S = 90.0
_NOT_THERE = frozenset({403, 404, 410})
"""Who may not list a bucket is told of what is not in it that it is forbidden."""


class GdeltSource(AskingSource):
    """GDELT's stream of English articles, and that of translated ones.

    Parameters
    ----------
    source_id
        In ``tocsin.yml``.
    settings
        As there.
    client
        Asks over HTTP.
    now
        Wall time, epoch seconds.
    """

    kind = KIND

    def __init__(
        self,
        source_id: str,
        settings: GdeltSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(source_id, now)
        self._settings = settings
        self._client = client
        self._streams: dict[str, _Stream] = {}
        self._holes: tuple[Hole, ...] = ()
        client.demand(settings.url, in_flight=1)

    async def check(self) -> list[Problem]:
        """Ask for the newest file of each stream that must be there."""
        problems = []
        for stream in self._names():
            mark = mark_before(self._now())
            found = await self._file(stream, mark) or await self._file(stream, mark - QUARTER_S)
            if found is None:
                problems.append(
                    Problem(says=f"{self._settings.url} has no file of the last half hour{_of(stream)}", stops=True)
                )
                continue
            a_day = found.size * 86_400 / QUARTER_S / 1e6
            says = f"{len(found.rows):,} articles in a file{_of(stream)}: about {a_day:,.0f} MB a day are fetched"
            problems.append(Problem(says=says, stops=False))
        return problems

    async def open(self, position: Position | None) -> None:
        """Begin at the newest files, or where reading stood."""
        now = self._now()
        kept = (position or {}).get("streams", {})
        self._holes = ()
        self._streams = {}
        for stream in self._names():
            walk = msgspec.convert(kept[stream], Walk) if stream in kept else Walk.beginning(now)
            walk, holes = walk.after_pause(now)
            self._holes += holes
            self._streams[stream] = _Stream(walk)
        self._state = "starting"

    async def read(self) -> Batch:
        """Return the articles of the next file, or nothing where none is due."""
        now = self._now()
        stream = min(self._streams, key=lambda one: self._streams[one].due)
        if (due := self._streams[stream].due) > now:
            await self._rest(due)
            return self._batch()
        return await self._step(stream, self._streams[stream], now)

    def health(self) -> Health:
        """Tell how far it is behind, and which stream has stopped."""
        now = self._now()
        stuck = [stream for stream, one in self._streams.items() if now - one.walk.next > PATIENCE_S and one.is_waiting]
        says = "; ".join(f"no file since {name(self._streams[one].walk.next - QUARTER_S)}{_of(one)}" for one in stuck)
        behind = [now - one.walk.next for one in self._streams.values()] if self._last_ok is not None else []
        return self._health(behind_s=max(0.0, *behind) if behind else None, says=says)

    def _names(self) -> tuple[str, ...]:
        return ("", "translation") if self._settings.translated else ("",)

    async def _step(self, stream: str, one: "_Stream", now: float) -> Batch:
        walk = one.walk
        found = await self._patiently(stream, walk, now)
        if found is not None:
            one.walk, holes = walk.found()
            one.is_waiting = False
            one.due = max(now, one.walk.next - EARLY_S)
            self._last_ok, self._state = self._now(), "live" if one.due > now else "catching_up"
            return self._articles(found, walk.next, holes)
        if walk.will_not_come(now):
            # Asked twice: one answer that is empty, or of a mirror that is behind, is no hole.
            is_gone, one.missed = one.missed == walk.next, walk.next
            one.walk, one.due = (walk.passed_over(), now) if is_gone else (walk, now + ASK_AGAIN_S)
            return self._batch()
        one.is_waiting = True
        if now - walk.next > PATIENCE_S:
            await self._probe(stream, one, now)
        one.due = now if one.walk.will_not_come(now) else now + self._settings.every
        if all(each.is_waiting and now - each.walk.next > PATIENCE_S for each in self._streams.values()):
            self._state = "waiting"
            if not any(each.walk.will_not_come(now) for each in self._streams.values()):
                raise SourceUnavailableError(f"{self._settings.url}: {self.health().says}", retry_after_s=60.0)
        return self._batch()

    async def _patiently(self, stream: str, walk: Walk, now: float) -> "_File | None":
        """Return the next file; one that stays broken is as one that is not there."""
        try:
            return await self._file(stream, walk.next)
        except BadFileError as error:
            if now - walk.next > PATIENCE_S:
                return None
            where = f"{self._settings.url}{path(walk.next, stream)}"
            raise SourceUnavailableError(f"{where} cannot be opened: {error}", retry_after_s=60.0) from error

    async def _probe(self, stream: str, one: "_Stream", now: float) -> None:
        """Look whether a later file is there: then the next one will not come."""
        mark = mark_before(now) - one.probed * QUARTER_S
        one.probed = (one.probed + 1) % _PROBED
        if mark <= one.walk.next:
            return
        try:
            is_there = await self._file(stream, mark) is not None
        except BadFileError:
            return
        if is_there:
            one.walk = msgspec.structs.replace(one.walk, newest=max(one.walk.newest, mark))

    async def _file(self, stream: str, mark: int) -> "_File | None":
        url = f"{self._settings.url}{path(mark, stream)}"
        answer = await self._client.get(url, limit_bytes=_LIMIT_BYTES, limit_s=_LIMIT_S)
        if answer.status in _NOT_THERE:
            return None
        if not answer.is_success:
            raise SourceError(f"{url} answered {answer.status}; is gdelt.url right?")
        return _File(await asyncio.to_thread(rows, answer.body), len(answer.body))

    def _articles(self, found: "_File", mark: int, holes: tuple[Hole, ...]) -> Batch:
        now = self._now()
        mentions: list[Mention] = []
        refused: list[Refused] = []
        for row in filter(is_article, found.rows):
            try:
                mentions.append(mention_of(row, mark=mark, heard_at=now))
            except BadMentionError as error:
                data = row.encode()[:MAX_BYTES]
                refused.append(Refused.because(error, f"{KIND}: a row of {name(mark)}", data))
        self._note_newest(mentions)
        is_late = now - mark > LATE_S
        return self._batch(tuple(mentions), tuple(refused), holes, is_backfill=is_late)

    def _batch(
        self,
        mentions: tuple[Mention, ...] = (),
        refused: tuple[Refused, ...] = (),
        holes: tuple[Hole, ...] = (),
        *,
        is_backfill: bool = False,
    ) -> Batch:
        noted, self._holes = (*self._holes, *holes), ()
        return Batch(
            position={
                "v": 1,
                "streams": {stream: msgspec.to_builtins(one.walk) for stream, one in self._streams.items()},
            },
            mentions=mentions,
            refused=refused,
            holes=noted,
            is_backfill=is_backfill,
            delay_s=LATE_S + QUARTER_S,
        )


class _File:
    def __init__(self, lines: list[str], size: int) -> None:
        self.rows = lines
        self.size = size


class _Stream:
    """One stream between two readings."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.due = 0.0
        self.is_waiting = False
        self.probed = 0
        self.missed = 0
        """The mark of a file that was not there when it was asked for last, though it must be."""


def _of(stream: str) -> str:
    return f" of {stream}" if stream else ""

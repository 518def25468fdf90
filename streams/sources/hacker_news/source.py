"""All posts of Hacker News, from where reading stood before; and those that were deleted meanwhile."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Callable, Iterable

from streams.mention import Mention
from streams.sources.asking_source import AskingSource
from streams.sources.hacker_news.api import Api
from streams.sources.hacker_news.item import KIND, Item, mention_of, take_down_of
from streams.sources.hacker_news.settings import HackerNewsSettings
from streams.sources.hacker_news.walk import LOOKED_AT_AGAIN_S, MOST_MISSING, Walk
from streams.sources.http import HttpClient
from streams.sources.source import Batch, Health, Position, Problem, SourceUnavailableError, State

STEP = 200
"""Posts of one reading, at most."""
CHANGED_EVERY_S = 60.0
AGAIN_AT_ONCE = 16
REMEMBERED_S = 48 * 3600.0
LATE_S = 300.0
"""A post that is read so long after it was written was written while nobody listened."""
AGAIN_EVERY_S = 1.0
MOST_CHANGES = 500
_LEAST_WAIT_S = 0.01
UNSEEN_S = 60.0
"""What a number without a post may still tell is waited for so long, as far as others' minutes go."""


class HackerNewsSource(AskingSource):
    """Hacker News.

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
        settings: HackerNewsSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(source_id, now)
        self._api = Api(client, settings.url)
        self._every_s = settings.every
        self._walk: Walk | None = None
        self._newest = 0
        self._walk_at = self._changed_at = 0.0
        self._again_at = [0.0] * len(LOOKED_AT_AGAIN_S)
        self._texts: dict[int, tuple[float, bytes]] = {}
        self._says = ""
        self._heard_until: float | None = None
        self._closed = asyncio.Event()

    async def check(self) -> list[Problem]:
        """Ask for the newest number."""
        newest = await self._api.newest()
        if newest < 1:
            return [
                Problem(says=f"the API says that its newest post is {newest}; is hacker_news.url right?", stops=True)
            ]
        return []

    async def open(self, position: Position | None) -> None:
        """Begin at the newest post, or where reading stood."""
        self._closed.clear()
        self._walk = Walk.read(position) if position else None
        self._newest = 0
        self._walk_at = self._changed_at = 0.0
        self._again_at = [0.0] * len(LOOKED_AT_AGAIN_S)
        self._texts.clear()
        self._heard_until = None
        self._state = "starting"

    async def read(self) -> Batch:
        """Return the next posts, or what is known of older ones by now, or nothing where all is read."""
        try:
            batch = await self._next()
        except SourceUnavailableError as error:
            self._state, self._says = "waiting", f"{error}"
            raise
        self._says = ""
        return batch

    async def close(self) -> None:
        """Ask nothing more."""
        self._closed.set()

    def health(self) -> Health:
        """Tell how far it is behind."""
        behind_s = None
        if self._walk is not None and self._newest >= self._walk.next and self._last_event is not None:
            behind_s = max(0.0, self._now() - self._last_event)
        elif self._walk is not None and self._last_ok is not None:
            behind_s = 0.0
        return self._health(behind_s=behind_s, says=self._says)

    async def _next(self) -> Batch:
        loop = asyncio.get_running_loop()
        until = loop.time() + self.idle_s
        if self._walk is None and not self._closed.is_set():
            return self._begin(await self._api.newest())
        while self._walk is not None and not self._closed.is_set():
            now = self._now()
            if now >= self._walk_at:
                return await self._walk_on(self._walk)
            if now >= self._changed_at:
                return await self._look_at_changes(self._walk)
            for which, at in enumerate(self._again_at):
                if now >= at:
                    return await self._look_again(self._walk, which)
            due_s = min(self._walk_at, self._changed_at, *self._again_at) - now
            if not await self._waited(min(until, loop.time() + max(_LEAST_WAIT_S, due_s))) or loop.time() >= until:
                break
        await self._waited(until)
        return self._batch()

    async def _waited(self, until: float) -> bool:
        """Wait; return whether this is still open."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._closed.wait()
        return not self._closed.is_set()

    def _begin(self, newest: int) -> Batch:
        self._walk, self._newest = Walk.beginning(newest), newest
        self._ok()
        self._walk_at = self._now() + self._every_s
        self._heard_until = self._now()
        return self._batch()

    async def _walk_on(self, walk: Walk) -> Batch:
        """Read the next posts, and those that were missing."""
        asked_at = self._now()
        newest = self._newest if walk.next <= self._newest else await self._api.newest()
        numbers = walk.numbers(newest, STEP)
        items = await self._api.items(numbers)
        now = self._now()
        walk = walk.after({number: item is not None for number, item in zip(numbers, items, strict=True)}, now)
        there = sorted((item for item in items if item is not None), key=lambda item: item.id)
        self._walk, self._newest = walk, max(newest, walk.next - 1)
        is_behind = walk.next <= newest
        # Where too many are missing nothing new was asked for: they are waited for.
        self._walk_at = now if is_behind and len(numbers) > len(walk.missing) else now + self._every_s
        self._ok("catching_up" if is_behind else "live")
        mentions = tuple(mention_of(item) for item in there if self._remember(item))
        times = [item.time for item in there if item.time]
        self._last_event = max([self._last_event or 0.0, *times]) or None
        fresh = [since for since in walk.missing.values() if now - since < UNSEEN_S]
        self._heard_until = max(times, default=None) if is_behind else min([asked_at, *fresh])
        return self._batch(mentions, is_backfill=bool(times) and min(times) < now - LATE_S)

    async def _look_at_changes(self, walk: Walk) -> Batch:
        """Read those again that are told to have changed."""
        changed = await self._api.changed()
        numbers = sorted({number for number in changed if 0 < number < walk.next and number not in walk.missing})
        items = await self._api.items(numbers[-MOST_CHANGES:])
        self._changed_at = self._now() + CHANGED_EVERY_S
        self._ok(self._state)
        return self._batch(self._news_of(items))

    async def _look_again(self, walk: Walk, which: int) -> Batch:
        """Read those again that have reached an age."""
        begin = walk.again[which]
        numbers = range(begin, min(begin + AGAIN_AT_ONCE, walk.next))
        items = await self._api.items(numbers)
        now = self._now()
        age_s = LOOKED_AT_AGAIN_S[which]
        old = [item for item in items if item is not None and item.time <= now - age_s]
        young = [item.time for item in items if item is not None and item.time > now - age_s]
        if old:
            self._walk = walk.looked_at(which, old[-1].id + 1)
        elif numbers and not young and walk.next - begin > MOST_MISSING:
            self._walk = walk.looked_at(which, numbers[-1] + 1)  # none of these numbers has a post
        wait_s = AGAIN_EVERY_S if old and not young else max(CHANGED_EVERY_S, min(young, default=now) + age_s - now)
        self._again_at[which] = now + wait_s
        self._ok(self._state)
        return self._batch(self._news_of(old))

    def _news_of(self, items: Iterable[Item | None]) -> tuple[Mention, ...]:
        """Return the take-downs of those that can be read no more, and those whose texts have changed."""
        news = []
        for item in items:
            if item is None:
                continue
            before = self._texts.get(item.id)
            is_shown = self._remember(item)
            if not is_shown and (before is None or before[1]):
                news.append(take_down_of(item, self._now()))
            elif is_shown and before is not None and before[1] != self._texts[item.id][1]:
                news.append(mention_of(item))
        return tuple(news)

    def _remember(self, item: Item) -> bool:
        """Remember how a post is for as long as it may be told to have changed; return whether it can be read."""
        is_shown = item.fate == "alive"
        said = f"{item.title}\n{item.text}\n{item.url}".encode("utf-8", "replace")
        now = self._now()
        self._texts.pop(item.id, None)  # the one that was read last comes last
        self._texts[item.id] = (now, hashlib.blake2b(said, digest_size=4).digest() if is_shown else b"")
        while (oldest := next(iter(self._texts))) != item.id and self._texts[oldest][0] < now - REMEMBERED_S:
            del self._texts[oldest]
        return is_shown

    def _ok(self, state: State = "live") -> None:
        self._last_ok = self._now()
        self._state = "live" if state in {"waiting", "starting"} else state

    def _batch(self, mentions: tuple[Mention, ...] = (), *, is_backfill: bool = False) -> Batch:
        position = {} if self._walk is None else self._walk.position()
        return Batch(
            position=position,
            mentions=mentions,
            heard_until=self._heard_until,
            is_backfill=is_backfill,
            delay_s=self._every_s + LATE_S,
        )

"""Posts and comments of subreddits, and what searches find: each list newest first, a thousand deep."""

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES
from streams.sources.http import HttpClient
from streams.sources.polled.listing import Asked, Cadence, Found, Page
from streams.sources.polled.polled_source import PolledSource
from streams.sources.polled.watched import Watching
from streams.sources.reddit.api import MOST, Api
from streams.sources.reddit.post import KIND, created_at, id_of, is_gone, is_left_out, key_of, mention_of
from streams.sources.reddit.settings import RedditSettings
from streams.sources.source import Problem, SourceUnavailableError

OVERLAP_S = 3600.0
"""What moderators let through later stands where it was written."""
LATE_S = 300.0
DEEPEST = 900
"""A list that ends so deep is cut there: Reddit keeps about a thousand."""
WATCHING = Watching(every_s=6 * 3600.0, for_s=30 * 86_400.0)


class RedditSource(PolledSource):
    """Some subreddits and searches.

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
        settings: RedditSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        api = Api(client, settings)
        lists = []
        for subreddit in settings.subreddits:
            lists.append(_List(api, now, f"/r/{subreddit}/new"))
            lists.append(_List(api, now, f"/r/{subreddit}/comments"))
        lists += [_List(api, now, "/search", search) for search in settings.searches]
        pace = Cadence(every_s=settings.every, overlap_s=OVERLAP_S, late_s=LATE_S, gap_s=60.0 / settings.calls)
        super().__init__(source_id, lists, pace, look_up=_Again(api), watching=WATCHING, now=now)

    async def check(self) -> list[Problem]:
        """Ask for the first page of each list."""
        problems = await super().check()
        a_minute = len(self._listings) * 60.0 / self._settings.every
        says = f"{len(self._listings)} lists, {a_minute:.0f} requests a minute of {self._settings.calls}"
        if a_minute > self._settings.calls:
            says += "; `every` is shorter than the calls allow"
        return [Problem(says=says, stops=False), *problems]


class _List:
    """One list of Reddit's."""

    def __init__(self, api: Api, now: Callable[[], float], path: str, search: str = "") -> None:
        self._api = api
        self._now = now
        self._path = path
        self._params = {"q": search, "sort": "new", "type": "link"} if search else {}
        self.key = f"{path}?{search}" if search else path
        self.label = f"search {search!r}" if search else path

    async def page(self, asked: Asked) -> Page:
        """Ask for a page. Where one that was named is empty, its place was lost, and the list is begun anew."""
        behind, _, so_far = asked.cursor.partition(" ")
        place = {"after": behind, "count": so_far} if behind else {}
        children, after = await self._api.listing(self._path, limit=str(MOST), **self._params, **place)
        if not children and behind and not self._params:
            raise SourceUnavailableError(f"{self.label}: nothing behind {behind}: was it deleted just now?")
        depth = int(so_far or 0) + len(children)
        is_cut = not after and (depth >= DEEPEST or (not children and bool(behind)))
        next_ = f"{after} {depth}" if after and children else ""
        return Page(found=self._found(children), next=next_, is_cut=is_cut)

    def _found(self, children: Sequence[Any]) -> tuple[Found, ...]:
        found: list[Found] = []
        place = self._now()
        for data in children:
            if is_gone(data) or is_left_out(data):
                continue
            with contextlib.suppress(BadMentionError):
                place = created_at(data)
            found.append(_one(data, place))
        return tuple(found)


class _Again:
    """Looks posts and comments up by their full names."""

    at_once = MOST

    def __init__(self, api: Api) -> None:
        self._api = api

    def id_of(self, key: str) -> str:
        """Return the id of the mention."""
        return id_of(key)

    async def look_up(self, keys: Sequence[str]) -> Mapping[str, Found]:
        """Return those that are still there, with their authors."""
        names = ",".join(key.partition("/")[0] for key in keys)
        children, _ = await self._api.listing("/api/info", id=names)
        return {key_of(data): _one(data, 0.0) for data in children if not is_gone(data)}


def _one(data: Any, place: float) -> Found:
    key = key_of(data)
    try:
        post: Any = mention_of(data)
    except BadMentionError as error:
        post = Refused.because(error, f"{KIND}: {key}", msgspec.json.encode(data)[:MAX_BYTES])
    return Found(key=key, at=place, post=post)

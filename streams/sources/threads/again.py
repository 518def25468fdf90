"""Looks at posts of Threads again, and believes that one is gone only where others can be seen."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from streams.sources.polled.found_post import found_post
from streams.sources.polled.listing import Found
from streams.sources.source import SourceUnavailableError
from streams.sources.suites.fields import text
from streams.sources.threads.api import Api
from streams.sources.threads.post import KIND, id_of, mention_of


class Again:
    """Looks posts up by their numbers, one by one.

    Of a post that is deleted Meta says the same as of one that a token may not see. So where some are missing, a post
    of somebody else that a search has just found is looked up too: where that one is not to be seen either, nothing is
    known of the others.

    Parameters
    ----------
    api
        Asks.
    query
        What finds a post to compare with.
    """

    at_once = 25

    def __init__(self, api: Api, query: str) -> None:
        self._api = api
        self._query = query

    def id_of(self, key: str) -> str:
        """Return the id of the mention."""
        return id_of(key)

    async def look_up(self, keys: Sequence[str]) -> Mapping[str, Found]:
        """Return those that are still there."""
        posts = await asyncio.gather(*(self._api.post(key) for key in keys))
        there = {key: found_of(post, 0.0) for key, post in zip(keys, posts, strict=True) if post is not None}
        missing = set(keys) - set(there)
        if missing and not await self._sees_others(missing):
            raise SourceUnavailableError(
                "no post of others can be looked up with this token just now, so that nobody knows which are deleted"
            )
        return there

    async def _sees_others(self, missing: set[str]) -> bool:
        found, _, _ = await self._api.search(self._query, {})
        own = await self._api.own_name()
        if not own:
            return False
        others = [number for post in found if text(post, "username") != own and (number := text(post, "id"))]
        if missing & set(others):
            return False  # it is found, and only not to be seen
        return bool(others) and await self._api.post(others[0]) is not None


def found_of(post: Any, place: float) -> Found:
    """Return a post as it is listed; one whose date cannot be read stands at ``place``."""
    return found_post(post, place, kind=KIND, dated="timestamp", mention_of=mention_of)

"""Asks the API of Hacker News: small JSON documents, without a key."""

import asyncio
from collections.abc import Iterable

import msgspec

from streams.sources.hacker_news.item import Item, decode_item
from streams.sources.http import HttpClient
from streams.sources.source import SourceError, SourceUnavailableError

AT_ONCE = 8
_LIMIT_BYTES = 1024 * 1024


class Updates(msgspec.Struct, frozen=True):
    """What has changed lately."""

    items: list[int] = []


class Api:
    """The API at one address.

    Parameters
    ----------
    client
        Asks over HTTP.
    url
        Without a slash at its end.
    """

    def __init__(self, client: HttpClient, url: str) -> None:
        self._client = client
        self._url = url
        self._gate = asyncio.Semaphore(AT_ONCE)
        client.demand(url, in_flight=AT_ONCE)

    async def newest(self) -> int:
        """Return the highest number of a post."""
        path, body = await self._get("maxitem")
        try:
            return msgspec.json.decode(body, type=int)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise SourceUnavailableError(f"{path} is no number: {_shown(body)}") from error

    async def changed(self) -> list[int]:
        """Return the numbers of posts that have changed lately."""
        path, body = await self._get("updates")
        try:
            return msgspec.json.decode(body, type=Updates).items
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise SourceUnavailableError(f"{path} is no list of changes: {_shown(body)}") from error

    async def items(self, numbers: Iterable[int]) -> list[Item | None]:
        """Return posts by their numbers, a few asked for at a time; all of them, or it raises."""
        tasks = [asyncio.create_task(self._item(number)) for number in numbers]
        try:
            return await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise

    async def _item(self, number: int) -> Item | None:
        async with self._gate:
            path, body = await self._get(f"item/{number}")
        try:
            item = decode_item(body)
        except ValueError as error:
            raise SourceUnavailableError(f"{path} is no post: {error}; {_shown(body)}") from error
        if item is not None and item.id != number:
            raise SourceUnavailableError(f"{path} is another post, {item.id}")
        return item

    async def _get(self, path: str) -> tuple[str, bytes]:
        url = f"{self._url}/{path}.json"
        answer = await self._client.get(url, headers={"Accept": "application/json"}, limit_bytes=_LIMIT_BYTES)
        if not answer.is_success:
            raise SourceError(
                f"{url}: status {answer.status}; is hacker_news.url right? By default it is that of Hacker News"
            )
        return url, answer.body


def _shown(body: bytes) -> str:
    return repr(body[:80].decode("utf-8", "replace"))

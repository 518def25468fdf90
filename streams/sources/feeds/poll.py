"""One poll of a feed: what is asked, and what came of it. It changes nothing."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from streams.sources.feeds.address import FeedAddress
from streams.sources.feeds.identity import Identified, identify
from streams.sources.feeds.listing import Entry, FeedFormatError, Listing, newest
from streams.sources.feeds.memory import Memory
from streams.sources.feeds.reader_process import ReaderProcess
from streams.sources.feeds.state import FeedState, validator
from streams.sources.http import LIMIT_S, Answer, HttpClient
from streams.sources.source import SourceError, SourceUnavailableError

LIMIT_BYTES = 5 * 1024 * 1024
WHOLE_EVERY_S = 86_400.0
"""So often a feed is read whole though its server may say that nothing has changed: some say so for ever."""
MOST_PAGES = 10
"""Older pages that are turned until one holds a post that is known."""
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)


class Listed(Struct, frozen=True, kw_only=True):
    """A document was read.

    Parameters
    ----------
    listing
        Of the first page: title, author and wishes.
    entries
        Of all pages that were turned.
    first
        How many of them the first page lists.
    etag, modified
        Of this version, where they belong to the address that was asked.
    moved_to
        The new address, where it has moved for good.
    """

    listing: Listing
    entries: tuple[Identified, ...]
    first: int
    headers: dict[str, str]
    etag: str
    modified: str
    moved_to: str


class Unchanged(Struct, frozen=True, kw_only=True):
    """Nothing has changed since the version that is known."""

    headers: dict[str, str]


class Ended(Struct, frozen=True, kw_only=True):
    """The feed is gone for good, as its server says."""

    says: str


class Failed(Struct, frozen=True, kw_only=True):
    """No feed came.

    Parameters
    ----------
    says
        What came instead, for an operator; no address is in it.
    retry_after_s
        What the server asks for.
    """

    says: str
    retry_after_s: float = 0.0


Outcome = Listed | Unchanged | Ended | Failed


class Poller:
    """Asks for feeds.

    Parameters
    ----------
    client, reader
        Shared by all feeds.
    now
        Wall time, epoch seconds.
    limit_s
        For one answer, seconds.
    """

    def __init__(
        self, client: HttpClient, reader: ReaderProcess, now: Callable[[], float], *, limit_s: float = LIMIT_S
    ) -> None:
        self._client = client
        self._limit_s = limit_s
        self._reader = reader
        self._now = now

    async def poll(self, feed: FeedAddress, url: str, state: FeedState, memory: Memory, most: int) -> Outcome:
        """Ask for one feed.

        Parameters
        ----------
        feed, state, memory
            Which, and what is known of it; none is changed.
        url
            Where it is now.
        most
            Entries that are taken of it, the newest.
        """
        try:
            headers = self._headers(state)
            answer = await self._client.get(url, headers=headers, limit_bytes=LIMIT_BYTES, limit_s=self._limit_s)
            if answer.status == 304:
                return Unchanged(headers=answer.headers)
            if not answer.is_success:
                return _refused(feed, answer.status)
            listing = await self._read(answer)
        except FeedFormatError as error:
            return Failed(says=feed.without_address(f"{feed.label}: {error}"))
        except (SourceUnavailableError, SourceError) as error:
            return Failed(says=feed.without_address(f"{error}"), retry_after_s=getattr(error, "retry_after_s", 0.0))
        entries, first = await self._with_older(feed, answer, listing, memory, most)
        is_own = answer.url == url or bool(answer.moved_to)
        return Listed(
            listing=msgspec.structs.replace(listing, entries=()),
            entries=tuple(entries),
            first=first,
            headers=answer.headers,
            etag=validator(answer.headers.get("etag", "")) if is_own else "",
            modified=validator(answer.headers.get("last-modified", "")) if is_own else "",
            moved_to=answer.moved_to,
        )

    def _headers(self, state: FeedState) -> dict[str, str]:
        headers = {"Accept": _ACCEPT}
        if self._now() - state.whole_at < WHOLE_EVERY_S:
            if state.etag:
                headers["If-None-Match"] = state.etag
            if state.modified:
                headers["If-Modified-Since"] = state.modified
        return headers

    async def _read(self, answer: Answer) -> Listing:
        return await self._reader.read(answer.body, url=answer.url, content_type=answer.headers.get("content-type", ""))

    async def _with_older(
        self, feed: FeedAddress, answer: Answer, listing: Listing, memory: Memory, most: int
    ) -> tuple[list[Identified], int]:
        """Return the entries, with those of older pages while nothing on them is known: what fell off the first."""
        listed: list[Entry] = list(listing.entries)
        found = identify(newest(listed, most), feed.key)
        first = len(found)
        turned, page_of = 0, answer.url
        while listing.next_url and memory and found and turned < MOST_PAGES and not memory.knows_any(found):
            turned += 1
            try:
                page = await self._client.get(
                    listing.next_url,
                    headers={"Accept": _ACCEPT},
                    found_in=page_of,
                    limit_bytes=LIMIT_BYTES,
                    limit_s=self._limit_s,
                )
                if not page.is_success or page.url == page_of:
                    break
                listing, page_of = await self._read(page), page.url
            except (FeedFormatError, SourceUnavailableError, SourceError):
                # What is then not known to be whole is told as a hole.
                break
            listed += listing.entries
            found = identify(newest(listed, most), feed.key)
        return found, first


def _refused(feed: FeedAddress, status: int) -> Outcome:
    if status == 410:
        return Ended(says=f"{feed.label}: 410, its owner has ended it; take it out of the list")
    meant = {
        401: "it asks who we are; for a feed of subscribers, put the address that they are given into urls_file",
        403: "its server does not let us in; its owner may have to allow it",
        404: "it is not there now; it is asked again, since some feeds are away for hours",
    }
    return Failed(says=f"{feed.label}: status {status}" + (f", {meant[status]}" if status in meant else ""))

"""The open streams of a source: a connection for each timeline, their events in one queue."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from streams.errors import StreamsError
from streams.sources.http import HttpClient, OpenAnswer
from streams.sources.mastodon.api import error_of
from streams.sources.mastodon.events import Event, EventReader
from streams.sources.mastodon.feeds import Feed
from streams.sources.source import SourceError, SourceUnavailableError

HELD = 5_000
"""Events that wait to be read; with more, nothing is read from the sockets."""
_LONGEST_REFUSAL = 4096


class StreamRefusedError(StreamsError):
    """The server gives no stream, and says so."""


class Heard(Struct, frozen=True):
    """An event, and of which timeline."""

    feed: Feed
    event: Event


class Streams:
    """All streams of one source, from ``open`` to ``close``; one that ends, ends them all.

    Parameters
    ----------
    client
        Asks over HTTP.
    url
        Where the streams are.
    found_in
        The server that named ``url``.
    secrets
        Lets us in.
    silence_s
        After so long without a byte a stream is broken: the server sends a heartbeat every 15 s.
    """

    def __init__(
        self, client: HttpClient, url: str, *, found_in: str, secrets: Mapping[str, str], silence_s: float
    ) -> None:
        self._client = client
        self._url = url
        self._found_in = found_in if url != found_in else ""
        self._secrets = secrets
        self._silence_s = silence_s
        self._tasks: list[asyncio.Task[None]] = []
        self._queue: asyncio.Queue[Heard] = asyncio.Queue(HELD)
        self._changed = asyncio.Event()
        self._ended: SourceUnavailableError | None = None

    async def open(self, feeds: Sequence[Feed]) -> None:
        """Open the stream of each timeline.

        Raises
        ------
        StreamRefusedError
            Where the server gives none.
        SourceUnavailableError
            Where it does not answer.
        """
        opened = [asyncio.get_running_loop().create_future() for _ in feeds]
        self._tasks = [
            asyncio.create_task(self._run(feed, one), name=f"mastodon-stream-{feed.name}")
            for feed, one in zip(feeds, opened, strict=True)
        ]
        try:
            await asyncio.gather(*opened)
        except BaseException:
            await self.close()
            raise
        finally:
            for one in opened:
                if not one.cancel() and not one.cancelled():
                    one.exception()

    async def wait(self, seconds: float) -> None:
        """Wait until something is there to take, or the streams have ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    def take(self, most: int) -> list[Heard]:
        """Return what has come, without waiting.

        Raises
        ------
        SourceUnavailableError
            Where the streams have ended, and all that had come before is taken.
        """
        taken: list[Heard] = []
        while len(taken) < most and not self._queue.empty():
            taken.append(self._queue.get_nowait())
        if self._queue.empty() and self._ended is None:
            self._changed.clear()
        if not taken and self._ended is not None:
            raise self._ended
        return taken

    async def close(self) -> None:
        """Leave."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, feed: Feed, opened: "asyncio.Future[None]") -> None:
        try:
            async with self._client.stream(
                f"{self._url}{feed.stream_path}",
                params=feed.stream_params,
                headers={"Accept": "text/event-stream"},
                secrets=self._secrets,
                found_in=self._found_in,
                silence_s=self._silence_s,
            ) as answer:
                await self._require(answer)
                _settle(opened)
                await self._read(feed, answer)
            raise SourceUnavailableError(f"{self._url} ended the stream of {feed.name}")  # noqa: TRY301 - as if it said so
        except SourceUnavailableError as error:
            self._end(error)
            _settle(opened, error)
        except (StreamRefusedError, SourceError) as error:
            self._end(SourceUnavailableError(str(error)))
            _settle(opened, StreamRefusedError(str(error)))
        except Exception as error:
            self._end(SourceUnavailableError(f"the stream of {feed.name} broke: {error!r}"))
            _settle(opened, error)
            raise

    async def _read(self, feed: Feed, answer: OpenAnswer) -> None:
        reader = EventReader()
        async for piece in answer.pieces:
            try:
                events = reader.feed(piece)
            except ValueError as error:
                raise SourceUnavailableError(
                    f"{self._url}: the stream of {feed.name} cannot be read: {error}"
                ) from error
            for event in events:
                await self._queue.put(Heard(feed, event))
                self._changed.set()

    async def _require(self, answer: OpenAnswer) -> None:
        if answer.is_success and answer.headers.get("content-type", "").startswith("text/event-stream"):
            return
        body = b""
        async for piece in answer.pieces:
            body += piece
            if len(body) > _LONGEST_REFUSAL:
                break
        why = error_of(body) or "no word of why"
        raise StreamRefusedError(f"{self._url} gives no stream: {answer.status}, {why}")

    def _end(self, error: SourceUnavailableError) -> None:
        self._ended = self._ended or error
        self._changed.set()


def _settle(opened: "asyncio.Future[None]", error: Exception | None = None) -> None:
    if opened.done():
        return
    if error is None:
        opened.set_result(None)
    else:
        opened.set_exception(error)

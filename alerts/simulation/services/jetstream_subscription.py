"""One subscriber of a Jetstream: what is sent to it, and what it sends itself."""

import asyncio
import json

import zstandard
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from alerts.simulation.services.jetstream_query import BadQueryError, Query, read_filter


class Compressor:
    """Compresses frames by a dictionary of Zstandard."""

    def __init__(self, dictionary: bytes) -> None:
        held = zstandard.ZstdCompressionDict(dictionary)
        self.dictionary = dictionary
        self.id = held.dict_id()
        self.compress = zstandard.ZstdCompressor(dict_data=held).compress


class Subscription:
    """One subscriber: what he wants, and what he sends."""

    def __init__(self, connection: ServerConnection, query: Query, compressor: Compressor | None) -> None:
        self.connection = connection
        self.query = query
        self._compressor = compressor if query.dictionary else None
        self.hello = asyncio.Event()
        if not query.requires_hello:
            self.hello.set()

    async def send(self, frame: str | bytes) -> None:
        """Send a frame, compressed where that was asked for."""
        if self._compressor is not None and isinstance(frame, str):
            frame = self._compressor.compress(frame.encode())
        await self.connection.send(frame)

    async def listen(self) -> None:
        """Take what the subscriber sends: on ``v1`` other options, on ``v2`` nothing."""
        try:
            async for message in self.connection:
                if self.query.wire == "v2":
                    await self.connection.close(1008, "unexpected data message")
                    return
                if isinstance(message, str):
                    await self._take(message)
        except ConnectionClosed:
            pass

    async def _take(self, message: str) -> None:
        try:
            read = json.loads(message)
            is_update = read.get("type") == "options_update"
            payload = read["payload"] if is_update else {}
            wanted = payload.get("wantedCollections") or [], payload.get("wantedDids") or []
            longest = int(payload.get("maxMessageSizeBytes") or 0)
        except (ValueError, KeyError, AttributeError, TypeError):
            await self.connection.close(1007, "bad SubscriberSourcedMessage envelope")
            return
        if not is_update:
            return
        try:
            collections, dids = read_filter(*wanted)
        except BadQueryError as error:
            await self.connection.close(1008, str(error)[:100])
            return
        self.query = replace(self.query, collections=collections, dids=dids, longest=max(longest, 0))
        self.hello.set()

"""A door in front of the embedded broker, for programs whose Kafka library cannot read one answer of it.

At the start of a connection clients ask which versions the broker speaks (``ApiVersions``). From version 3 on its
answer ends with tagged fields, which are optional, and at which librdkafka before 2.3 trips where one is a byte long:
kcat as Debian and Ubuntu have it cannot connect. The door takes these fields out of that one answer, and otherwise
carries bytes.
"""

import asyncio
import contextlib
import struct
import threading
from types import TracebackType
from typing import Self

_HOST = "127.0.0.1"
_API_VERSIONS = 18
_WITH_TAGS = 3
_PIECE = 256 * 1024
_MOST_BYTES = 1 << 20
"""Of the first request and its answer, which are some hundred bytes."""


def without_tags(answer: bytes) -> bytes:
    """Return an ``ApiVersions`` answer of version 3 or above without its tagged fields.

    Parameters
    ----------
    answer
        Correlation id, error code, a compact array of key, least and greatest version, the throttle time, tags.

    Examples
    --------
    >>> bare = bytes.fromhex("00000007" "0000" "02" "0012" "0000" "0004" "00" "00000000")
    >>> without_tags(bare + bytes.fromhex("01" "00" "01" "01")) == bare + bytes(1)
    True
    """
    at, length, shift = 6, 0, 0
    while True:
        byte = answer[at]
        at += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    for _ in range(length - 1):
        at += 6
        if answer[at]:
            return answer  # an entry with tags of its own: none that is known
        at += 1
    return answer[: at + 4] + b"\x00"


class BrokerDoor:
    """Listens on one port of the loopback address and carries to another, in a thread of its own.

    Parameters
    ----------
    port
        Where to listen.
    broker_port
        Where the broker is.
    """

    def __init__(self, port: int, broker_port: int) -> None:
        self._port = port
        self._broker_port = broker_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="broker-door", daemon=True)

    def __enter__(self) -> Self:
        """Open.

        Raises
        ------
        OSError
            Where the port is taken.
        """
        self._thread.start()
        try:
            self._server = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        except OSError:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close, with every connection."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._end()

    async def _open(self) -> asyncio.Server:
        return await asyncio.start_server(self._carry, _HOST, self._port)

    async def _close(self) -> None:
        self._server.close()
        carrying = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _carry(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ValueError, IndexError):
            from_broker, to_broker = await asyncio.open_connection(_HOST, self._broker_port)
            try:
                request = await _frame(from_client)
                key, version = struct.unpack(">hh", request[:4])
                to_broker.write(_framed(request))
                if key == _API_VERSIONS and version >= _WITH_TAGS:
                    to_client.write(_framed(without_tags(await _frame(from_broker))))
                await asyncio.gather(_pipe(from_client, to_broker), _pipe(from_broker, to_client))
            finally:
                to_broker.close()
        to_client.close()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    (length,) = struct.unpack(">i", await reader.readexactly(4))
    if not 4 <= length <= _MOST_BYTES:
        raise ValueError(f"a first message of {length} bytes is none of Kafka's")
    return await reader.readexactly(length)


def _framed(message: bytes) -> bytes:
    return struct.pack(">i", len(message)) + message


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    finally:
        writer.close()

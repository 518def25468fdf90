"""Feeds' documents are read in a process of their own, which ends where a document takes too long.

A document is a stranger's. One of 40 kB, whose author's name is long, keeps the parser busy for a quarter of a minute
without a pause, and in a thread it would keep every other source from hearing anything for so long.
"""

import asyncio
import contextlib
import os
import signal
import struct
import subprocess
import sys
from typing import BinaryIO

import msgspec
from msgspec import Struct

from streams.sources.feeds.listing import FeedFormatError, Listing
from streams.sources.feeds.reading import read_feed

LIMIT_S = 20.0
"""Of the processor's time for one document; the longest honest ones, of five megabytes, take two."""
_WAITED_TIMES = 9.0
"""How much longer by the clock: a machine that is busy with other things makes no document a bad one."""
MEMORY_BYTES = 1024**3
_LENGTH = struct.Struct("!I")
_COMMAND = (sys.executable, "-m", __name__)


class Asked(Struct, frozen=True):
    """A document to be read."""

    url: str
    content_type: str
    document: bytes
    limit_s: float = LIMIT_S


class Answered(Struct, frozen=True):
    """What it lists, or why it is no feed."""

    listing: Listing | None = None
    refusal: str = ""


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE_ANSWER = msgspec.msgpack.Decoder(Answered).decode
_DECODE_ASKED = msgspec.msgpack.Decoder(Asked).decode


class ReaderProcess:
    """Reads documents, one at a time; the process is started when the first comes, and anew after it had to end.

    Parameters
    ----------
    limit_s
        Seconds of the processor's time for one document.
    """

    def __init__(self, *, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def read(self, document: bytes, *, url: str, content_type: str = "") -> Listing:
        """Return what a document lists. Parameters as in ``read_feed``.

        Raises
        ------
        FeedFormatError
            Where it is no feed, or cannot be read in time or in memory.
        """
        asked = _ENCODE(Asked(url, content_type, document, self._limit_s))
        async with self._turn:
            try:
                answer = await self._ask(asked)
            except BaseException:
                # It may still answer: what it says would be taken for the answer to the next document.
                await self._end()
                raise
        if answer.listing is None:
            raise FeedFormatError(answer.refusal)
        return answer.listing

    async def close(self) -> None:
        """End the process."""
        await self._end()

    async def _ask(self, asked: bytes) -> Answered:
        process = self._process = self._process or await _start()
        if process.stdin is None or process.stdout is None:
            raise FeedFormatError("the process that reads feeds has no pipes")
        try:
            async with asyncio.timeout(_WAITED_TIMES * self._limit_s):
                process.stdin.write(_LENGTH.pack(len(asked)) + asked)
                await process.stdin.drain()
                (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
                return _DECODE_ANSWER(await process.stdout.readexactly(length))
        except TimeoutError as error:
            raise FeedFormatError(_too_long(self._limit_s)) from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise FeedFormatError(_why_ended(await process.wait(), self._limit_s)) from error

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *_COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(),
    )


def _too_long(limit_s: float) -> str:
    return f"it takes more than {limit_s:g} s to be read"


def _why_ended(status: int, limit_s: float) -> str:
    """Return why a process ended in the middle of a document."""
    if status == -signal.SIGPROF:
        return _too_long(limit_s)
    return "reading it takes more memory than there may be, or breaks the parser"


def read_once(asked: Asked, *, limit_s: float = LIMIT_S) -> Listing:
    """Return what one document lists, read in a process for it alone: for a thread, which may wait.

    Raises
    ------
    FeedFormatError
        As ``ReaderProcess.read`` does.
    """
    document = _ENCODE(msgspec.structs.replace(asked, limit_s=limit_s))
    try:
        ended = subprocess.run(  # noqa: S603 - ours
            _COMMAND,
            input=_LENGTH.pack(len(document)) + document,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=_WAITED_TIMES * limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FeedFormatError(_too_long(limit_s)) from error
    if len(ended.stdout) <= _LENGTH.size:
        raise FeedFormatError(_why_ended(ended.returncode, limit_s))
    answered = _DECODE_ANSWER(ended.stdout[_LENGTH.size :])
    if answered.listing is None:
        raise FeedFormatError(answered.refusal)
    return answered.listing


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def answer(asked: Asked) -> Answered:
    """Read one document; nothing that it makes the parser do ends the process."""
    try:
        return Answered(read_feed(asked.document, url=asked.url, content_type=asked.content_type))
    except FeedFormatError as error:
        return Answered(refusal=f"{error}")
    except Exception as error:  # noqa: BLE001 - whatever the parser makes of a stranger's document is that document's
        return Answered(refusal=f"the parser fails at it: {type(error).__name__} {error}"[:300])


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer until there is nothing more to read; a document that takes too long ends the process, by SIGPROF."""
    while len(head := source.read(_LENGTH.size)) == _LENGTH.size:
        asked = _DECODE_ASKED(source.read(*_LENGTH.unpack(head)))
        signal.setitimer(signal.ITIMER_PROF, asked.limit_s)
        answered = _ENCODE(answer(asked))
        signal.setitimer(signal.ITIMER_PROF, 0)
        sink.write(_LENGTH.pack(len(answered)) + answered)
        sink.flush()


def main() -> None:
    """Serve on standard input and output, within bounds."""
    # Who presses Control-C means the parent, which ends this process when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()

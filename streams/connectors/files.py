"""Opens a file of lines: plain, gzip or Zstandard, or ``-`` for standard input."""

import gzip
import io
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from streams.connectors.connector import ConnectorError

STDIN = "-"
_CHUNK = 1 << 16
_GZIP, _ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


@contextmanager
def open_file(source: str) -> Iterator[BinaryIO]:
    """Open a file for reading, decompressed where its first bytes say so, whatever it is called.

    Raises
    ------
    ConnectorError
        Where it cannot be opened.
    """
    if source == STDIN:
        yield _decompressed(sys.stdin.buffer)
        return
    with _plain(source) as file:
        yield _decompressed(file)


@contextmanager
def open_seekable(source: str) -> Iterator[BinaryIO]:
    """Open a file in which a reader may go back and forth; what is compressed is unpacked on disk first.

    Raises
    ------
    ConnectorError
        Where it cannot be opened.
    """
    with _plain(source) as file:
        head = file.read(len(_ZSTANDARD))
        file.seek(0)
        if not head.startswith(_GZIP) and head != _ZSTANDARD:
            yield file
            return
        with tempfile.TemporaryFile(prefix="tocsin-") as copy:
            shutil.copyfileobj(_decompressed(file), copy)
            copy.seek(0)
            yield cast("BinaryIO", copy)


def begun(file: BinaryIO, size: int) -> tuple[bytes, BinaryIO]:
    """Return the first bytes of a file, and a file that begins with them."""
    head = b""
    while len(head) < size and (data := file.read(size - len(head))):
        head += data
    return head, io.BufferedReader(_Rejoined(head, file), _CHUNK)


@contextmanager
def named_failures(source: str, line: "Line") -> Iterator[None]:
    """Turn a failure of the file under its reader into one that names file and line."""
    try:
        yield
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise ConnectorError(
            f"{source}:{line.number + 1}: cannot be read any further ({error}); the file is cut off or damaged"
        ) from error


class Line:
    """The number of the line last read, from 1."""

    number = 0


def _plain(source: str) -> BinaryIO:
    try:
        return Path(source).open("rb")
    except OSError as error:
        raise ConnectorError(
            f"{source}: cannot open it: {error.strerror}; give an existing file, or - for stdin"
        ) from error


def _decompressed(file: BinaryIO) -> BinaryIO:
    head, whole = begun(file, len(_ZSTANDARD))
    if head.startswith(_GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=whole))
    if head == _ZSTANDARD:
        return io.BufferedReader(_Zstandard(whole), _CHUNK)
    return whole


class _Rejoined(io.RawIOBase):
    """Gives bytes that were read from a file, then the rest of it."""

    def __init__(self, head: bytes, file: BinaryIO) -> None:
        self._head = memoryview(head)
        # What a pipe has is given at once, however little it is.
        self._read: Callable[[int], bytes] = getattr(file, "read1", file.read)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or self._read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


class _Zstandard(io.RawIOBase):
    """Decompresses one frame after the other; unlike the library's reader it detects a truncated file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._has_begun = False
        self._ahead = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ahead:
            if self._frame.eof:
                rest = self._frame.unused_data
                self._frame, self._has_begun = zstandard.ZstdDecompressor().decompressobj(), False
            else:
                rest = b""
            data = rest or self._file.read(_CHUNK)
            if not data:
                if self._has_begun:
                    raise EOFError("compressed file ended before its end marker")
                return 0
            self._has_begun = True
            self._ahead = memoryview(self._frame.decompress(data))
        taken = self._ahead[: len(buffer)]
        self._ahead = self._ahead[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

"""Opens a file of lines: plain, ``.gz``, ``.zst``, or ``-`` for standard input."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from streams.connectors.connector import ConnectorError

STDIN = "-"
_CHUNK = 1 << 16


@contextmanager
def open_file(source: str) -> Iterator[BinaryIO]:
    """Open a file for reading, decompressed.

    Raises
    ------
    ConnectorError
        Where it cannot be opened.
    """
    if source == STDIN:
        yield sys.stdin.buffer
        return
    try:
        file = _open(Path(source))
    except OSError as error:
        raise ConnectorError(
            f"{source}: cannot open it: {error.strerror}; give an existing file, or - for stdin"
        ) from error
    with file:
        yield file


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


def _open(path: Path) -> BinaryIO:
    match path.suffix:
        case ".gz":
            return cast("BinaryIO", gzip.open(path, "rb"))
        case ".zst":
            return io.BufferedReader(_Zstandard(path.open("rb")), _CHUNK)
        case _:
            return path.open("rb")


class _Zstandard(io.RawIOBase):
    """Decompresses one frame after the other; unlike the library's reader it tells a file that is cut off."""

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

    def close(self) -> None:
        self._file.close()
        super().close()

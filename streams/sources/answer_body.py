"""The body of an answer, bounded while it comes in, also when a small one unpacks into a large one. Pure."""

import zlib

from streams.errors import StreamsError

ENCODINGS = "gzip"
"""What is asked for; it is unpacked here, piece by piece, so that nothing beyond the bound is ever in memory."""
_ANY_HEADER = 32 + zlib.MAX_WBITS


class BodyError(StreamsError):
    """A body that is too large, or is not packed as its headers say."""


class AnswerBody:
    """Gathers a body.

    Parameters
    ----------
    encoding
        The header ``Content-Encoding``.
    limit
        Bytes, unpacked, at most.

    Raises
    ------
    BodyError
        Where it is packed in a way that was not asked for.

    Examples
    --------
    >>> body = AnswerBody("", limit=4)
    >>> body.add(b"abcd")
    >>> body.whole()
    b'abcd'
    >>> body.add(b"e")
    Traceback (most recent call last):
    streams.sources.answer_body.BodyError: more than 4 bytes
    """

    def __init__(self, encoding: str, *, limit: int) -> None:
        name = encoding.strip().lower()
        if name not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise BodyError(f"packed as {name[:40]!r}, which was not asked for")
        self._limit = limit
        self._read = bytearray()
        self._is_begun = False
        self._unpacker = None if name in {"", "identity"} else zlib.decompressobj(_ANY_HEADER)

    def add(self, piece: bytes) -> None:
        """Take the next piece as it came.

        Raises
        ------
        BodyError
            Where the body has become too large, or cannot be unpacked.
        """
        if self._unpacker is None:
            self._append(piece)
            return
        try:
            self._unpack(piece)
        except zlib.error as error:
            raise BodyError(f"it cannot be unpacked ({error})") from error

    def whole(self) -> bytes:
        """Return the body.

        Raises
        ------
        BodyError
            Where it was cut within what was packed.
        """
        if self._unpacker is not None and self._is_begun and not self._unpacker.eof:
            raise BodyError("it was cut: what was packed does not end")
        return bytes(self._read)

    def _unpack(self, piece: bytes) -> None:
        left = piece
        while left and self._unpacker is not None:
            self._is_begun = True
            self._append(self._unpacker.decompress(left, self._limit + 1 - len(self._read)))
            left = self._unpacker.unconsumed_tail or self._next_member()

    def _next_member(self) -> bytes:
        """Return what comes after the end of one packed part, and begin the next: gzip may have several."""
        rest = b"" if self._unpacker is None or not self._unpacker.eof else self._unpacker.unused_data
        if not rest.startswith(b"\x1f\x8b"):
            return b""
        self._unpacker = zlib.decompressobj(_ANY_HEADER)
        return rest

    def _append(self, piece: bytes) -> None:
        self._read += piece
        if len(self._read) > self._limit:
            raise BodyError(f"more than {self._limit:,} bytes")

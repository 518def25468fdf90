"""Mentions from a file of JSON: one object a line, an array a line, one array of all, or values over several lines."""

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from streams.connectors.connector import ConnectorError, Refused
from streams.connectors.encoding import find_encoding
from streams.connectors.files import Line, begun, named_failures, open_file
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Mention, decode_mention

LONGEST = MAX_BYTES + 2
"""A line that is longer, with its line end, is refused without being held in memory."""
_CHUNK = 1 << 16
_MARK = 4
_BETWEEN = " \t\r\n,"
_value = json.JSONDecoder().raw_decode
_array = msgspec.json.Decoder(list[msgspec.Raw]).decode


class JsonLines:
    """Reads JSON, plain, compressed or from ``-``; blank lines are passed over.

    Parameters
    ----------
    source
        Path of the file, or ``-`` for standard input.
    encoding
        Where it is not UTF-8 and bears no byte order mark.
    """

    name = "jsonl"

    def __init__(self, source: str, *, encoding: str = "") -> None:
        self.source = source
        self._encoding = encoding

    def read(self) -> Iterator[Mention | Refused]:
        """Yield each value's mention, or why it is none.

        Raises
        ------
        ConnectorError
            Where the file cannot be opened, breaks off, or is no text.
        """
        line = Line()
        with open_file(self.source) as file, named_failures(self.source, line):
            head, whole = begun(file, _MARK)
            lines = _utf_8(whole, find_encoding(head, self.source, self._encoding))
            is_first = True
            while data := lines.readline(LONGEST):
                line.number += 1
                if is_first and data.strip():
                    is_first = False
                    if data.lstrip().startswith(b"[") or _goes_on(data.strip()):
                        for value, origin in read_values(data, lines, line, self.source):
                            yield _item(value, origin)
                        return
                if len(data) == LONGEST and not data.endswith(b"\n"):
                    _skip_rest(lines)
                if data := data.strip():
                    yield from _of_line(data, f"{self.source}:{line.number}")


def read_values(
    data: bytes, lines: BinaryIO, line: Line, source: str, *, between: str = _BETWEEN
) -> Iterator[tuple[bytes, str]]:
    """Yield the values of a file that begins with an array, or with an object that goes over several lines.

    Parameters
    ----------
    data
        Its first line.
    lines
        What follows; ``line`` counts them.
    source
        The file's name: each value comes with ``FILE:LINE``, where it ends.
    between
        Characters that may stand between values.

    Raises
    ------
    ConnectorError
        Where a value does not end.
    """
    text, at, ends, in_array = data.decode(errors="surrogateescape"), 0, False, False
    while True:
        while at < len(text) and (text[at] in between or text[at] == "[]"[in_array]):
            in_array = in_array if text[at] in between else not in_array
            at += 1
        end = _end_of_value(text, at)
        if end > at and (end < len(text) or ends):
            yield text[at:end].encode(errors="surrogateescape"), f"{source}:{line.number}"
            at = end
        elif not ends and len(text) - at <= 2 * MAX_BYTES:
            more = lines.readline(LONGEST)
            line.number += 1
            ends = not more
            text, at = text[at:] + more.decode(errors="surrogateescape"), 0
        elif at < len(text) or in_array:
            raise ConnectorError(
                f"{source}:{line.number}: the JSON is broken or breaks off before this line, and what follows cannot "
                "be read; write one object a line, so that a broken one takes no other with it"
            )
        else:
            return


def _of_line(data: bytes, origin: str) -> Iterator[Mention | Refused]:
    """Yield the mention of a line, or those of an array that stands on one."""
    try:
        values = _array(data) if data.startswith(b"[") else [msgspec.Raw(data)]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        values = [msgspec.Raw(data)]
    for value in values:
        yield _item(bytes(value), origin)


def _item(data: bytes, origin: str) -> Mention | Refused:
    try:
        return decode_mention(data)
    except BadMentionError as error:
        return Refused.because(error, origin, data)


def _end_of_value(text: str, at: int) -> int:
    """Return where the JSON value ends that begins here; -1 where it is not whole."""
    try:
        return _value(text, at)[1]
    except (ValueError, RecursionError):
        return -1


def _goes_on(data: bytes) -> bool:
    """Tell whether a line is the beginning of an object that ends in a later one."""
    return data == b"{" or (data[:1] == b"{" and data[-1:] in {b"{", b"[", b",", b":"})


def _utf_8(file: BinaryIO, encoding: str) -> BinaryIO:
    if encoding == "utf-8":
        return file
    if encoding == "utf-8-sig":
        file.read(3)
        return file
    return io.BufferedReader(_Recoded(file, encoding), _CHUNK)


class _Recoded(io.RawIOBase):
    """A text in another encoding, as UTF-8."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
        self._ahead = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._ahead:
            self._ahead = memoryview(self._text.read(_CHUNK).encode())
        taken = self._ahead[: len(buffer)]
        self._ahead = self._ahead[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _skip_rest(file: BinaryIO) -> None:
    while (chunk := file.readline(_CHUNK)) and not chunk.endswith(b"\n"):
        pass

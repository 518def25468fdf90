"""Takes apart what a collector sends, JSON objects one after the other, and knows what its errors mean. Pure.

References
----------
[^1]: developer.talkwalker.com, *Streaming API v3* (``CT_RESULT``, ``CT_CONTROL``, ``CT_ERROR``), *Error codes*.
"""

import codecs
import json
from typing import Any

from msgspec import Struct

from streams.sources.source import SourceError, SourceUnavailableError
from streams.sources.suites.fields import at, text

MOST_CHARS = 8 * 1024 * 1024
"""Of one chunk: a document of some megabytes is none."""
NO_CREDITS = "9"
_PARAMETER = "5"
_LATER = {
    "1": 0.0,
    "2": 0.0,
    "8": 60.0,
    NO_CREDITS: 3600.0,
    "24": 60.0,
    "25": 0.0,
    "30": 60.0,
}
"""Seconds until it is worth another try, by code; other codes only a person can mend."""
_MEANS = {
    "7": "the access token is missing, wrong or inactive",
    "8": "it was asked too often",
    NO_CREDITS: "no credits are left; they come back with the month, or when you buy some",
    "13": "the access token has too few rights",
    "15": "there is no such collector",
    "24": "another connection reads this collector: give Tocsin one of its own",
    "30": "too many streams are read at the same time with this account",
}


class Trouble(Struct, frozen=True):
    """What Talkwalker says is wrong: its own code, words, and the parameter that is meant, where it names one."""

    code: str
    message: str
    parameter: str = ""

    @property
    def is_offset_gone(self) -> bool:
        """Whether the place to go on from is not known any more."""
        return self.code == _PARAMETER and self.parameter == "resume_offset"

    def as_error(self, asked: str) -> SourceError | SourceUnavailableError:
        """Return what to raise."""
        said = f"{asked}: Talkwalker says {self.code} ({_MEANS.get(self.code, self.message) or 'nothing more'})"
        if self.code in _LATER:
            return SourceUnavailableError(said, retry_after_s=_LATER[self.code])
        return SourceError(said)


class Chunks:
    """Gathers the objects of one answer, wherever its pieces are cut.

    Examples
    --------
    >>> chunks = Chunks()
    >>> chunks.add(b'{"a": 1} {"a"'), chunks.add(b': 2}'), chunks.is_whole
    ([{'a': 1}], [{'a': 2}], True)
    """

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._read = json.JSONDecoder().raw_decode
        self._left = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left over."""
        return not self._left

    def add(self, piece: bytes) -> list[Any]:
        """Take the next piece; return the objects that are whole.

        Raises
        ------
        ValueError
            Where it is no text, or what is there cannot be the beginning of an object.
        """
        self._left = (self._left + self._decode.decode(piece)).lstrip()
        whole: list[Any] = []
        while self._left:
            if self._left[0] != "{":
                raise ValueError(f"no JSON object begins with {self._left[:40]!r}")
            try:
                found, end = self._read(self._left)
            except json.JSONDecodeError:
                if len(self._left) > MOST_CHARS:
                    raise
                break
            whole.append(found)
            self._left = self._left[end:].lstrip()
        return whole


def trouble_of(chunk: Any) -> Trouble | None:
    """Return what is wrong, where a chunk or a whole answer says so; it comes with status 200 as well."""
    if not isinstance(chunk, dict):
        return None
    for part in (at(chunk, "chunk_error"), at(chunk, "chunk_error.error"), chunk):
        code = text(part, "status_code", "error_code", "code")
        if code and code != "0":
            return Trouble(code, text(part, "status_message", "message"), text(part, "param"))
    return Trouble("25", "an error without a code") if chunk.get("chunk_type") == "CT_ERROR" else None

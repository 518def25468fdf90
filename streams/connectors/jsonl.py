"""Mentions from a file with one JSON object a line."""

from collections.abc import Iterator
from typing import BinaryIO

from streams.connectors.connector import Refused
from streams.connectors.files import Line, named_failures, open_file
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Mention, decode_mention

_LONGEST = MAX_BYTES + 2
"""A line that is longer, with its line end, is refused without being held in memory."""
_CHUNK = 1 << 16


class JsonLines:
    """Reads ``.jsonl``, ``.jsonl.gz``, ``.jsonl.zst``, or ``-``; blank lines are passed over.

    Parameters
    ----------
    source
        Path of the file, or ``-`` for standard input.
    """

    name = "jsonl"

    def __init__(self, source: str) -> None:
        self.source = source

    def read(self) -> Iterator[Mention | Refused]:
        """Yield each line's mention, or why it is none.

        Raises
        ------
        ConnectorError
            Where the file cannot be opened, or breaks off.
        """
        line = Line()
        with open_file(self.source) as file, named_failures(self.source, line):
            while data := file.readline(_LONGEST):
                line.number += 1
                if len(data) == _LONGEST and not data.endswith(b"\n"):
                    _skip_rest(file)
                data = data.strip()
                if not data:
                    continue
                try:
                    mention = decode_mention(data)
                except BadMentionError as error:
                    yield Refused.because(error, f"{self.source}:{line.number}", data)
                else:
                    yield mention


def _skip_rest(file: BinaryIO) -> None:
    while (chunk := file.readline(_CHUNK)) and not chunk.endswith(b"\n"):
        pass

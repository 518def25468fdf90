"""Makes mentions of a table's rows, once its layout is known."""

import json
import re
from collections.abc import Mapping
from typing import Any

from streams.connectors.cell_times import TimeReader
from streams.connectors.cells import AUTHOR, IDS, is_absent, is_rounded, value_of
from streams.connectors.connector import Refused
from streams.connectors.encoding import UTF_8
from streams.connectors.table_layout import REQUIRED, Layout
from streams.connectors.table_rows import Row
from streams.errors import BadMentionError
from streams.mention import Mention, decode_mention
from streams.text.networks import network_named, reposted

_BROKEN = re.compile("[\udc80-\udcff]")


class RowMentions:
    """Makes mentions of rows.

    Parameters
    ----------
    source
        The file's name, for a person.
    layout
        Which cell is which field.
    constants
        Value by field, for every row.
    times
        Reads the cells of ``published``, row by row.
    encoding
        Of the file: what is refused is kept in it.
    """

    def __init__(
        self, source: str, layout: Layout, constants: Mapping[str, str], times: TimeReader, encoding: str
    ) -> None:
        self._source = source
        self._layout = layout
        self._constants = constants
        self._times = times
        self._encoding = encoding

    def item(self, row: Row, line: int) -> Mention | Refused:
        """Return a row's mention, or why it is none; ``line`` is where it stands in the file."""
        try:
            record = self._record({**self._texts(row), **self._constants})
            if self._layout.suite:
                self._amend(record)
            return decode_mention(json.dumps(record).encode())
        except BadMentionError as error:
            encoding = "utf-8" if self._encoding == UTF_8 else self._encoding
            return Refused.because(
                error, f"{self._source}:{line}", row.text.rstrip("\r\n").encode(encoding, "surrogateescape")
            )

    def _texts(self, row: Row) -> dict[str, str]:
        cells, width = row.cells, self._layout.width
        if row.problem:
            raise BadMentionError("csv", row.problem)
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            raise BadMentionError("csv", f"{len(cells)} fields where the header names {width}")
        texts = {field: self._layout.text(field, cells) for field in self._layout.places}
        for field, text in texts.items():
            if found := _BROKEN.search(text):
                raise BadMentionError(
                    "utf8",
                    f"{field}: byte 0x{ord(found[0]) - 0xDC00:x} is no {self._encoding.upper()}; if the whole file is "
                    "in another encoding, say which with --encoding",
                )
        return texts

    def _record(self, texts: Mapping[str, str]) -> dict[str, Any]:
        record: dict[str, Any] = {}
        author: dict[str, Any] = {}
        for field, text in texts.items():
            if field == "content":
                record[field] = text
            elif is_absent(text):
                if field in REQUIRED:
                    raise BadMentionError(
                        "timestamp" if field == "published" else "schema", f"{field}: the cell is empty"
                    )
            elif field in AUTHOR:
                author[field.removeprefix("author.")] = value_of(field, text)
            elif field == "published":
                record[field] = self._times.read(text).isoformat()
            # A post that answers or repeats another is one all the same where the other's id is spoilt.
            elif field == "id" or field not in IDS or not is_rounded(text):
                record[field] = value_of(field, text)
        return record | ({"author": author} if author else {})

    def _amend(self, record: dict[str, Any]) -> None:
        """Normalise networks' names, recognise X's reposts, and leave out a title that the text contains."""
        if "source" in record and "source" not in self._constants:
            record["source"] = network_named(record["source"])
        if "name" in record and record["name"] in record["content"]:
            del record["name"]
        if record.get("source") == "twitter" and "repost_of" not in record and (of := reposted(record["content"])):
            record["repost_of"] = of

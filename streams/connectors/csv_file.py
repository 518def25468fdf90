"""Mentions from a table: which column is which field is said by the caller."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from streams.connectors.connector import ConnectorError, Refused
from streams.connectors.files import Line, named_failures, open_file
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Author, Mention, decode_mention

_AUTHOR = {f"author.{field}" for field in Author.__struct_fields__}
_FIELDS = ({*Mention.__struct_fields__} - {"author"}) | _AUTHOR
_NUMBERS = {"likes", "replies", "reposts", "views", "author.followers"}
_REQUIRED = ("id", "published", "content")
_TRUE, _FALSE = {"true", "1", "yes"}, {"false", "0", "no"}


class CsvFile:
    """Reads ``.csv``, ``.csv.gz``, ``.csv.zst`` or ``-``; the first row names the columns.

    A column that bears a field's own name is taken for it unless ``columns`` uses it otherwise; the others are
    left out. ``tags`` are split at spaces and commas.

    Parameters
    ----------
    source
        Path of the file, or ``-`` for standard input.
    columns
        Column by field: ``{"content": "text", "author.id": "name"}``.
    constants
        Value by field, for every row: ``{"source": "twitter"}``.
    time_format
        ``strptime`` format of ``published``; empty for RFC 3339 (a space may stand for the ``T``).
    time_zone
        Zone of times that name none, e.g. ``America/New_York``; empty refuses such times.

    Raises
    ------
    ConnectorError
        Where a field or the time zone is unknown.
    """

    name = "csv"

    def __init__(
        self,
        source: str,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, str] | None = None,
        time_format: str = "",
        time_zone: str = "",
    ) -> None:
        self.source = source
        self.columns = dict(columns or {})
        self.constants = dict(constants or {})
        for field in (*self.columns, *self.constants):
            if field not in _FIELDS:
                raise ConnectorError(f"{field!r} is no field of a mention; choose of {', '.join(sorted(_FIELDS))}")
        self._time_format = time_format
        try:
            self._time_zone = ZoneInfo(time_zone) if time_zone else None
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ConnectorError(f"{time_zone!r} is no time zone; give one such as America/New_York") from error

    def read(self) -> Iterator[Mention | Refused]:
        """Yield each row's mention, or why it is none.

        Raises
        ------
        ConnectorError
            Where the file cannot be opened, breaks off, or lacks a column that is needed.
        """
        csv.field_size_limit(MAX_BYTES)
        line = Line()
        with open_file(self.source) as file, named_failures(self.source, line):
            text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
            rows = csv.reader(text)
            header = next(rows, [])
            places = self._places(header)
            while True:
                line.number = rows.line_num
                origin = f"{self.source}:{line.number + 1}"
                try:
                    row = next(rows)
                except StopIteration:
                    break
                except csv.Error as error:
                    yield Refused(origin=origin, reason="csv", detail=str(error), data=b"")
                    continue
                if row:
                    yield self._mention(row, len(header), places, origin)

    def _places(self, header: list[str]) -> dict[str, int]:
        taken = {*self.columns.values()}
        places = {name: i for i, name in enumerate(header) if name in _FIELDS and name not in taken}
        for field, column in self.columns.items():
            if column not in header:
                raise ConnectorError(f"{self.source}:1: no column {column!r}; there are {', '.join(header) or 'none'}")
            places[field] = header.index(column)
        for field in _REQUIRED:
            if field not in places and field not in self.constants:
                raise ConnectorError(
                    f"{self.source}:1: no column for {field}; name one with --column {field}=COLUMN, "
                    f"of {', '.join(header)}"
                )
        return places

    def _mention(self, row: list[str], width: int, places: Mapping[str, int], origin: str) -> Mention | Refused:
        try:
            texts = _texts(row, width, places) | self.constants
            return decode_mention(json.dumps(self._record(texts)).encode())
        except BadMentionError as error:
            data = io.StringIO()
            csv.writer(data, lineterminator="").writerow(row)
            return Refused.because(error, origin, data.getvalue().encode(errors="surrogateescape"))

    def _record(self, texts: Mapping[str, str]) -> dict[str, Any]:
        record: dict[str, Any] = {}
        author: dict[str, Any] = {}
        for field, text in texts.items():
            # An empty cell is an absent value, except where the field may not be absent.
            if not text and field not in _REQUIRED:
                continue
            if field in _AUTHOR:
                author[field.removeprefix("author.")] = _value(field, text)
            else:
                record[field] = self._time(text) if field == "published" else _value(field, text)
        return record | ({"author": author} if author else {})

    def _time(self, text: str) -> str:
        try:
            if self._time_format:
                time = dt.datetime.strptime(text, self._time_format)  # noqa: DTZ007 - the zone follows below
            else:
                time = dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise BadMentionError("timestamp", f"published: {error}") from error
        if time.tzinfo is None:
            if self._time_zone is None:
                raise BadMentionError("timestamp", f"published: {text!r} names no offset; say which time zone it is in")
            time = time.replace(tzinfo=self._time_zone)
        return time.isoformat()


def _texts(row: list[str], width: int, places: Mapping[str, int]) -> dict[str, str]:
    if len(row) != width:
        raise BadMentionError("csv", f"{len(row)} fields where the header names {width}")
    return {field: row[place] for field, place in places.items()}


def _value(field: str, text: str) -> object:
    if field in _NUMBERS:
        try:
            return int(float(text))
        except (ValueError, OverflowError) as error:
            raise BadMentionError("schema", f"{field}: expected a number, found {text!r}") from error
    if field == "deleted":
        if text.lower() not in _TRUE | _FALSE:
            raise BadMentionError("schema", f"deleted: expected true or false, found {text!r}")
        return text.lower() in _TRUE
    if field == "tags":
        return [tag.lstrip("#") for tag in text.replace(",", " ").split()]
    return text

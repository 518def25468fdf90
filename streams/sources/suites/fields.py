"""Reads fields of a JSON document by their paths: the first that says something, in whichever form it comes."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any

from streams.errors import BadMentionError
from streams.text.html_text import text_of_html

_EPOCH_MS = 1e11
"""As seconds that is the year 5138: numbers above it are milliseconds."""


def at(document: Any, path: str) -> Any:
    """Return what stands at a path, names between dots, a number for a place in a list; ``None`` where nothing does.

    Examples
    --------
    >>> at({"author": {"name": "Ann"}}, "author.name"), at({"author": "Ann"}, "author.name")
    ('Ann', None)
    >>> at({"texts": ["a", "b"]}, "texts.1"), at({"texts": ["a", "b"]}, "texts.2")
    ('b', None)
    """
    for name in path.split("."):
        if isinstance(document, list) and name.isascii() and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        elif isinstance(document, Mapping):
            document = document.get(name)
        else:
            return None
    return document


def text(document: Any, *paths: str) -> str:
    """Return the first text that says something, or number as text; empty where there is none.

    Examples
    --------
    >>> text({"id": 7, "name": " "}, "name", "id"), text({"name": ["x"]}, "name")
    ('7', '')
    """
    for path in paths:
        found = at(document, path)
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        if isinstance(found, str) and (said := found.strip()):
            return said
    return ""


def plain(document: Any, *paths: str) -> str:
    """Return the first text that says something, without its markup: suites mark what their search has found.

    Examples
    --------
    >>> plain({"text": "Why <b>Northside</b> &amp; others"}, "text")
    'Why Northside & others'
    """
    for path in paths:
        if said := text_of_html(text(document, path)):
            return said
    return ""


def count(document: Any, *paths: str) -> int:
    """Return the first number that is 0 or more, whole; 0 where there is none.

    Examples
    --------
    >>> count({"a": None, "b": "1,204"}, "a", "b"), count({"a": 3.0}, "a"), count({"a": -1}, "a")
    (1204, 3, 0)
    """
    for path in paths:
        found = at(document, path)
        if isinstance(found, str):
            digits = found.replace(",", "").strip()
            found = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None
        if isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found) and found >= 0:
            return int(found)
    return 0


def moment(document: Any, *paths: str) -> dt.datetime:
    """Return the first moment: ISO 8601, in UTC where it states no offset, or seconds or milliseconds since the epoch.

    Raises
    ------
    BadMentionError
        Where there is none, reason ``timestamp``; it names the fields.

    Examples
    --------
    >>> moment({"date": "2026-03-01T14:00:00.500+0000"}, "date").isoformat()
    '2026-03-01T14:00:00.500000+00:00'
    >>> moment({"published": 1647500401000}, "published").isoformat()
    '2022-03-17T07:00:01+00:00'
    """
    for path in paths:
        found = at(document, path)
        try:
            if isinstance(found, str) and found.strip():
                read = dt.datetime.fromisoformat(found.strip())
                return read if read.tzinfo else read.replace(tzinfo=dt.UTC)
            if isinstance(found, int | float) and not isinstance(found, bool):
                return dt.datetime.fromtimestamp(found / 1000 if found >= _EPOCH_MS else found, dt.UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise BadMentionError("timestamp", f"{path}: {str(found)[:60]!r} is no moment ({error})") from error
    raise BadMentionError("timestamp", f"{' or '.join(paths)}: there is no moment of publication")


def texts(document: Any, *paths: str) -> tuple[str, ...]:
    """Return the texts of the first list that has some, those of its objects' ``name`` or ``id`` too.

    Examples
    --------
    >>> texts({"tags": ["a", {"name": "b"}, None, 7]}, "tags")
    ('a', 'b', '7')
    """
    for path in paths:
        found = at(document, path)
        if isinstance(found, list) and (said := tuple(_texts(found))):
            return said
    return ()


def _texts(found: list[Any]) -> Iterator[str]:
    for item in found:
        if said := text(item, "name", "id") if isinstance(item, Mapping) else text({"it": item}, "it"):
            yield said

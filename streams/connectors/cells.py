"""Cells of a table as values of a mention's fields: counts, flags and tags as exports write them, and absent ones."""

import re

from streams.errors import BadMentionError
from streams.mention import Author

AUTHOR = frozenset(f"author.{field}" for field in Author.__struct_fields__)
COUNTS = frozenset({"likes", "replies", "reposts", "views", "author.followers"})
IDS = frozenset({"id", "in_reply_to", "quote_of", "repost_of"})

_ABSENT = frozenset(("", "n/a", "#n/a", "na", "nan", "null", "none", "nil", "\\n", "-", "–", "—"))
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
_SPACES = str.maketrans("", "", " \u00a0\u202f'’_")
_GROUPED = re.compile(r"(\d{1,3}(?:([.,])\d{3}(?:\2\d{3})*)?|\d+)(?:[.,]0*)?")
_SHORT = re.compile(r"(\d+(?:[.,]\d+)?)([kmb])", re.IGNORECASE)
_TIMES = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_LONG = re.compile(r"\d{16,}")


def is_absent(text: str) -> bool:
    """Tell whether a cell says that there is nothing: empty, ``N/A``, ``null``, a dash."""
    return text.strip().lower() in _ABSENT


def says_nothing(field: str, text: str) -> bool:
    """Tell whether another column may know more of a field: nothing stands there, a count of 0, or a rounded id."""
    return is_absent(text) or (field in COUNTS and text.strip() == "0") or (field in IDS and is_rounded(text))


def value_of(field: str, text: str) -> object:
    """Return a cell as its field's value.

    Raises
    ------
    BadMentionError
        Where it is none; the detail names the field.
    """
    if field in COUNTS:
        return count_of(field, text)
    if field == "deleted":
        if text.strip().lower() not in _TRUE | _FALSE:
            raise BadMentionError("schema", f"deleted: expected true or false, found {text!r}")
        return text.strip().lower() in _TRUE
    if field == "tags":
        return [tag.lstrip("#") for tag in re.split(r"[\s,;|]+", text) if tag.strip("#")]
    if field in IDS and is_rounded(text):
        raise BadMentionError(
            "id",
            f"{field}: {text!r} was rounded by a spreadsheet, and many posts share it; export the ids as text, or take "
            f"another column, such as --column {field}=URL",
        )
    return text


def count_of(field: str, text: str) -> int:
    """Return a count, with thousands grouped in any way, or shortened.

    A count is whole, so a point or comma before three digits groups, and one before noughts alone ends it.

    Raises
    ------
    BadMentionError
        Where it is none.

    Examples
    --------
    >>> [count_of("likes", text) for text in ("1,234", "1.234.567", "1 234", "12.0", "1.2K", "3M", "1,234.00", "1E+05")]
    [1234, 1234567, 1234, 12, 1200, 3000000, 1234, 100000]
    """
    plain = text.strip().translate(_SPACES)
    if grouped := _GROUPED.fullmatch(plain):
        return int(re.sub(r"[.,]", "", grouped[1]))
    if short := _SHORT.fullmatch(plain):
        return round(float(short[1].replace(",", ".")) * _TIMES[short[2].lower()])
    try:
        return int(float(plain))
    except (ValueError, OverflowError) as error:
        raise BadMentionError("schema", f"{field}: expected a number, found {text!r}") from error


def is_rounded(text: str) -> bool:
    """Tell whether a spreadsheet has taken an id for a number and rounded it, as in ``1.43E+18``."""
    return _ROUNDED.fullmatch(text.strip()) is not None


def are_rounded(ids: list[str]) -> bool:
    """Tell whether a table's long ids all end in noughts: a spreadsheet keeps fifteen figures."""
    long = [text.strip() for text in ids if _LONG.fullmatch(text.strip())]
    return len(long) >= 3 and all(text.endswith("0" * (len(text) - 15)) for text in long)

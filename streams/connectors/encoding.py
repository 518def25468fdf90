"""Which encoding a text is in: by its byte order mark, by being UTF-8, or by its letters where they are plain."""

import codecs

from charset_normalizer import from_bytes

from streams.connectors.connector import ConnectorError

HEAD = 1 << 18
"""Bytes looked at."""

UTF_8 = "utf-8"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = (
    (b"PK\x03\x04", "a workbook (.xlsx) or another zip archive: give it with its own ending, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls): save it as .xlsx or CSV UTF-8"),
    (b"%PDF", "a PDF: export a table"),
    (b"Rar!", "a RAR archive: unpack it"),
    (b"BZh", "compressed with bzip2: unpack it, or use .gz or .zst"),
    (b"\xfd7zXZ", "compressed with xz: unpack it, or use .gz or .zst"),
)
_LIKELY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "cp932", "euc_jp",
    "gb18030", "big5", "euc_kr", "mac_roman",
]  # fmt: skip
_FEW = 3
"""Bytes that are no UTF-8: up to so many are broken rows, more are another encoding."""
_ALL_OF_ONE = 0.9
_PLAIN, _NEAR = 0.05, 0.1


def find_encoding(head: bytes, origin: str, stated: str = "") -> str:
    r"""Return the encoding of a text by its beginning.

    Parameters
    ----------
    head
        The first ``HEAD`` bytes.
    origin
        Its name, for a person.
    stated
        What the caller says it is; a byte order mark that says otherwise wins.

    Raises
    ------
    ConnectorError
        Where it is no text, the stated encoding is unknown, or several encodings are as likely.

    Examples
    --------
    >>> find_encoding("id;text\\n1;Müller".encode("utf-16"), "x.csv"), find_encoding(b"id,text", "x.csv")
    ('utf-16', 'utf-8')
    """
    for begin, what in _NO_TEXT:
        if head.startswith(begin):
            raise ConnectorError(f"{origin}: this is no table of text but {what}")
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if stated:
        try:
            return codecs.lookup(stated).name
        except LookupError as error:
            raise ConnectorError(
                f"--encoding {stated!r} is unknown; write one such as utf-8, utf-16, cp1252"
            ) from error
    if b"\0" in head:
        return _without_mark(head, origin)
    broken, whole = _counted(head)
    return UTF_8 if broken <= _FEW or whole > broken else _by_letters(head, origin)


def _without_mark(head: bytes, origin: str) -> str:
    """UTF-16 whose mark was lost: in a table nearly every other byte is 0."""
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) > _ALL_OF_ONE / 2 * half and not head[::2].count(0):
        return "utf-16-le"
    if head[::2].count(0) > _ALL_OF_ONE / 2 * half and not head[1::2].count(0):
        return "utf-16-be"
    raise ConnectorError(
        f"{origin}: this is no text: there is a zero byte at {head.index(0)}; give a table or JSON lines"
    )


def _counted(head: bytes) -> tuple[int, int]:
    """Count the bytes that are no UTF-8, and the characters beyond ASCII that are."""
    text = head.decode(UTF_8, "surrogateescape")
    broken = sum("\udc80" <= character <= "\udcff" for character in text[:-4])
    beyond = sum(character > "\x7f" for character in text[:-4])
    return broken, beyond - broken


def _by_letters(head: bytes, origin: str) -> str:
    """Choose where one encoding stands alone, or where all that are as likely read the text alike."""
    found = list(from_bytes(head, cp_isolation=_LIKELY))
    if found:
        best = found[0]
        rivals = [other for other in found[1:] if other.chaos <= best.chaos + _NEAR]
        if "cp1252" in best.could_be_from_charset and best.chaos <= _PLAIN and best.coherence > 0:
            return "cp1252"
        if not rivals:
            return best.encoding
    names = dict.fromkeys(name for match in found[:4] for name in match.could_be_from_charset if name in _LIKELY)
    named = f" ({', '.join(names)} are possible)" if names else ""
    at = _first_error(head)
    line = head.count(b"\n", 0, at) + 1
    raise ConnectorError(
        f"{origin}:{line}: not UTF-8 (at byte {at}), and which encoding it is cannot be told"
        f"{named}; say it with --encoding, such as --encoding cp1252"
    )


def _first_error(head: bytes) -> int:
    try:
        head.decode(UTF_8)
    except UnicodeDecodeError as error:
        return error.start
    return 0

"""The characters of a feed's document, whose own word on its encoding is often wrong. Pure."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_WITHOUT_BOM = ((b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be"), (b"<\x00r\x00", "utf-16-le"))
_STATED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_DECLARATION = re.compile(r"\A<\?xml[^>]*\?>")
_STATEFUL = ("iso2022", "hz", "utf-7")
"""Encodings that write everything in ASCII's bytes: UTF-8 cannot be told from them by its look."""
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NO_DOCUMENTS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
"""Python's own ways to write text in bytes."""
_BROKEN = "\N{REPLACEMENT CHARACTER}"
_FALLBACK = "cp1252"
_BEFORE = "\N{ZERO WIDTH NO-BREAK SPACE} \t\r\n\0"


def decode(document: bytes, content_type: str = "") -> str:
    r"""Return a document as text, without the XML declaration and the white space before it.

    What is said of the encoding is believed less than the bytes: those that make well-formed UTF-8, with a character
    beyond ASCII, are UTF-8. Only then counts what the HTTP header says, then the XML declaration; Latin 1 means
    Windows-1252, as in browsers. A document of UTF-8 with a few bytes that are none keeps all the others.

    Parameters
    ----------
    document
        As it came.
    content_type
        The header of the answer.

    Examples
    --------
    >>> decode('<?xml version="1.0" encoding="iso-8859-1"?><a>Käse</a>'.encode("utf-8"))
    '<a>Käse</a>'
    >>> decode('\n<?xml version="1.0" encoding="utf-8"?><a>Käse – “ok”</a>'.encode("cp1252"))
    '<a>Käse – “ok”</a>'
    """
    text = _decoded(document, content_type)
    return _DECLARATION.sub("", text.lstrip(_BEFORE), count=1)


def _decoded(document: bytes, content_type: str) -> str:
    for mark, encoding in _BOMS:
        if document.startswith(mark):
            return document[len(mark) :].decode(encoding, "replace")
    for beginning, encoding in _WITHOUT_BOM:
        if document.startswith(beginning):
            return document.decode(encoding, "replace")
    stated = [name for name in (_charset(content_type), _in_declaration(document)) if _is_known(name)]
    is_ascii = document.isascii()
    if is_ascii and not any(codecs.lookup(name).name.startswith(_STATEFUL) for name in stated):
        return document.decode("ascii")
    if not is_ascii and (text := _strictly(document, "utf-8")) is not None:
        return text
    for name in stated:
        encoding = _meant(name)
        if encoding == "utf-8":
            break
        if (text := _strictly(document, encoding)) is not None:
            return text
    return _mostly(document)


def _mostly(document: bytes) -> str:
    """Read UTF-8 in which some bytes are broken, or else what Windows writes."""
    whole = len(_MULTIBYTE.findall(document))
    text = document.decode("utf-8", "replace")
    return text if whole > text.count(_BROKEN) else document.decode(_FALLBACK, "replace")


def _strictly(document: bytes, encoding: str) -> str | None:
    try:
        return document.decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _charset(content_type: str) -> str:
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def _in_declaration(document: bytes) -> str:
    found = _STATED.match(document[:1000])
    return found[1].decode("ascii") if found else ""


def _is_known(name: str) -> bool:
    """Whether a name is one of an encoding of texts that a document which begins with ``<`` can be in."""
    try:
        b"".decode(name)
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return False
    return not known.startswith(("utf-16", "utf-32")) and known not in _NO_DOCUMENTS


def _meant(name: str) -> str:
    known = codecs.lookup(name).name
    return {"iso8859-1": _FALLBACK, "ascii": _FALLBACK, "gb2312": "gb18030", "gbk": "gb18030"}.get(known, known)

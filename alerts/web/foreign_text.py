"""Text that strangers wrote, made harmless to look at. Escaping is the template's business."""

import unicodedata
from urllib.parse import urlsplit

_JOINERS = "\u200c\u200d"
"""Invisible, but Persian and family emoji are misspelt without them."""
_MOST_MARKS = 4
"""Combining marks kept on one letter; Vietnamese needs two, “Zalgo” text piles up dozens."""


def plain(text: str, limit: int = 500) -> str:
    r"""Return text on one line without control, bidi or lone surrogate characters, cut at ``limit`` characters.

    Examples
    --------
    >>> plain("pay\u202e now\x00 \n <b>")
    'pay now <b>'
    """
    kept: list[str] = []
    marks = 0
    for char in text[: 4 * limit]:
        category = unicodedata.category(char)
        if category[0] == "Z" or char in "\t\n\r\x0b\x0c\x85":
            kept.append(" ")
        elif category[0] == "C" and char not in _JOINERS:
            continue
        elif category in {"Mn", "Me"}:
            marks += 1
            if marks <= _MOST_MARKS:
                kept.append(char)
            continue
        else:
            kept.append(char)
        marks = 0
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def web_address(url: str) -> str:
    """Return an address that may be linked to, or nothing: http and https alone, with a host and no password.

    Examples
    --------
    >>> web_address("https://bsky.app/profile/a/post/b"), web_address("javascript:alert(1)")
    ('https://bsky.app/profile/a/post/b', '')
    """
    url = url.strip()
    if len(url) > 2048 or any(unicodedata.category(char)[0] in "CZ" for char in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or "\\" in url:
        return ""
    return url


def host_of(url: str) -> str:
    """Return the host of an address as a person should read it: letters that only look Latin are spelt out.

    Examples
    --------
    >>> host_of("https://www.bbc.co.uk/news/1"), host_of("https://аpple.com/")
    ('bbc.co.uk', 'xn--pple-43d.com')
    """
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return plain(host, 60)

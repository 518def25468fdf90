"""Text that strangers wrote, made harmless to look at on every surface. Escaping is the surface's business."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

import idna

LONGEST_ADDRESS = 4096
"""Of an address as it is sent, percent-encoded: what browsers, mail programs and chats all take."""
LEFT_OUT = "[address left out]"
_JOINERS = "\u200c\u200d"
"""Invisible, but Persian and family emoji are misspelt without them."""
_FIRST_MARK = "\u0300"
"""Below it no letter has marks of its own."""
_MOST_MARKS = 4
"""Combining marks kept on one letter; Vietnamese needs two, “Zalgo” text piles up dozens."""
_HIDDEN_JOINERS = re.compile(rf"(?<![^ {_JOINERS}])[{_JOINERS}]+|[{_JOINERS}]+(?=[ {_JOINERS}]|$)")
"""Those that join nothing."""
_IN_AN_ADDRESS = r"""[^\s“”‘’«»<>"|`]"""
_ADDRESSES = re.compile(
    rf"(?:(?:[a-z][a-z0-9+.-]*://|file:|(?:javascript|vbscript):|data:[a-z]+/)(?={_IN_AN_ADDRESS})|\\\\){_IN_AN_ADDRESS}*",
    re.IGNORECASE,
)
"""What a mail program or a chat makes a link of by itself; of two backslashes also where only our words follow."""
_AFTER_AN_ADDRESS = ".,;:!?…)]}>\"'"
_LONGEST_HOST = 253
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


def sanitise(text: str, limit: int = 500) -> str:
    r"""Return text on one line, harmless to look at, cut at ``limit`` characters.

    Without control, bidi or lone surrogate characters, and without addresses that may not be linked to (see
    ``web_address``): whoever shows the text may make links of what looks like one.

    Examples
    --------
    >>> sanitise("pay\u202e now\x00 \n <b>")
    'pay now <b>'
    >>> sanitise("see https://bbc.co.uk/news and file:///etc/passwd, or http://bank.example@evil.example/")
    'see https://bbc.co.uk/news and [address left out], or [address left out]'
    """
    text = text[: 4 * limit]
    line = text if text.isprintable() and max(text, default="") < _FIRST_MARK else _printable(text)
    line = _HIDDEN_JOINERS.sub("", " ".join(line.split()))
    if ":" in line or "\\" in line:
        line = " ".join(_ADDRESSES.sub(_harmless, line).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip(f" {_JOINERS}") + "…"


def _printable(text: str) -> str:
    """Return text without what is not to be seen, and with a few marks on a letter only."""
    kept: list[str] = []
    marks = 0
    for char in text:
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
    return "".join(kept)


def _harmless(found: re.Match[str]) -> str:
    written = found[0]
    address = written.rstrip(_AFTER_AN_ADDRESS)
    return written if web_address(address) else LEFT_OUT + written[len(address) :]


def web_address(url: str) -> str:
    """Return an address that may be linked to, as it is sent, or nothing where there is none.

    http and https alone, with a host and without a password; percent-encoded, the host in ASCII. So its length is
    what every surface will measure, and nothing in it can end a link early.

    Examples
    --------
    >>> web_address("https://bsky.app/profile/a/post/b"), web_address("javascript:alert(1)"), web_address("http://[")
    ('https://bsky.app/profile/a/post/b', '', '')
    >>> web_address("https://faß.example/ข่าว?a=1&b=<2>")
    'https://xn--fa-hia.example/%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7?a=1&b=%3C2%3E'
    """
    url = url.strip()
    if len(url) > LONGEST_ADDRESS or not url.isprintable() or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        host, port = _ascii_host(parts.hostname or "", parts.netloc), parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or "\\" in url:
        return ""
    sent = f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{quote(parts.path, safe=_IN_A_PATH)}"
    if parts.query:
        sent += f"?{quote(parts.query, safe=_IN_A_QUERY)}"
    if parts.fragment:
        sent += f"#{quote(parts.fragment, safe=_IN_A_QUERY)}"
    return sent if len(sent) <= LONGEST_ADDRESS else ""


_IN_A_PATH = "/:@!$&'()*+,;=~%"
_IN_A_QUERY = f"{_IN_A_PATH}?[]"


def _ascii_host(host: str, netloc: str) -> str:
    """Return a host in ASCII, or nothing where it cannot be one.

    Raises
    ------
    ValueError
        Where its letters are in no domain name.
    """
    if ":" in host:
        host = f"[{host}]"
    elif host.isascii():
        # As it is written: some are case-sensitive to the eye alone, and old ones hold underscores.
        host = netloc[: len(host)]
    else:
        host = idna.encode(host, uts46=True).decode()
    return host if _HOST.fullmatch(host) and len(host) <= _LONGEST_HOST else ""


def host_of(url: str) -> str:
    """Return the host of an address as a person should read it: letters that only look Latin are spelt out.

    Examples
    --------
    >>> host_of("https://www.bbc.co.uk/news/1"), host_of("https://аpple.com/")
    ('bbc.co.uk', 'xn--pple-43d.com')
    """
    return (urlsplit(web_address(url)).hostname or "").removeprefix("www.")

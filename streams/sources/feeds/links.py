"""Addresses that stand in feeds: made whole, unwrapped, and freed of what only counts clicks. Pure."""

import re
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_WRAPPER_HOST = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")
_COUNTING = re.compile(
    r"utm_\w+|fbclid|gclid|mc_cid|mc_eid|at_medium|at_campaign|ns_\w+|cmp|xtor|ref_src", re.IGNORECASE
)
"""Parameters by which publishers count where their readers come from; they name no other page."""
_OF_HEADER = re.compile(r"<([^<>]*)>([^<]*)")
_RELATION = re.compile(r"""\brel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.IGNORECASE)
_GLOBAL = re.compile(r"(?:tag:[^\s:]+:|urn:(?:uuid|isbn|doi|ietf|nbn):)\S+", re.IGNORECASE)


def absolute(link: str, url: str) -> str:
    """Return a link as a whole address of the web; empty where it is none.

    Examples
    --------
    >>> absolute("../a", "https://e.example/feeds/x"), absolute("javascript:alert(1)", "https://e.example/")
    ('https://e.example/a', '')
    """
    try:
        there = urljoin(url, link.strip()) if link.strip() else ""
        parts = urlsplit(there)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return there if is_web else ""


def unwrapped(link: str) -> str:
    """Return the page that a link of Google Alerts leads to; any other link as it is.

    Examples
    --------
    >>> unwrapped("https://www.google.com/url?rct=j&sa=t&url=https://e.example/a%3Fb%3D1&ct=ga&usg=x")
    'https://e.example/a?b=1'
    >>> unwrapped("https://www.google.com/url?url=javascript:alert(1)")
    ''
    """
    parts = urlsplit(link)
    if parts.path != "/url" or not _WRAPPER_HOST.fullmatch(parts.hostname or ""):
        return link
    query = parse_qs(parts.query)
    targets = query.get("url") or query.get("q") or [""]
    return absolute(targets[0], "")


def normal(link: str) -> str:
    """Return an address without what only counts clicks, so that one page has one address.

    Examples
    --------
    >>> normal("https://E.example/a?id=7&utm_source=rss#comment-2"), normal("https://e.example?fbclid=x#xtor=RSS-1")
    ('https://e.example/a?id=7#comment-2', 'https://e.example/')
    """
    parts = urlsplit(link)
    query = parts.query
    if _COUNTING.search(query):
        pairs = parse_qsl(query, keep_blank_values=True)
        query = urlencode([(name, value) for name, value in pairs if not _COUNTING.fullmatch(name)])
    fragment = "" if _COUNTING.match(parts.fragment) else parts.fragment
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", query, fragment))


def is_page(link: str) -> bool:
    """Whether an address can be one of a single post: it names more than a site.

    Examples
    --------
    >>> is_page("https://e.example/2026/a"), is_page("https://e.example/?p=7"), is_page("https://e.example/")
    (True, True, False)
    """
    parts = urlsplit(link)
    return parts.path not in {"", "/"} or bool(parts.query)


def is_global(guid: str) -> bool:
    """Whether an id means the same post everywhere: an address of the web, a ``tag:`` or a ``urn:``.

    Examples
    --------
    >>> [is_global(guid) for guid in ("https://e.example/?p=7", "tag:e.example,2026:7", "7", "yt:video:x", "urn:x")]
    [True, True, False, False, False]
    """
    if _GLOBAL.fullmatch(guid):
        return True
    return absolute(guid, "") == guid and is_page(guid)


def linked(header: str, relation: str) -> str:
    """Return the address that an HTTP header ``Link`` gives for a relation; empty where it gives none.

    Examples
    --------
    >>> linked('<https://e.example/?p=1>; rel="prev", <https://e.example/?p=3>; rel="next last"', "next")
    'https://e.example/?p=3'
    """
    for there, rest in _OF_HEADER.findall(header):
        found = _RELATION.search(rest)
        if found and relation in (found[1] or found[2] or "").lower().split():
            return str(there)
    return ""


def host(link: str) -> str:
    """Return the host of an address without ``www.``; empty where there is none.

    Examples
    --------
    >>> host("https://www.e.example:8080/a"), host("")
    ('e.example', '')
    """
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""

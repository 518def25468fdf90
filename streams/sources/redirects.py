"""Where an answer sends us, and what may go along. Pure."""

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from streams.sources.addresses import shown
from streams.sources.source import SourceError

MOST = 5
MOVED = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
_KEEP_METHOD = frozenset({307, 308})
_PUBLIC_HEADERS = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since", "content-type"})
"""Those that may go to another host; any other may hold a key."""


def target(url: str, location: str, shown_as: str = "") -> str:
    """Return the whole address that a ``Location`` names; ``shown_as`` stands for ``url`` in messages.

    Raises
    ------
    SourceError
        Where it is none of the web.

    Examples
    --------
    >>> target("https://a.example/x/feed", "../rss")
    'https://a.example/rss'
    >>> target("https://a.example/feed", "file:///etc/passwd")
    Traceback (most recent call last):
    streams.sources.source.SourceError: https://a.example/feed sends us to file:///etc/passwd, which is no web address
    """
    try:
        there = urljoin(url, location.strip())
        parts = urlsplit(there)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port  # raises where it is no number
    except ValueError:
        there, is_web = location, False
    if not is_web:
        raise SourceError(f"{shown_as or shown(url)} sends us to {shown(there)[:200]}, which is no web address")
    return there


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port.

    Examples
    --------
    >>> origin("https://A.example/x"), origin("http://a.example:8080/")
    (('https', 'a.example', 443), ('http', 'a.example', 8080))
    """
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def keeps_method(method: str, status: int) -> bool:
    """Whether the next request is of the same method, with the same body; else it is a GET without one."""
    return method == "GET" or status in _KEEP_METHOD


def public(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that may go to another host.

    Examples
    --------
    >>> public({"Accept": "text/html", "X-Api-Key": "secret"})
    {'Accept': 'text/html'}
    """
    return {name: value for name, value in headers.items() if name.lower() in _PUBLIC_HEADERS}

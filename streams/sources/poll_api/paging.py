"""What the page behind one is asked for with. Pure."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from streams.sources.feeds.links import linked
from streams.sources.poll_api.settings import Pages
from streams.sources.source import SourceError
from streams.sources.suites.fields import text

ADDRESS = "address:"
"""Before what leads to the page behind by itself."""


def next_page(pages: Pages | None, cursor: str, body: Any, *, link: str, url: str, posts: int) -> str:
    """Return what the page behind is asked for with; empty where there is none.

    Parameters
    ----------
    cursor
        What this one was asked for with.
    body, link, url
        The answer, its header ``Link``, and where it came from.
    posts
        How many it lists: where pages have numbers, an empty one is the last.

    Raises
    ------
    SourceError
        Where it is at another host: what lets us in is not for that.
    """
    if pages is None:
        return ""
    if pages.first is not None:
        return str(int(cursor or pages.first) + pages.step) if posts else ""
    if pages.header:
        return _address(linked(link, "next"), url)
    said = text(body, pages.next or "")
    return said if pages.parameter else _address(said, url)


def _address(said: str, url: str) -> str:
    if not said:
        return ""
    there = urljoin(url, said)
    if urlsplit(there)[:2] != urlsplit(url)[:2]:
        raise SourceError(
            f"pages.next: it is at {urlsplit(there).netloc or there[:60]}, and only {urlsplit(url).netloc} is asked"
        )
    return ADDRESS + there

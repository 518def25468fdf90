"""A feed's address: it may be a secret, so that it is told to nobody whole. Pure."""

import hashlib
import re
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct

from streams.sources.addresses import shown

_IN_TEXT = re.compile(r"https?://[^\s,;()'\"<>]+")


class FeedAddress(Struct, frozen=True, kw_only=True):
    """One feed as it is configured.

    Parameters
    ----------
    url
        Secret.
    place
        In the configuration, 1 for the first.
    """

    url: str
    place: int

    @property
    def key(self) -> str:
        """What stands for it in the position and in the ids of posts that have none of their own."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:16]

    @property
    def label(self) -> str:
        """What stands for it in messages: its place in the list and its host."""
        return f"feed {self.place} ({urlsplit(self.url).hostname or 'no host'})"

    def asked(self, moved_to: str) -> str:
        """Return the address to ask, after it has moved to another host or scheme."""
        if not moved_to:
            return self.url
        there, here = urlsplit(moved_to), urlsplit(self.url)
        return urlunsplit((there.scheme, there.netloc, here.path, here.query, ""))

    def moved(self, to: str) -> str:
        """Return scheme and host of a new address that is the old one but for these; empty where more has changed."""
        there, here = urlsplit(to), urlsplit(self.url)
        is_same = (there.path or "/", there.query) == (here.path or "/", here.query) and "@" not in there.netloc
        return f"{there.scheme}://{there.netloc}" if to and is_same else ""

    def without_address(self, message: str) -> str:
        """Return a message in which this feed's address, and any other, is cut to its host.

        Examples
        --------
        >>> address = FeedAddress(url="https://www.google.com/alerts/feeds/01/02", place=3)
        >>> address.without_address("GET https://www.google.com/alerts/feeds/01/02: 404 Not Found")
        'feed 3 (www.google.com): 404 Not Found'
        >>> address.without_address("it sends us to https://e.example/01/02?key=x")
        'it sends us to https://e.example/…'
        """
        mine = message.replace(f"GET {shown(self.url)}", self.label).replace(shown(self.url), self.label)
        return _IN_TEXT.sub(_host_alone, mine)


def _host_alone(found: re.Match[str]) -> str:
    try:
        parts = urlsplit(found[0].rstrip(":."))
        host = parts.hostname or ""
    except ValueError:
        return "(an address)"
    rest = found[0][len(found[0].rstrip(":.")) :]
    return f"{parts.scheme}://{host}{'/…' if parts.path.strip('/') or parts.query else ''}{rest}"

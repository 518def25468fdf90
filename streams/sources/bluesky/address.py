"""What a host is asked for: the address of a subscription on either wire. Pure."""

from urllib.parse import urlencode

from streams.sources.bluesky.frames import Wire
from streams.sources.bluesky.place import Cursor
from streams.sources.bluesky.record import COLLECTION

LONGEST_MESSAGE = 1 << 20
"""Frames longer than this are left out by the host: a post is 3,000 bytes, and what is longer is no talk."""
_PATHS: dict[Wire, str] = {"v1": "/subscribe", "v2": "/xrpc/network.bsky.jetstream.subscribeEvents"}


def subscription(host: str, wire: Wire, cursor: Cursor, dictionary: int = 0) -> str:
    """Return the address to connect to.

    Parameters
    ----------
    dictionary
        Id of the dictionary by which frames are to be compressed; 0 for none.

    Examples
    --------
    >>> subscription("wss://a", "v1", Cursor(value=1725911157000000))[:70]
    'wss://a/subscribe?wantedCollections=app.bsky.feed.post&maxMessageSizeB'
    """
    asked: list[tuple[str, str | int]] = []
    if wire == "v1":
        asked.append(("wantedCollections", COLLECTION))
        if dictionary:
            asked.append(("compress", "true"))
    else:
        asked += [("collections", COLLECTION), ("kinds", "commit"), ("kinds", "account")]
        if dictionary:
            asked.append(("zstdDictionary", dictionary))
    asked.append(("maxMessageSizeBytes", LONGEST_MESSAGE))
    if cursor.value is not None:
        asked.append(("cursor", cursor.value))
    return f"{host}{_PATHS[wire]}?{urlencode(asked)}"


def dictionary_address(host: str) -> str:
    """Return where the wire ``v2`` gives its present dictionary.

    Examples
    --------
    >>> dictionary_address("wss://a")
    'https://a/xrpc/network.bsky.jetstream.getZstdDictionary'
    """
    return f"http{host.removeprefix('ws')}/xrpc/network.bsky.jetstream.getZstdDictionary"

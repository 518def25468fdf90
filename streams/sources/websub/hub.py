"""Asks feeds for their hubs, and hubs to push."""

from urllib.parse import urlencode, urlsplit

from streams.sources.feeds.links import absolute, linked
from streams.sources.feeds.listing import FeedFormatError
from streams.sources.feeds.poll import LIMIT_BYTES
from streams.sources.feeds.reader_process import ReaderProcess
from streams.sources.http import HttpClient
from streams.sources.source import SourceError, SourceUnavailableError
from streams.sources.websub.subscription import LEASE_S

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


async def hub_of(url: str, http: HttpClient, reader: ReaderProcess) -> tuple[str, str]:
    """Return the hub that a feed names, and what the hub calls the feed; both empty where it names none.

    What the HTTP header ``Link`` says goes before what the document does.

    Raises
    ------
    SourceUnavailableError, SourceError
        Where the feed cannot be read.
    """
    answer = await http.get(url, headers={"accept": "*/*"}, limit_bytes=LIMIT_BYTES)
    if not answer.is_success:
        raise SourceError(f"GET {url}: status {answer.status}")
    header = answer.headers.get("link", "")
    hub, topic = absolute(linked(header, "hub"), answer.url), absolute(linked(header, "self"), answer.url)
    if not hub:
        try:
            listing = await reader.read(
                answer.body, url=answer.url, content_type=answer.headers.get("content-type", "")
            )
        except FeedFormatError as error:
            raise SourceUnavailableError(f"GET {url}: {error}") from error
        hub, topic = next(iter(listing.hubs), ""), topic or listing.self_url
    return (hub, topic or answer.url) if _is_safe(hub) else ("", "")


async def ask_to_push(hub: str, topic: str, *, feed: str, callback: str, secret: str, http: HttpClient) -> None:
    """Ask a hub to push a feed; it asks back.

    Parameters
    ----------
    feed
        The feed's address, in whose answer the hub was found.
    secret
        What it is to sign with.

    Raises
    ------
    SourceUnavailableError, SourceError
        Where it does not take it.
    """
    form = {
        "hub.callback": callback,
        "hub.mode": "subscribe",
        "hub.topic": topic,
        "hub.lease_seconds": f"{LEASE_S:.0f}",
        "hub.secret": secret,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await http.post(hub, urlencode(form).encode(), headers=headers, found_in=feed)
    if not answer.is_success:
        said = answer.body[:200].decode("utf-8", "replace").strip()
        raise SourceError(f"its hub {urlsplit(hub).hostname} answered {answer.status}: {said!r}")


def _is_safe(hub: str) -> bool:
    """Whether the secret may be told to a hub: over TLS alone, but on this machine."""
    parts = urlsplit(hub)
    return bool(hub) and (parts.scheme == "https" or parts.hostname in _HERE)

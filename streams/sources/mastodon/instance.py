"""What a server says of itself: where its stream is, and which timelines it shows to whom. Pure."""

from typing import Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from streams.sources.mastodon.feeds import Feed

DISABLED = "disabled"


class Access(Struct, frozen=True, kw_only=True):
    """Who may see a kind of timelines, its local and its remote part: ``public``, ``authenticated``, ``disabled``."""

    local: str | None = None
    remote: str | None = None


class TimelinesAccess(Struct, frozen=True, kw_only=True):
    """Told by Mastodon from 4.5 on."""

    live_feeds: Access = Access()
    hashtag_feeds: Access = Access()


class Urls(Struct, frozen=True, kw_only=True):
    """Where things are; the second name is that of servers before 4.0."""

    streaming: str | None = None
    streaming_api: str | None = None


class Configuration(Struct, frozen=True, kw_only=True):
    """The part of it that is used."""

    urls: Urls | None = None
    timelines_access: TimelinesAccess | None = None


class Instance(Struct, frozen=True, kw_only=True):
    """A server."""

    version: str = ""
    configuration: Configuration | None = None
    urls: Urls | None = None

    def streaming_url(self, server: str) -> str:
        """Return where its stream is asked for, over HTTP; never less safely than the server itself."""
        known = [urls for urls in (self.configuration and self.configuration.urls, self.urls) if urls]
        stated = next((url for urls in known if (url := urls.streaming or urls.streaming_api)), server)
        parts = urlsplit(stated)
        scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
        if scheme not in {"http", "https"} or not parts.netloc or "@" in parts.netloc:
            return server
        if server.startswith("https://"):
            scheme = "https"
        return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}"

    def access(self, feed: Feed) -> Literal["open", "partly", "closed"]:
        """Tell whether a timeline is shown to users at all."""
        known = self.configuration and self.configuration.timelines_access
        if not known:
            return "open"
        access = known.hashtag_feeds if feed.name.startswith("#") else known.live_feeds
        shown = {"local": access.local != DISABLED, "remote": access.remote != DISABLED}
        parts = [shown[feed.name]] if feed.name in shown else list(shown.values())
        return "open" if all(parts) else "partly" if any(parts) else "closed"

    def says_closed(self, server: str, feed: Feed) -> str:
        """Return what to tell of a timeline that is shown to nobody, and what to do."""
        known = self.configuration and self.configuration.timelines_access
        hints = ["another server, which shows its own"]
        if known and not feed.name.startswith("#"):
            if DISABLED not in {known.hashtag_feeds.local, known.hashtag_feeds.remote}:
                hints.insert(0, "`feed: hashtags`, which it still shows")
            if feed.name != "local" and known.live_feeds.local != DISABLED:
                hints.insert(0, "`feed: local`")
        return (
            f"{server} has switched its timeline {feed.name} off (timelines_access): it would be empty for ever, "
            f"and its stream silent; listen to {', or '.join(hints)}"
        )


_DECODE = msgspec.json.Decoder(Instance).decode


def decode_instance(data: bytes) -> Instance:
    """Read what a server says of itself.

    Raises
    ------
    ValueError
        Where it is something else.
    """
    try:
        return _DECODE(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error

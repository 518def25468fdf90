"""What hubs push of feeds, and the asking for it.

A push holds what the publisher lists: all of the feed, or what is new. Each entry has the id that polling the feed
gives it, so that what comes both ways is one mention.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping

from streams.mention import MAX_BYTES
from streams.sources.feeds.address import FeedAddress
from streams.sources.feeds.feed import LAG_S
from streams.sources.feeds.identity import identify
from streams.sources.feeds.listing import FeedFormatError, Listing
from streams.sources.feeds.mapping import mention_of
from streams.sources.feeds.reader_process import Asked, ReaderProcess, read_once
from streams.sources.http import HttpClient
from streams.sources.pushed import Push, PushRefusedError
from streams.sources.source import Batch, Problem, SourceError, SourceUnavailableError
from streams.sources.websub.hub import ask_to_push, hub_of
from streams.sources.websub.settings import WebSubSettings
from streams.sources.websub.subscription import Subscription

KIND = "websub"
FRESH_S = 86_400.0
"""What is older in a push is what the feed listed before: whoever polls it has it."""
IDLE_S = 30.0
_SIGNED_WITH = frozenset({"sha1", "sha256", "sha384", "sha512"})
_SHOWN = 5


class WebSubSource:
    """Some feeds.

    Parameters
    ----------
    source_id
        In ``tocsin.yml``.
    settings
        As there.
    now
        Wall time, epoch seconds.
    read
        Reads a document.
    """

    kind = KIND

    def __init__(
        self,
        source_id: str,
        settings: WebSubSettings,
        *,
        now: Callable[[], float] = time.time,
        read: Callable[[Asked], Listing] = read_once,
    ) -> None:
        self.id = source_id
        self.secret = settings.secret.get_secret_value()
        self._now = now
        self._read = read
        addresses = [FeedAddress(url=url, place=place) for place, url in enumerate(settings.addresses(), 1)]
        self._feeds = {address.key: Subscription(address) for address in addresses}

    def read(self, push: Push) -> Batch:
        """Return what a push says.

        Raises
        ------
        PushRefusedError
            Where it is of no feed of ours, not signed by its hub, or no feed.
        """
        key = push.query.get("feed", "")
        feed = self._feeds.get(key)
        if feed is None:
            raise PushRefusedError("no such feed is subscribed to any more", status=410)
        if not self._is_signed(push, key):
            # As the protocol has it: a hub that retries would never come to an end.
            raise PushRefusedError("it is not signed as its hub was asked to", status=202)
        try:
            listing = self._read(Asked(feed.address.url, push.headers.get("content-type", ""), push.body))
        except FeedFormatError as error:
            raise PushRefusedError(
                f"it is no feed: {error}", status=202, data=push.body[:MAX_BYTES], reason="schema"
            ) from error
        now = self._now()
        mentions = [mention_of(found, listing, seen_at=now) for found in identify(listing.entries, key)]
        fresh = sorted((one for one in mentions if one.published_s > now - FRESH_S), key=lambda one: one.published)
        return Batch(position={}, mentions=tuple(fresh), delay_s=LAG_S)

    def verify(self, query: Mapping[str, str]) -> str | None:
        """Answer a hub that asks back."""
        feed = self._feeds.get(query.get("feed", ""))
        mode, challenge = query.get("hub.mode", ""), query.get("hub.challenge", "")
        if mode == "unsubscribe":
            return challenge if feed is None else None
        if feed is None or query.get("hub.topic", "") not in {feed.topic or feed.address.url, feed.address.url}:
            return None
        if mode == "denied":
            feed.denied(query.get("hub.reason", ""), self._now())
            return ""
        if mode != "subscribe" or not challenge:
            return None
        lease = query.get("hub.lease_seconds", "")
        feed.verified(float(lease) if lease.isascii() and lease.isdigit() else FRESH_S, self._now())
        return challenge

    async def subscribe(self, http: HttpClient, callback: str, *, idle_s: float = IDLE_S) -> None:
        """Ask the hub of each feed to push, and again before that ends."""
        reader = ReaderProcess()
        try:
            while True:
                for feed in self._feeds.values():
                    if feed.due <= self._now():
                        await self.ask(feed, http, reader, callback)
                await reader.close()
                await asyncio.sleep(idle_s)
        finally:
            await reader.close()

    async def ask(self, feed: Subscription, http: HttpClient, reader: ReaderProcess, callback: str) -> None:
        """Ask the hub of one feed."""
        url = feed.address.url
        try:
            hub, topic = await hub_of(url, http, reader)
            if not hub:
                feed.names_none(self._now())
                return
            feed.names_hub(hub, topic)
            feed.asked(self._now())  # before: a hub may ask back before it answers
            where = f"{callback}?feed={feed.address.key}"
            secret = self._signing_secret(feed.address.key)
            await ask_to_push(hub, topic, feed=url, callback=where, secret=secret, http=http)
        except (SourceError, SourceUnavailableError) as error:
            feed.failed(f"{error}", self._now())

    async def check(self, http: HttpClient) -> list[Problem]:
        """Tell which feeds name a hub."""
        reader = ReaderProcess()
        without, failing = [], []
        try:
            for feed in self._feeds.values():
                try:
                    hub, _ = await hub_of(feed.address.url, http, reader)
                except (SourceError, SourceUnavailableError) as error:
                    failing.append(feed.address.without_address(f"{feed.address.label}: {error}"))
                    continue
                if not hub:
                    without.append(feed.address.label)
        finally:
            await reader.close()
        is_none = len(without) + len(failing) == len(self._feeds)
        problems = [Problem(says=says, stops=False) for says in failing[:_SHOWN]]
        if without:
            says = f"{len(without)} of {len(self._feeds)} feeds name no hub over https, and are not pushed: "
            problems.append(Problem(says=says + ", ".join(without[:_SHOWN]), stops=is_none))
        return problems

    def says(self) -> str:
        """Tell how many feeds are pushed, and what is wrong with others."""
        now = self._now()
        live = sum(feed.is_live(now) for feed in self._feeds.values())
        without = sum(feed.is_without_hub for feed in self._feeds.values())
        wrong = [feed.says for feed in self._feeds.values() if feed.says and not feed.is_live(now)]
        parts = [f"{live} of {len(self._feeds)} feeds are pushed"]
        if without:
            parts.append(f"{without} name no hub")
        return ". ".join([", ".join(parts), *wrong[:_SHOWN]])

    def _signing_secret(self, key: str) -> str:
        """Return what the hub of a feed signs with: the same in each process, and another for each feed."""
        return hmac.new(self.secret.encode(), f"websub {key}".encode(), hashlib.sha256).hexdigest()

    def _is_signed(self, push: Push, key: str) -> bool:
        method, _, stated = push.headers.get("x-hub-signature", "").partition("=")
        if method.lower() not in _SIGNED_WITH:
            return False
        due = hmac.new(self._signing_secret(key).encode(), push.body, method.lower()).hexdigest()
        return hmac.compare_digest(due.encode(), stated.strip().lower().encode(errors="replace"))

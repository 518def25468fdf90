"""A hub of WebSub and a publisher who names it, on one host: it asks back, signs, and forgets when a lease is over."""

import asyncio
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Literal

import httpx
from aiohttp import web
from msgspec import Struct

from alerts.simulation.services.scripted_api import ScriptedApi
from streams.sources.trust import trusted

HubFault = Literal["unsigned", "other_signature", "doubled", "web_page", "legacy", "partial"]
"""What is wrong with a push: no signature, one by another secret, the same push twice, a web page; and what is right in
spite of it: a signature by SHA-1 as old hubs make it, and a document with its newest entry alone."""


class _Subscription(Struct, frozen=True):
    callback: str
    secret: str
    until: float


class SimulatedHub(ScriptedApi):
    """One feed and its hub.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    lease_s
        The lease that the hub grants, whatever was requested.
    """

    def __init__(self, now: Callable[[], float], *, lease_s: int = 86_400) -> None:
        super().__init__(now)
        self.lease_s = lease_s
        self.names = "header"
        """Where the feed names its hub: ``header``, ``document`` or ``nowhere``."""
        self.refuses = ""
        """Why the hub refuses, as it tells the subscriber."""
        self.entries: list[tuple[str, str, float]] = []
        self.subscriptions: dict[str, _Subscription] = {}
        self.answers: list[int] = []
        self.was_asked = asyncio.Event()
        """Set when somebody has asked it to push."""
        self._asking: set[asyncio.Task[None]] = set()

    @property
    def feed(self) -> str:
        """The feed's address."""
        return f"{self.url}/feed.xml"

    def publish(self, text: str = "Northside", *, at: float | None = None) -> str:
        """Add an entry; returns the id of its mention."""
        address = f"https://paper.example/{len(self.entries) + 1}"
        self.entries.append((address, text, self._now() if at is None else at))
        return address

    async def push(self, fault: HubFault | None = None) -> int:
        """Push the feed to all subscribers; returns the status of the last answer, 0 where there is none."""
        status = 0
        for one in list(self.subscriptions.values()):
            if one.until <= self._now():
                continue
            listed = self.entries[-1:] if fault == "partial" else self.entries[-10:]
            body = b"<html>Back soon</html>" if fault == "web_page" else _document(listed, "").encode()
            secret = "another" if fault == "other_signature" else one.secret
            method = "sha1" if fault == "legacy" else "sha256"
            signature = hmac.new(secret.encode(), body, method).hexdigest()
            headers = {"Content-Type": "application/atom+xml", "Link": f'<{self.feed}>; rel="self"'}
            headers |= {} if fault == "unsigned" else {"X-Hub-Signature": f"{method}={signature}"}
            async with httpx.AsyncClient(verify=trusted()) as client:
                for _ in range(2 if fault == "doubled" else 1):
                    answer = await client.post(one.callback, content=body, headers=headers)
                    self.answers.append(status := answer.status_code)
            if status == 410:
                del self.subscriptions[one.callback]
        return status

    async def asked_back(self) -> None:
        """Wait until the hub has asked back whoever has asked it."""
        await asyncio.gather(*self._asking)

    def routes(self) -> list[web.RouteDef]:
        """Return where feed and hub are."""
        return [web.get("/feed.xml", self._feed), web.post("/hub", self._subscribe)]

    async def _feed(self, _: web.Request) -> web.Response:
        hub = f"{self.url}/hub"
        headers = {"Link": f'<{hub}>; rel="hub", <{self.feed}>; rel="self"'} if self.names == "header" else {}
        document = _document(self.entries[-10:], hub if self.names == "document" else "")
        return web.Response(text=document, content_type="application/atom+xml", headers=headers)

    async def _subscribe(self, request: web.Request) -> web.Response:
        form = await request.post()
        asked = {name: str(value) for name, value in form.items()}
        self.was_asked.set()
        if asked.get("hub.mode") not in {"subscribe", "unsubscribe"} or "hub.callback" not in asked:
            return web.Response(status=400, text="hub.mode and hub.callback are due")
        if asked.get("hub.topic") != self.feed:
            return web.Response(status=422, text="no such topic here")
        if len(asked.get("hub.secret", "").encode()) >= 200:
            return web.Response(status=400, text="hub.secret is too long")
        task = asyncio.create_task(self._ask_back(asked))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        return web.Response(status=202)

    async def _ask_back(self, asked: dict[str, str]) -> None:
        callback, challenge = asked["hub.callback"], token_hex(16)
        query: dict[str, Any] = {"hub.mode": asked["hub.mode"], "hub.topic": asked["hub.topic"]}
        if self.refuses:
            query |= {"hub.mode": "denied", "hub.reason": self.refuses}
        else:
            query |= {"hub.challenge": challenge, "hub.lease_seconds": str(self.lease_s)}
        async with httpx.AsyncClient(verify=trusted()) as client:
            answer = await client.get(httpx.URL(callback).copy_merge_params(query))
        if answer.is_success and answer.text == challenge and not self.refuses:
            self.subscriptions[callback] = _Subscription(
                callback, asked.get("hub.secret", ""), self._now() + self.lease_s
            )


def _document(entries: list[tuple[str, str, float]], hub: str) -> str:
    listed = "".join(
        f'<entry><id>{address}</id><link href="{address}"/><title>{text}</title>'
        f"<updated>{datetime.fromtimestamp(at, UTC).isoformat()}</updated></entry>"
        for address, text, at in reversed(entries)
    )
    link = f'<link rel="hub" href="{hub}"/>' if hub else ""
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title>{link}{listed}</feed>'

"""A publisher's own address that puts entries into its feed when it is asked to, and takes them out again."""

import json
from collections.abc import Callable

from aiohttp import web

from alerts.simulation.services.feeds import SimulatedFeed
from alerts.simulation.services.scripted_api import ScriptedApi

TOKEN = "publish-me"  # noqa: S105 - of a fake


class SimulatedPublishing(ScriptedApi):
    """One address for one feed.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    feed
        Into which it publishes.
    """

    def __init__(self, now: Callable[[], float], feed: SimulatedFeed) -> None:
        super().__init__(now)
        self._feed = feed
        self.published: dict[str, str] = {}
        """Ids of entries by their marks, in the order in which they were published."""
        self.removed: list[str] = []
        """Marks."""
        self.token = TOKEN

    def routes(self) -> list[web.RouteDef]:
        """Return what is asked for where."""
        return [web.post("/tocsin", self._take)]

    async def _take(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401)
        stated = json.loads(await request.read())
        mark = stated["mark"]
        match stated["action"]:
            case "publish":
                self.published[mark] = self._feed.publish(self._now(), stated["text"])
            case "remove" if mark in self.published:
                number = int(self.published[mark].rpartition("/")[2])
                self._feed.posts = [post for post in self._feed.posts if post.number != number]
                self.removed.append(mark)
            case "remove":
                return web.Response(status=404)
            case _:
                return web.Response(status=400)
        return web.Response(status=204)

"""The feeds of reviews of Apple's App Store on one host: ten pages of fifty, and the weaknesses they are known for."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aiohttp import web

from alerts.simulation.services.scripted_api import ScriptedApi

APP = 284910350
_PAGES = 10
_CUPERTINO = ZoneInfo("America/Los_Angeles")
AppStoreWhim = Literal["none_here", "no_dates", "no_links"]
"""What is wrong with the next pages: without a review, without dates in JSON, without saying which pages there are."""


class SimulatedAppStore(ScriptedApi):
    """The reviews of one app in some countries.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    size
        Reviews of a page.
    """

    def __init__(self, now: Callable[[], float], *, size: int = 50) -> None:
        super().__init__(now)
        self.size = size
        self.reviews: dict[str, list[dict[str, Any]]] = {}
        self.whims: deque[AppStoreWhim] = deque()
        self.on_answer: list[Callable[[], object]] = []
        """Is done after each of the next answers."""
        self._made = 0

    def review(self, text: str = "Northside", *, at: float | None = None, country: str = "us", stars: int = 1) -> str:
        """Write a review; returns the id of its mention."""
        self._made += 1
        entry: dict[str, Any] = {
            "id": {"label": f"{9_000_000 + self._made}"}, "title": {"label": "Bad & worse"},
            "content": {"label": text, "attributes": {"type": "text"}}, "im:rating": {"label": f"{stars}"},
            "updated": {"label": _moment(self._now() if at is None else at)}, "im:voteSum": {"label": "2"},
            "author": {"name": {"label": "ann"}, "uri": {"label": "https://itunes.apple.com/us/reviews/id7"}},
            "im:version": {"label": "1.2"},
        }  # fmt: skip
        self.reviews.setdefault(country, []).append(entry)
        return f"https://apps.apple.com/{country}/app/id{APP}?see-all=reviews#{entry['id']['label']}"

    def rewrite(self, text: str, *, country: str = "us", number: int = -1) -> None:
        """Change a review: it is the newest then."""
        entry = self.reviews[country][number]
        entry["content"] = {"label": text}
        entry["updated"] = {"label": _moment(self._now())}

    def routes(self) -> list[web.RouteDef]:
        """Return where the feeds are."""
        return [web.get("/{country}/rss/customerreviews/id={app}/sortBy=mostRecent/page={page}/{form}", self._page)]

    async def _page(self, request: web.Request) -> web.Response:
        asked = request.match_info
        number = int(asked["page"])
        if not 1 <= number <= _PAGES:
            return web.Response(status=400, text="CustomerReviews RSS page depth is limited to 10")
        whim = self.whims.popleft() if self.whims and asked["form"] == "json" else None
        there = self.reviews.get(asked["country"], []) if int(asked["app"]) == APP else []
        newest = sorted(there, key=lambda entry: datetime.fromisoformat(entry["updated"]["label"]), reverse=True)
        page = [] if whim == "none_here" else newest[(number - 1) * self.size : number * self.size]
        last = min(_PAGES, max(1, -(-len(newest) // self.size)))
        response = (
            web.Response(text=_xml(page), content_type="text/xml")
            if asked["form"] == "xml"
            else _json(page, last, whim)
        )
        if self.on_answer:
            self.on_answer.pop(0)()
        return response


def _json(page: list[dict[str, Any]], last: int, whim: AppStoreWhim | None) -> web.Response:
    entries = [
        {name: value for name, value in one.items() if name != "updated"} if whim == "no_dates" else one for one in page
    ]
    href = f"https://itunes.apple.com/us/rss/customerreviews/page={last}/id={APP}/sortby=mostrecent/xml"
    feed: dict[str, Any] = {"author": {"name": {"label": "iTunes Store"}}, "link": [
        {"attributes": {"rel": "self", "href": "https://itunes.apple.com/"}},
        *([] if whim == "no_links" else [{"attributes": {"rel": "last", "href": href}}]),
    ]}  # fmt: skip
    if entries:
        feed["entry"] = entries if len(entries) > 1 else entries[0]
    return web.json_response({"feed": feed}, content_type="text/javascript")


def _xml(page: list[dict[str, Any]]) -> str:
    entries = "".join(
        f"<entry><updated>{one['updated']['label']}</updated><id>{one['id']['label']}</id><title>t</title>"
        f'<content type="text">c</content></entry>'
        for one in page
    )
    return f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>x</id>{entries}</feed>'


def _moment(at: float) -> str:
    return datetime.fromtimestamp(int(at), _CUPERTINO).isoformat()

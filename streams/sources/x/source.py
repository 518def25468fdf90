"""What searches on X find, within what may be spent."""

import hashlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from streams.sources.http import HttpClient
from streams.sources.polled.found_post import found_post
from streams.sources.polled.lane import Given
from streams.sources.polled.listing import Asked, Cadence, Found, Page
from streams.sources.polled.meter import Meter
from streams.sources.polled.polled_source import PolledSource
from streams.sources.polled.watched import Watching
from streams.sources.source import Batch, Hole, Position, Problem
from streams.sources.suites.fields import text
from streams.sources.suites.post import x_address
from streams.sources.x.allowance import LEAST, RESERVE, RESERVE_OF_MONTH, of_look, stretched_s
from streams.sources.x.api import KEPT_S, MOST, Api
from streams.sources.x.post import NETWORK, mention_of
from streams.sources.x.sampled import Sampled, gathered
from streams.sources.x.settings import XSettings

KIND = "x"
OVERLAP_S = 10.0
"""Searches find a post within so long. What was found before is left out by number: it is not paid for again."""
LATE_S = 120.0


class XSource(PolledSource):
    """Some searches.

    Parameters
    ----------
    source_id
        In ``tocsin.yml``.
    settings
        As there.
    client
        Asks over HTTP.
    now
        Wall time, epoch seconds.
    """

    kind = KIND
    network = NETWORK

    def __init__(
        self,
        source_id: str,
        settings: XSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        api = Api(client, settings)
        self._hour = Meter(period="hour", cap=settings.posts_an_hour)
        self._sampled: dict[str, Sampled] = {}
        self._forgotten: tuple[Hole, ...] = ()
        watching = Watching(every_s=86_400.0, for_s=settings.watch + 3600.0)
        super().__init__(
            source_id,
            [_Search(api, search, self._may_read, self._paid, now) for search in settings.searches],
            Cadence(
                every_s=settings.every,
                overlap_s=OVERLAP_S,
                late_s=LATE_S,
                most_pages=10_000,
                gap_s=900.0 / settings.calls,
            ),
            look_up=_Again(api, self._paid) if settings.watch else None,
            watching=watching,
            meter=Meter(period="month", cap=settings.dollars_a_month),
            unit="dollars this month",
            now=now,
        )

    async def check(self) -> list[Problem]:
        """Make each search once, for ten posts, which are paid for."""
        pages, problems = await self.first_pages()
        settings = self._settings
        posts = settings.dollars_a_month / settings.price if settings.price else math.inf
        says = (
            f"{len(self._listings)} searches; {settings.dollars_a_month:,.2f} dollars are {posts:,.0f} posts a month, "
            f"{settings.posts_an_hour:,} an hour at most; past that a sample is read, and told"
        )
        problems.append(Problem(says=says, stops=False))
        if nothing := [label for label, page in pages if not page.found]:
            problems.append(Problem(says=f"nothing in seven days: {', '.join(nothing)}", stops=False))
        return problems

    async def open(self, position: Position | None) -> None:
        """Begin at the newest, or where each search stood."""
        await super().open(position)
        kept = position or {}
        self._sampled = {key: msgspec.convert(one, Sampled) for key, one in kept.get("sampled", {}).items()}
        if spent := kept.get("hour"):
            meter = msgspec.structs.replace(self._hour, began=float(spent[0]), spent=float(spent[1]))
            self._hour = max(self._hour, meter, key=lambda one: (one.began, one.spent))
        self._forgotten = self._forget(self._now() - KEPT_S)

    def _forget(self, oldest: float) -> tuple[Hole, ...]:
        """Go on at what X still finds; return the time before it that nobody has read."""
        holes = []
        for turn in self._lanes.values():
            place = turn.lane.place
            if 0 < place.since < oldest:
                detail = f"{turn.lane.label}: X finds nothing that is older than seven days"
                holes.append(Hole(began=place.since, ended=oldest, share=0.0, reason="look_back", detail=detail))
                turn.lane.place = msgspec.structs.replace(place, since=oldest)
        return tuple(holes)

    def _of_hour(self, now: float) -> float:
        """Return how many posts the next look at one search may read of the hour's."""
        hour = self._hour
        return of_look(hour.left(now), hour.cap, hour.ends(now) - now, self._pace.every_s, RESERVE) / len(
            self._listings
        )

    def _of_month(self, now: float) -> float:
        """Return the same of the month's money."""
        if self._meter is None or not self._settings.price:
            return math.inf
        month = self._meter
        money = of_look(month.left(now), month.cap, month.ends(now) - now, self._pace.every_s, RESERVE_OF_MONTH)
        return money / self._settings.price / len(self._listings)

    def _may_read(self) -> float:
        now = self._now()
        return min(self._of_hour(now), self._of_month(now))

    def _paid(self, posts: int) -> None:
        self._hour = self._hour.spend(posts, self._now())
        self.spend(posts * self._settings.price)

    def _interval_s(self, now: float) -> float:
        """Return how long to wait for the next look: longer where it could not read a page."""
        every_s = self._pace.every_s
        in_hour_s = min(stretched_s(every_s, self._of_hour(now)), self._hour.ends(now) - now)
        return max(every_s, in_hour_s, stretched_s(every_s, self._of_month(now)))

    def _batch_of(self, given: Given) -> Batch:
        """Gather what was not read, so that an hour of a sample is told as one, and not as sixty."""
        key = self._looked_at
        if given.is_whole:
            place = self._lanes[key].lane.place
            left, holes = gathered(self._sampled.pop(key, None), given.holes, place.looked_at)
            if left is not None:
                self._sampled[key] = left
            given = msgspec.structs.replace(given, holes=holes)
        if self._forgotten:
            given = msgspec.structs.replace(given, holes=(*self._forgotten, *given.holes))
            self._forgotten = ()
        return super()._batch_of(given)

    def _kept(self) -> Position:
        kept = super()._kept()
        if self._sampled:
            kept["sampled"] = {key: msgspec.to_builtins(one) for key, one in self._sampled.items()}
        if self._hour.spent:
            kept["hour"] = [self._hour.began, self._hour.spent]
        return kept

    def _cost(self, now: float) -> str:
        if self._meter is None:
            return ""
        spent = self._meter.at(now).spent
        posts = f"{spent / self._settings.price:,.0f} posts, " if self._settings.price else ""
        return f"{posts}${spent:,.2f} of ${self._meter.cap:,.2f} this month"


class _Search:
    """One search, newest first; a look that may read no more ends, and says that there is more."""

    def __init__(
        self,
        api: Api,
        query: str,
        may_read: Callable[[], float],
        paid: Callable[[int], None],
        now: Callable[[], float],
    ) -> None:
        self._api = api
        self._query = query
        self._may_read = may_read
        self._paid = paid
        self._now = now
        self._left = 0.0
        self._newest: tuple[float, str] = (0.0, "")
        self._begun = 0.0
        self._behind = ""
        self.key = hashlib.sha256(query.encode()).hexdigest()[:16]
        self.label = f"search {query[:80]!r}"

    async def page(self, asked: Asked) -> Page:
        """Ask for a page, as long as may be read."""
        now = self._now()
        if not asked.cursor:
            self._left = max(self._may_read(), LEAST)
            self._behind = self._settled(asked.since)
            self._begun = now
        size = int(max(LEAST, min(MOST, self._left))) if asked.since is not None else LEAST
        data, token = await self._api.search(
            self._query, since=asked.since, behind=self._behind, size=size, token=asked.cursor, now=now
        )
        self._paid(len(data))
        self._left -= len(data)
        is_over = bool(token) and self._left < LEAST
        found = self._found(data)
        self._newest = max([self._newest, *((min(one.at, now), one.key) for one in found)])
        return Page(found=found, next="" if is_over else token, is_cut=is_over)

    def _settled(self, since: float | None) -> str:
        """Return the newest post's number, where all that was written before it was found by the look before.

        It is the newest where reading stands, and not one of a look that broke off.
        """
        at, number = self._newest
        is_where_reading_stands = since is not None and abs(since + OVERLAP_S - at) < 0.001
        return number if is_where_reading_stands and at < self._begun - OVERLAP_S else ""

    def _found(self, data: Sequence[Any]) -> tuple[Found, ...]:
        found: list[Found] = []
        place = self._now()
        for post in data:
            one = _one(post, place)
            place = one.at
            found.append(one)
        return tuple(found)


class _Again:
    """Looks posts up by their numbers, for their price."""

    at_once = MOST

    def __init__(self, api: Api, paid: Callable[[int], None]) -> None:
        self._api = api
        self._paid = paid

    def id_of(self, key: str) -> str:
        """Return the id of the mention."""
        return x_address(key)

    async def look_up(self, keys: Sequence[str]) -> Mapping[str, Found]:
        """Return those that are still to be seen by everybody."""
        data = await self._api.posts(list(keys))
        self._paid(len(data))
        return {text(post, "id"): _one(post, 0.0) for post in data}


def _one(post: Any, place: float) -> Found:
    return found_post(post, place, kind=KIND, dated="created_at", mention_of=mention_of)

"""What searches on Threads find, within the queries of a day."""

import datetime as dt
import hashlib
import math
import time
from collections.abc import Callable, Sequence

import msgspec

from streams.mention import Mention
from streams.sources.http import HttpClient
from streams.sources.polled.lane import Given
from streams.sources.polled.listing import Asked, Cadence, Found, Page
from streams.sources.polled.meter import Meter
from streams.sources.polled.polled_source import PolledSource
from streams.sources.polled.watched import Watching
from streams.sources.source import Batch, Health, Position, Problem, SourceError, SourceUnavailableError
from streams.sources.threads.again import Again, found_of
from streams.sources.threads.api import MOST, OLDEST, PERMISSIONS, Api
from streams.sources.threads.post import KIND
from streams.sources.threads.settings import ThreadsSettings

OVERLAP_S = 1200.0
"""An author may change a post for a quarter of an hour, and searches find it some time after it was written."""
LATE_S = 300.0
WATCHING = Watching(every_s=86_400.0, for_s=30 * 86_400.0)
REMARK = (
    "a search for a word that Meta holds to be sensitive finds nothing, and one of an app that Meta has not approved "
    "finds its own user's posts alone, both without an error: that nothing is found is no proof of calm"
)
_SHOWN = 5


class ThreadsSource(PolledSource):
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

    def __init__(
        self,
        source_id: str,
        settings: ThreadsSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._api = Api(client, settings, self.spend)
        self._spoke: set[str] = set()
        super().__init__(
            source_id,
            [_Search(self._api, search, now) for search in settings.searches],
            Cadence(every_s=settings.interval_s, overlap_s=OVERLAP_S, late_s=LATE_S),
            look_up=Again(self._api, settings.searches[0]),
            watching=WATCHING,
            meter=Meter(period="hour", cap=settings.queries_an_hour),
            unit="queries this hour",
            now=now,
        )

    async def check(self) -> list[Problem]:
        """Ask about the token, and make each search once."""
        problems = await self._of_token()
        pages, more = await self.first_pages()
        problems += more
        settings = self._settings
        looks = f"{len(self._listings)} searches, each every {settings.interval_s:,.0f} s"
        says = f"{looks}, within {settings.queries_an_hour} queries an hour of {settings.queries:,} a day"
        problems.append(Problem(says=says, stops=False))
        if nothing := [label for label, page in pages if not page.found]:
            problems.append(Problem(says=f"nothing was found: {', '.join(nothing)}", stops=False))
        problems += await self._of_owner([one for _, page in pages for one in page.found])
        return [*problems, Problem(says=REMARK, stops=False)]

    async def _of_token(self) -> list[Problem]:
        try:
            token = await self._api.token()
        except SourceError as error:
            says = f"what the token may do, and until when, is not told: {error}"
            return [Problem(says=says, stops=False)]
        if not token.is_valid:
            return [Problem(says="Meta takes this token no more: put a new one into token_file", stops=True)]
        problems = []
        if token.scopes and (missing := [name for name in PERMISSIONS if name not in token.scopes]):
            says = f"the token lacks {' and '.join(missing)}: without it no posts of others are found"
            problems.append(Problem(says=says, stops=True))
        if token.expires:
            until = dt.datetime.fromtimestamp(token.expires, dt.UTC)
            days = math.floor((token.expires - self._now()) / 86_400)
            says = f"the token expires on {until:%Y-%m-%d}, in {days} days: refresh it before, nobody else does"
            problems.append(Problem(says=says, stops=False))
        return problems

    async def _of_owner(self, found: Sequence[Found]) -> list[Problem]:
        """Tell where everything that was found is the token owner's own."""
        names = {one.post.author.name for one in found if isinstance(one.post, Mention) and one.post.author is not None}
        if len(names) != 1:
            return []
        try:
            own = await self._api.own_name()
        except (SourceError, SourceUnavailableError):
            return []
        if names != {own}:
            return []
        says = f"all that was found is @{own}'s own: has Meta approved the app for {PERMISSIONS[1]}?"
        return [Problem(says=says, stops=False)]

    async def open(self, position: Position | None) -> None:
        """Begin at the newest, or where each search stood."""
        await super().open(position)
        self._spoke |= set((position or {}).get("spoke", ()))

    def health(self) -> Health:
        """Tell how it is, and what nobody can know of it."""
        here = super().health()
        parts = [here.says] if here.says else []
        if silent := [listing.label for key, listing in self._listings.items() if key not in self._spoke]:
            more = f" and {len(silent) - _SHOWN} more" if len(silent) > _SHOWN else ""
            parts.append(f"nothing was ever found by {', '.join(silent[:_SHOWN])}{more}")
        return msgspec.structs.replace(here, says=". ".join([*parts, REMARK]))

    def _look_up_is_due(self, now: float) -> bool:
        """Whether there is time to look at posts again: each is a request, so that searches that are due go first."""
        return super()._look_up_is_due(now) and all(turn.due > now for turn in self._lanes.values())

    def _batch_of(self, given: Given) -> Batch:
        if given.found:
            self._spoke.add(self._looked_at)
        return super()._batch_of(given)

    def _kept(self) -> Position:
        kept = super()._kept()
        if self._spoke:
            kept["spoke"] = sorted(self._spoke & set(self._listings))
        return kept


class _Search:
    """One search, newest first."""

    def __init__(self, api: Api, query: str, now: Callable[[], float]) -> None:
        self._api = api
        self._query = query
        self._now = now
        self.key = hashlib.sha256(query.encode()).hexdigest()[:16]
        self.label = f"search {query[:80]!r}"

    async def page(self, asked: Asked) -> Page:
        """Ask for a page: behind Meta's mark where it gives one, else up to the oldest second that was read."""
        place = {"since": str(max(OLDEST, math.floor(asked.since) - 1))} if asked.since is not None else {}
        name, _, value = asked.cursor.partition(" ")
        if name:
            place[name] = value
        data, after, has_more = await self._api.search(self._query, place)
        found: list[Found] = []
        stands = self._now()
        for post in data:
            found.append(found_of(post, stands))
            stands = found[-1].at
        if not has_more:
            return Page(found=tuple(found))
        if after and f"after {after}" != asked.cursor:
            return Page(found=tuple(found), next=f"after {after}")
        # A second is asked for whole: the posts of one that a page ends in stand on the next page, too.
        oldest = min((one.at for one in found), default=math.inf)
        next_ = f"until {math.floor(min(oldest + 1, self._now()))}" if found else ""
        is_stuck = next_ in {"", asked.cursor}
        return Page(found=tuple(found), next="" if is_stuck else next_, is_cut=is_stuck and len(data) >= MOST)

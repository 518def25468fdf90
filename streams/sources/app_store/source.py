"""The newest reviews of some apps in some countries: 500 each are listed, in ten pages."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES
from streams.sources.app_store.review import KIND, entries_of, last_page, mention_of
from streams.sources.app_store.settings import AppStoreSettings
from streams.sources.feeds.decoding import decode
from streams.sources.feeds.listing import FeedFormatError
from streams.sources.feeds.xml_feed import read_xml_feed
from streams.sources.http import Answer, HttpClient
from streams.sources.polled.listing import Asked, Cadence, Found, Page
from streams.sources.polled.polled_source import PolledSource
from streams.sources.source import Problem, SourceError, SourceUnavailableError
from streams.sources.suites.fields import at, moment, text

PAGES = 10
GAP_S = 3.0
OVERLAP_S = 3 * 86_400.0
LATE_S = 86_400.0
"""A review is listed up to about a day after it was written: somebody reads it first."""


class AppStoreSource(PolledSource):
    """Some apps in some countries.

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
        settings: AppStoreSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        lists = [
            _Reviews(settings.url, client, now, app=app, country=country)
            for app in settings.apps
            for country in settings.countries
        ]
        client.demand(settings.url, gap_s=GAP_S, in_flight=1)
        pace = Cadence(
            every_s=settings.every,
            overlap_s=OVERLAP_S,
            late_s=LATE_S,
            most_pages=PAGES + 1,
            gap_s=GAP_S,
            pages_shift=True,
        )
        super().__init__(source_id, lists, pace, now=now)

    async def check(self) -> list[Problem]:
        """Ask for the first page of each list: a wrong number of an app looks like one without reviews."""
        pages, problems = await self.first_pages()
        says = f"{len(self._listings)} lists, each looked at every {self._settings.every:g} s"
        problems.append(Problem(says=says, stops=False))
        if empty := [label for label, page in pages if not page.found]:
            says = f"no reviews of {', '.join(empty[:10])}: is the number right, and has the app any there?"
            problems.append(Problem(says=says, stops=len(empty) == len(self._listings)))
        return problems


class _Reviews:
    """The reviews of one app in one country, newest first."""

    def __init__(self, url: str, client: HttpClient, now: Callable[[], float], *, app: int, country: str) -> None:
        self._url = url
        self._client = client
        self._now = now
        self._app = app
        self._country = country
        self.key = f"{app}/{country}"
        self.label = f"app {app} in {country}"

    async def page(self, asked: Asked) -> Page:
        """Ask for a page; one that is empty in the midst of others is a moment's weakness of Apple's."""
        number = int(asked.cursor or 1)
        answer = await self._ask(number, "json")
        body = self._decoded(answer)
        entries, last = entries_of(body), last_page(body)
        if not entries and number > 1 and (number < last or not last):
            raise SourceUnavailableError(f"{self.label}: page {number} is empty, and others were not")
        if entries and not any(text(entry, "updated.label") for entry in entries):
            entries = await self._dated(entries, number)
        is_last = not entries or number >= min(last or PAGES, PAGES)
        return Page(
            found=self._found(entries), next="" if is_last else str(number + 1), is_cut=is_last and number == PAGES
        )

    async def _ask(self, number: int, form: str) -> Answer:
        url = f"{self._url}/{self._country}/rss/customerreviews/id={self._app}/sortBy=mostRecent/page={number}/{form}"
        answer = await self._client.get(url)
        if answer.status == 400:
            raise SourceError(f"{self.label}: {url} answered 400; are app and country right?")
        if not answer.is_success:
            # A wrong number is answered by a feed without reviews: what is refused is refused for a while.
            raise SourceUnavailableError(f"{self.label}: {url} answered {answer.status}")
        return answer

    def _decoded(self, answer: Answer) -> Any:
        try:
            body = msgspec.json.decode(answer.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise SourceUnavailableError(f"{self.label}: the answer is no JSON ({error})") from error
        if at(body, "feed") is None:
            raise SourceUnavailableError(f"{self.label}: the answer is no feed")
        return body

    async def _dated(self, entries: list[Any], number: int) -> list[Any]:
        """Return reviews with their dates, which Apple's JSON lacks at times and its XML does not."""
        answer = await self._ask(number, "xml")
        try:
            listing = read_xml_feed(decode(answer.body, answer.headers.get("content-type", "")), answer.url)
        except FeedFormatError as error:
            raise SourceUnavailableError(f"{self.label}: the answer is no feed ({error})") from error
        dates = {entry.guid: entry.published.at for entry in listing.entries if entry.published is not None}
        return [
            {**entry, "updated": {"label": dates[key]}} if (key := text(entry, "id.label")) in dates else entry
            for entry in entries
        ]

    def _found(self, entries: list[Any]) -> tuple[Found, ...]:
        found: list[Found] = []
        place = self._now()
        for entry in entries:
            key = text(entry, "id.label")
            try:
                place = moment(entry, "updated.label").timestamp()
                post: Any = mention_of(entry, app=self._app, country=self._country)
            except BadMentionError as error:
                data = msgspec.json.encode(entry)[:MAX_BYTES]
                post = Refused.because(error, f"{KIND}: review {key or '?'} of {self.label}", data)
            found.append(Found(key=key or f"{place}", at=place, post=post))
        return tuple(found)

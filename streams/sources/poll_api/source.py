"""What an API lists that is described in the configuration alone."""

import base64
import datetime as dt
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES
from streams.sources.http import Answer, HttpClient
from streams.sources.poll_api.item import key_of, mention_of, order_of
from streams.sources.poll_api.paging import ADDRESS, next_page
from streams.sources.poll_api.settings import PollApiSettings
from streams.sources.polled.listing import Asked, Cadence, Found, Page
from streams.sources.polled.polled_source import PolledSource
from streams.sources.source import Problem, SourceError, SourceUnavailableError
from streams.sources.suites.fields import at

KIND = "poll_api"
_NOT_ASKED_YET_S = 86_400.0


class PollApiSource(PolledSource):
    """One list.

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
        settings: PollApiSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        pace = Cadence(
            order=settings.order,
            every_s=settings.every,
            overlap_s=settings.overlap,
            late_s=settings.delay,
            most_pages=settings.most_pages,
            gap_s=settings.gap,
            pages_shift=settings.order == "newest_first"
            and settings.pages is not None
            and settings.pages.first is not None,
        )
        super().__init__(source_id, [_List(settings, client, now)], pace, now=now)

    async def check(self) -> list[Problem]:
        """Ask for the first page."""
        problems = await super().check()
        a_day = 86_400 / self._settings.every
        return [
            *problems,
            Problem(says=f"is asked every {self._settings.every:g} s, {a_day:,.0f} times a day", stops=False),
        ]


class _List:
    """The list, page by page."""

    key = "list"

    def __init__(self, settings: PollApiSettings, client: HttpClient, now: Callable[[], float]) -> None:
        self._settings = settings
        self._client = client
        self._now = now
        self._origin = urlunsplit((*urlsplit(settings.url)[:3], "", ""))
        self.label = self._origin
        self._secrets, self._key_parameter = _ways_in(settings)
        self._account = self._key_parameter.get(settings.key_parameter or "", "")
        client.demand(settings.url, secrets=self._secrets, account=self._account, gap_s=settings.gap, in_flight=2)

    async def page(self, asked: Asked) -> Page:
        """Ask for a page."""
        answer = await self._client.get(
            self._url(asked),
            params=self._key_parameter or None,
            headers={"accept": "application/json", **self._settings.headers},
            secrets=self._secrets,
            account=self._account,
            limit_s=60.0,
        )
        body, items = self._items(answer)
        next_ = next_page(
            self._settings.pages,
            asked.cursor,
            body,
            link=answer.headers.get("link", ""),
            url=answer.url,
            posts=len(items),
        )
        return Page(
            found=self._found(items), next=next_, is_cut=self._settings.since is None and not self._settings.is_whole
        )

    def _url(self, asked: Asked) -> str:
        if asked.cursor.startswith(ADDRESS):
            return asked.cursor.removeprefix(ADDRESS)
        settings = self._settings
        params = {name: str(value) for name, value in settings.parameters.items()}
        if settings.since is not None and (since := self._since(asked)) is not None:
            params[settings.since.parameter] = since
        if settings.pages is not None and settings.pages.parameter:
            number = "" if settings.pages.first is None else str(settings.pages.first)
            if cursor := asked.cursor or number:
                params[settings.pages.parameter] = cursor
        if not params:
            return settings.url
        return f"{settings.url}{'&' if '?' in settings.url else '?'}{urlencode(params)}"

    def _since(self, asked: Asked) -> str | None:
        """Return the moment before which nothing is needed, as the API reads it."""
        if asked.since is None and self._settings.order == "newest_first":
            return None  # the first page is all that is read the first time
        since = int(self._now() - _NOT_ASKED_YET_S if asked.since is None else asked.since)
        if self._settings.since is not None and self._settings.since.format == "seconds":
            return str(since)
        if self._settings.since is not None and self._settings.since.format == "milliseconds":
            return str(since * 1000)
        return dt.datetime.fromtimestamp(since, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _items(self, answer: Answer) -> tuple[Any, list[Any]]:
        if answer.status == 204:
            return None, []
        if answer.status in {401, 403}:
            raise SourceError(
                f"{self.label} answered {answer.status}: what lets us in is refused; is it right, and may it read?"
            )
        if not answer.is_success:
            said = answer.body[:120].decode("utf-8", "replace")
            raise SourceError(f"{self.label} answered {answer.status}: {said!r}; are url and parameters right?")
        try:
            body = msgspec.json.decode(answer.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            begin = answer.body[:60].decode("utf-8", "replace")
            raise SourceUnavailableError(f"{self.label} answered no JSON ({error}): {begin!r}") from error
        items = at(body, self._settings.items) if self._settings.items else body
        if not isinstance(items, list):
            there = ", ".join(map(str, list(body)[:10])) if isinstance(body, dict) else type(body).__name__
            where = repr(self._settings.items) if self._settings.items else "the top"
            raise SourceUnavailableError(
                f"{self.label}: items: there is no list at {where}; there is {there or 'nothing'}"
            )
        return body, items

    def _found(self, items: list[Any]) -> tuple[Found, ...]:
        now = self._now()
        found: list[Found] = []
        place = now if self._settings.order == "newest_first" else 0.0
        for item in items:
            key = key_of(item, self._settings)
            try:
                place = order_of(item, self._settings, now)
                post = mention_of(item, self._settings, origin=self._origin, now=now)
                found.append(Found(key=key, at=place, post=post))
            except BadMentionError as error:
                data = msgspec.json.encode(item)[:MAX_BYTES]
                refused = Refused.because(error, f"{KIND}: post {key[:100] or '?'} of {self.label}", data)
                # It stands where its neighbour stands: of itself it is not known.
                found.append(Found(key=key or data.decode("utf-8", "replace")[:500], at=place, post=refused))
        return tuple(found)


def _ways_in(settings: PollApiSettings) -> tuple[dict[str, str], dict[str, str]]:
    """Return secret headers, and secret parameters."""
    if settings.password is not None:
        pair = f"{settings.username}:{settings.password.get_secret_value()}".encode()
        return {"authorization": f"Basic {base64.b64encode(pair).decode()}"}, {}
    if settings.key is None:
        return {}, {}
    key = settings.key.get_secret_value()
    if settings.key_parameter:
        return {}, {settings.key_parameter: key}
    return {settings.key_header.lower(): f"{settings.key_prefix}{key}"}, {}

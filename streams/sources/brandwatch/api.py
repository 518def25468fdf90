"""Asks Brandwatch's API: one call after the other, as seldom as it allows.

References
----------
[^1]: developers.brandwatch.com: *Authenticate*, *Rate limiting*, *Retrieving Mentions*, *Paging through historical
    Mentions* (``nextCursor``).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec import Struct, field

from streams.sources.brandwatch.settings import BrandwatchSettings
from streams.sources.http import Answer, HttpClient
from streams.sources.source import SourceError, SourceUnavailableError
from streams.sources.suites.fields import text

T = TypeVar("T")
PAGE = 1000
_LIMIT_BYTES = 32 * 1024 * 1024
_WINDOW_S = 600.0
_BY_OFFSET = 10_000
"""So many mentions are reached by the numbers of pages; beyond, by the cursor alone."""


class Page(Struct, frozen=True):
    """One page, newest found first."""

    results: list[Any] = field(default_factory=list)
    next_cursor: str | None = field(default=None, name="nextCursor")


class _Queries(Struct, frozen=True):
    results: list[Any] = field(default_factory=list)


class Api:
    """The API for one project.

    Parameters
    ----------
    client
        Asks over HTTP.
    settings
        As configured.
    """

    def __init__(self, client: HttpClient, settings: BrandwatchSettings) -> None:
        self._client = client
        self._settings = settings
        self._token = "" if settings.token is None else settings.token.get_secret_value()
        self.gap_s = _WINDOW_S / settings.calls

    async def queries(self) -> dict[int, str]:
        """Return the names of the project's queries by their numbers."""
        answer = await self._get(f"/projects/{self._settings.project}/queries/summary", [])
        found = _decode(answer, _Queries).results
        return {int(text(one, "id")): text(one, "name") for one in found if text(one, "id").isdigit()}

    async def page(self, since: float, until: float, number: int, cursor: str | None, size: int = PAGE) -> Page:
        """Return a page of what was published within a time, in the order in which it was found, newest first.

        Parameters
        ----------
        since, until
            Epoch seconds.
        number, cursor
            Of the page, and what the one before said comes next; the cursor goes before the number.
        """
        params: list[tuple[str, str]] = [("queryId", str(query)) for query in self._settings.queries]
        params += [("startDate", _moment(since)), ("endDate", _moment(until)), ("pageSize", str(size))]
        params += [("orderBy", "added"), ("orderDirection", "desc")]
        params.append(("cursor", cursor) if cursor else ("page", str(number)))
        return _decode(await self._get(f"/projects/{self._settings.project}/data/mentions", params), Page)

    def has_next(self, page: Page, number: int) -> bool:
        """Tell whether the page after this one can be had."""
        return len(page.results) == PAGE and (bool(page.next_cursor) or (number + 2) * PAGE <= _BY_OFFSET)

    async def _get(self, path: str, params: Sequence[tuple[str, str]]) -> Answer:
        url = self._settings.url + path
        answer = await self._ask(url, params)
        if answer.status == 401 and self._settings.token is None:
            self._token = ""
            answer = await self._ask(url, params)
        if answer.status in {401, 403}:
            raise SourceError(f"{url} answered {answer.status}: the token or the user may not read this project")
        if not answer.is_success:
            raise SourceError(f"{url} answered {answer.status}: {_said(answer)}; are project and queries right?")
        return answer

    async def _ask(self, url: str, params: Sequence[tuple[str, str]]) -> Answer:
        if not self._token:
            self._token = await self._new_token()
        secrets = {"authorization": f"bearer {self._token}"}
        self._client.demand(url, secrets=secrets, gap_s=self.gap_s, in_flight=1)
        asked = f"{url}?{urlencode(params)}" if params else url
        return await self._client.get(asked, secrets=secrets, limit_bytes=_LIMIT_BYTES, limit_s=60.0)

    async def _new_token(self) -> str:
        password = self._settings.password.get_secret_value() if self._settings.password is not None else ""
        form = {
            "grant_type": "api-password", "client_id": "brandwatch-api-client",
            "username": self._settings.username, "password": password,
        }  # fmt: skip
        url = f"{self._settings.url}/oauth/token"
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = await self._client.post(url, urlencode(form).encode(), headers=headers)
        if not answer.is_success:
            raise SourceError(f"{url} answered {answer.status}: username or password is wrong, or has no API")
        token = text(_decode(answer, dict[str, Any]), "access_token")
        if not token:
            raise SourceUnavailableError(f"{url} gave no access token")
        return token


def _decode(answer: Answer, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SourceUnavailableError(f"{answer.url.partition('?')[0]} is no answer of the API: {error}") from error


def _said(answer: Answer) -> str:
    return repr(answer.body[:120].decode("utf-8", "replace"))


def _moment(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")

"""Asks X's API: each post that it gives is paid for.

References
----------
[^1]: docs.x.com: *Search recent Posts*, *Posts lookup by ids*, *Pagination*, *Rate limits*, *Usage and billing*.
"""

import datetime as dt
from typing import Any

import msgspec

from streams.sources.http import Answer, HttpClient
from streams.sources.source import SourceError, SourceUnavailableError
from streams.sources.suites.fields import at, text
from streams.sources.x.settings import XSettings

MOST = 100
KEPT_S = 7 * 86_400.0
"""So far back a search reaches."""
_MARGIN_S = 120.0
_FIELDS = "created_at,lang,author_id,public_metrics,referenced_tweets,entities,note_tweet"


class Api:
    """The API with one token.

    Parameters
    ----------
    client
        Asks over HTTP.
    settings
        As configured.
    """

    def __init__(self, client: HttpClient, settings: XSettings) -> None:
        self._client = client
        self._url = settings.url
        self._secrets = {"authorization": f"Bearer {settings.token.get_secret_value()}"}
        client.demand(self._url, secrets=self._secrets, gap_s=900.0 / settings.calls, in_flight=1)

    async def search(
        self, query: str, *, since: float | None, behind: str, size: int, token: str, now: float
    ) -> tuple[list[Any], str]:
        """Return a page of what a search finds, newest first, and what the next is asked for with.

        Parameters
        ----------
        since, behind
            A moment, epoch seconds, or the number of a post, which goes before it. X refuses what is more than seven
            days ago.
        size
            Posts at most, 10 to 100.
        """
        params = {"query": query, "max_results": str(size), "tweet.fields": _FIELDS, "sort_order": "recency"}
        if behind and since is not None and since > now - KEPT_S + _MARGIN_S:
            params["since_id"] = behind
        elif since is not None:
            begin = max(since, now - KEPT_S + _MARGIN_S)
            params["start_time"] = dt.datetime.fromtimestamp(begin, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if token:
            params["next_token"] = token
        body = await self._get("/2/tweets/search/recent", params)
        return _data(body), text(body, "meta.next_token")

    async def posts(self, numbers: list[str]) -> list[Any]:
        """Return posts by their numbers, those that are there."""
        return _data(await self._get("/2/tweets", {"ids": ",".join(numbers), "tweet.fields": _FIELDS}))

    async def _get(self, path: str, params: dict[str, str]) -> Any:
        url = f"{self._url}{path}"
        answer = await self._client.get(url, params=params, secrets=self._secrets)
        body = _decoded(answer, url)
        if not answer.is_success:
            raise SourceError(f"{url} answered {answer.status}: {_said(body)}{_ADVICE.get(answer.status, '')}")
        if not isinstance(body, dict) or not body.keys() & {"data", "meta", "errors"}:
            raise SourceUnavailableError(f"{url} gave neither data nor meta: {answer.body[:80]!r}")
        return body


_ADVICE = {
    400: "; is the search right?",
    401: "; is the token right?",
    402: "; no credits are left: buy some, then send SIGHUP",
    403: "; may the app search?",
}


def _data(body: Any) -> list[Any]:
    data = at(body, "data")
    return data if isinstance(data, list) else []


def _said(body: Any) -> str:
    said = text(body, "errors.0.message", "detail", "title", "errors.0.detail")
    return said[:300] or "without a reason"


def _decoded(answer: Answer, url: str) -> Any:
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        begin = answer.body[:60].decode("utf-8", "replace")
        raise SourceUnavailableError(f"{url} answered {answer.status} and no JSON: {begin!r}") from error

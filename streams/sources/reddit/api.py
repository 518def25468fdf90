"""Asks Reddit's API with a token that lasts a day.

References
----------
[^1]: support.reddithelp.com, *Reddit Data API Wiki*, and github.com/reddit-archive/reddit/wiki/OAuth2.
"""

import base64
from typing import Any
from urllib.parse import urlencode

import msgspec

from streams.sources.http import Answer, HttpClient, user_agent
from streams.sources.reddit.settings import RedditSettings
from streams.sources.source import SourceError, SourceUnavailableError
from streams.sources.suites.fields import at, text

MOST = 100
"""Of one page, and of one look at what was sent."""


class Api:
    """The API for one app.

    Parameters
    ----------
    client
        Asks over HTTP.
    settings
        As configured.
    """

    def __init__(self, client: HttpClient, settings: RedditSettings) -> None:
        self._client = client
        self._settings = settings
        self._token = ""
        version = user_agent().partition("/")[2].partition(" ")[0]
        self._agent = f"server:{settings.client_id}:{version} (by /u/{settings.user})"
        client.demand(settings.url, account=settings.client_id, gap_s=60.0 / settings.calls, in_flight=2)

    async def listing(self, path: str, **params: str) -> tuple[list[Any], str]:
        """Return what a list holds, and the full name behind which it goes on.

        Raises
        ------
        SourceUnavailableError
            Where waiting mends it.
        SourceError
            Else.
        """
        url = f"{self._settings.url}{path}"
        answer = await self._ask(url, params)
        if answer.status == 401:
            self._token = ""
            answer = await self._ask(url, params)
        if answer.status == 401:
            raise SourceError(f"{url} answered 401 to a new token: is the app still approved?")
        if answer.status in {403, 404}:
            raise SourceError(f"{url} answered {answer.status}: it is closed to us, or there is no such place")
        if not answer.is_success:
            raise SourceError(f"{url} answered {answer.status}: {answer.body[:120]!r}")
        body = _decoded(answer, url)
        children = at(body, "data.children")
        if text(body, "kind") != "Listing" or not isinstance(children, list):
            raise SourceUnavailableError(f"{url} gave no list: {answer.body[:80]!r}")
        if any(text(child, "kind") not in {"t1", "t3"} for child in children):
            raise SourceError(f"{url} lists neither posts nor comments: is there such a subreddit?")
        return [at(child, "data") for child in children], text(body, "data.after")

    async def _ask(self, url: str, params: dict[str, str]) -> Answer:
        if not self._token:
            self._token = await self._new_token()
        return await self._client.get(
            url,
            params={"raw_json": "1", **params},
            headers={"user-agent": self._agent},
            secrets={"authorization": f"bearer {self._token}"},
            account=self._settings.client_id,
        )

    async def _new_token(self) -> str:
        pair = f"{self._settings.client_id}:{self._settings.client_secret.get_secret_value()}".encode()
        url = f"{self._settings.site}/api/v1/access_token"
        answer = await self._client.post(
            url,
            urlencode({"grant_type": "client_credentials"}).encode(),
            headers={"content-type": "application/x-www-form-urlencoded", "user-agent": self._agent},
            secrets={"authorization": f"Basic {base64.b64encode(pair).decode()}"},
        )
        if not answer.is_success:
            raise SourceError(f"{url} answered {answer.status}: client_id or client_secret is wrong, or not approved")
        body = _decoded(answer, url)
        if reason := text(body, "error"):
            raise SourceError(f"{url} gives no token: {reason}; are client_id and client_secret right?")
        token = text(body, "access_token")
        if not token:
            raise SourceUnavailableError(f"{url} gave no token")
        return token


def _decoded(answer: Answer, url: str) -> Any:
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        begin = answer.body[:60].decode("utf-8", "replace")
        raise SourceUnavailableError(f"{url} answered no JSON: {begin!r}") from error

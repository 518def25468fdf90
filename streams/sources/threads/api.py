"""Asks the Threads API: each search that finds something is one of the day's queries.

References
----------
[^1]: developers.facebook.com/docs/threads: *Keyword and Topic Tag Search*, *Media Retrieval*, *Debug Access Token*,
    *Long-Lived Access Tokens*, *Overview* (rate limiting); developers.facebook.com/docs/graph-api: *Paginated Results*,
    *Handle Errors*, *Rate Limits*.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from streams.sources.http import HttpClient
from streams.sources.source import SourceError, SourceUnavailableError
from streams.sources.suites.fields import at, count, text
from streams.sources.threads.settings import ThreadsSettings

MOST = 100
OLDEST = 1_688_540_400
"""Threads takes no moment before its first day, epoch seconds."""
PERMISSIONS = ("threads_basic", "threads_keyword_search")
_FIELDS = "id,text,media_type,permalink,timestamp,username,has_replies,is_quote_post,is_reply"
_WAIT_S = 900.0
_TOO_MUCH = frozenset({4, 17, 32, 613})
_LATER = frozenset({1, 2})
_TOKEN = frozenset({102, 190})
_GONE = frozenset({(24, 0), (100, 33)})
"""Codes and subcodes of what is not there, or not to be seen by us: Meta tells the two by the same words."""


class Token(Struct, frozen=True, kw_only=True):
    """What Meta says of the token.

    Parameters
    ----------
    is_valid
        Whether it is still taken.
    expires
        Epoch seconds; 0 where that is not told.
    scopes
        The permissions that its user has given.
    """

    is_valid: bool
    expires: float
    scopes: frozenset[str]


class Api:
    """The API with one token.

    Parameters
    ----------
    client
        Asks over HTTP.
    settings
        As configured.
    spend
        Is told of each query.
    """

    def __init__(self, client: HttpClient, settings: ThreadsSettings, spend: Callable[[float], None]) -> None:
        self._client = client
        self._url = settings.url
        self._token = settings.token.get_secret_value()
        self._secrets = {"authorization": f"Bearer {self._token}"}
        self._spend = spend
        client.demand(self._url, secrets=self._secrets, in_flight=2)

    async def search(self, query: str, place: dict[str, str], *, size: int = MOST) -> tuple[list[Any], str, bool]:
        """Return a page of what a search finds, newest first, the mark behind it, and whether there is more.

        Parameters
        ----------
        place
            ``since``, ``until`` (epoch seconds) and ``after``, as far as they are wanted.

        Raises
        ------
        SourceUnavailableError
            Where waiting mends it.
        SourceError
            Else.
        """
        asked = {"q": query, "search_type": "RECENT", "fields": _FIELDS, "limit": str(size), **place}
        url = f"{self._url}/keyword_search"
        body = await self._get(url, asked)
        data = at(body, "data")
        if not isinstance(data, list):
            raise SourceUnavailableError(f"{url} gave no list of posts")
        if data:
            self._spend(1.0)
        return data, text(body, "paging.cursors.after"), bool(text(body, "paging.next")) or len(data) >= size

    async def post(self, number: str) -> Any:
        """Return a post by its number; ``None`` where it is not there, or not to be seen by us."""
        body = await self._get(f"{self._url}/{number}", {"fields": _FIELDS}, may_be_gone=True)
        if body is not None and text(body, "id") != number:
            raise SourceUnavailableError(f"{self._url} gave another post than {number}")
        return body

    async def own_name(self) -> str:
        """Return whose token it is."""
        return text(await self._get(f"{self._url}/me", {"fields": "id,username"}), "username")

    async def token(self) -> Token:
        """Return what Meta says of the token."""
        body = await self._get(f"{self._url}/debug_token", {"input_token": self._token})
        scopes = at(body, "data.scopes")
        return Token(
            is_valid=at(body, "data.is_valid") is not False,
            expires=float(count(body, "data.expires_at")),
            scopes=frozenset(str(one) for one in scopes) if isinstance(scopes, list) else frozenset(),
        )

    async def _get(self, url: str, params: dict[str, str], *, may_be_gone: bool = False) -> Any:
        answer = await self._client.get(
            url, params=params, headers={"accept": "application/json"}, secrets=self._secrets
        )
        try:
            body = msgspec.json.decode(answer.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            begin = answer.body[:60].decode("utf-8", "replace")
            raise SourceUnavailableError(f"{url} answered {answer.status} and no JSON: {begin!r}") from error
        if answer.is_success and isinstance(body, dict) and "error" not in body:
            return body
        if may_be_gone and (count(body, "error.code"), count(body, "error.error_subcode")) in _GONE:
            return None
        # Meta repeats a token that it cannot read.
        reason = text(body, "error.message").replace(self._token, "…")[:200] or "without a reason"
        raise _meant(body, f"{url} answered {answer.status}, code {count(body, 'error.code')}: {reason}")


def _meant(body: Any, said: str) -> SourceError | SourceUnavailableError:
    """Return what an error of Meta's means."""
    code = count(body, "error.code")
    if code in _TOO_MUCH:
        return SourceUnavailableError(f"{said}; it is asked again in a quarter of an hour", retry_after_s=_WAIT_S)
    if code in _LATER or at(body, "error.is_transient") is True:
        return SourceUnavailableError(said)
    if code in _TOKEN:
        return SourceError(
            f"{said}; the token has expired or was withdrawn: put a new one into token_file, then `tocsin reload`"
        )
    if code == 10 or 200 <= code < 300:
        return SourceError(f"{said}; does the token have {' and '.join(PERMISSIONS)}?")
    return SourceError(said)

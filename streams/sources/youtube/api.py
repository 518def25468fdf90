"""Asks the YouTube Data API: each request costs a unit of the day's, also one that is refused.

References
----------
[^1]: developers.google.com/youtube/v3: *CommentThreads: list*, *Comments: list*, *Channels: list*, *Quota calculator*,
    *Errors*.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from streams.sources.http import Answer, HttpClient
from streams.sources.source import SourceError, SourceUnavailableError
from streams.sources.suites.fields import at, text
from streams.sources.youtube.settings import YouTubeSettings

MOST_IDS = 50
_NO_UNITS = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
_LATER = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "processingFailure", "backendError", "internalError"})
_PAGE_GONE = frozenset({"invalidPageToken", "invalidPage"})


class Api:
    """The API with one key.

    Parameters
    ----------
    client
        Asks over HTTP.
    settings
        As configured.
    spend, exhaust
        Are told of each unit, and that none is left.
    """

    def __init__(
        self, client: HttpClient, settings: YouTubeSettings, spend: Callable[[float], None], exhaust: Callable[[], None]
    ) -> None:
        self._client = client
        self._url = settings.url
        self._key = settings.key.get_secret_value()
        self._spend = spend
        self._exhaust = exhaust
        client.demand(self._url, account=self._key, in_flight=2)

    async def items(self, path: str, **params: str) -> tuple[list[Any], str]:
        """Return the items of one page, and what the next is asked for with.

        Raises
        ------
        SourceUnavailableError
            Where waiting mends it; without units until they are renewed.
        SourceError
            Else.
        """
        url = f"{self._url}/{path}"
        answer = await self._client.get(
            url, params=params, headers={"accept": "application/json"}, secrets={"x-goog-api-key": self._key},
            account=self._key,
        )  # fmt: skip
        self._spend(1.0)
        body = _decoded(answer, url)
        if not answer.is_success:
            self._refuse(answer.status, body, url)
        items = at(body, "items")
        if not isinstance(items, list):
            raise SourceUnavailableError(f"{url} has no items: {answer.body[:80]!r}")
        return items, text(body, "nextPageToken")

    def _refuse(self, status: int, body: Any, url: str) -> None:
        """Raise what the answer means."""
        reason = text(body, "error.errors.0.reason", "error.status")
        said = f"{url} answered {status} {reason}: {text(body, 'error.message')[:200]}"
        if reason in _NO_UNITS:
            self._exhaust()
            raise SourceUnavailableError("no units are left today; they are renewed at midnight in California")
        if reason in _LATER or reason in _PAGE_GONE:
            raise SourceUnavailableError(said)
        raise SourceError(said)


def _decoded(answer: Answer, url: str) -> Any:
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        begin = answer.body[:60].decode("utf-8", "replace")
        raise SourceUnavailableError(f"{url} answered {answer.status} and no JSON: {begin!r}") from error

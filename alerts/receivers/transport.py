"""Plain HTTP to a receiver: one bounded request, what its answer or its failure means, how long it asks to wait."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from alerts.errors import DeliveryError

ANSWER_BYTES = 64 * 1024
"""What is read of an answer; receivers say what they have to say in far less."""
_LATER = frozenset({408, 425, 429})
"""Of the 4xx those that another attempt may turn: time-out, too early, too many."""
_PAGE_BEGINS = (b"<!doctype html", b"<!--", b"<html", b"<head", b"<body", b"<title", b"<meta", b"<script")


class HttpAnswer(Struct, frozen=True):
    """An answer that came in whole, or its first ``ANSWER_BYTES``."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def is_web_page(self) -> bool:
        """Whether it is a page for a person: of a proxy, a log-in, a host that stands in for the one meant."""
        start = self.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith(_PAGE_BEGINS)

    @property
    def is_broken_json(self) -> bool:
        """Whether it begins like JSON and is none: it was cut, or mixed up with another."""
        begins = self.body.lstrip(b"\xef\xbb\xbf \t\r\n")
        return begins[:1] in {b"{", b"["} and len(self.body) < ANSWER_BYTES and self.json() is None

    def json(self) -> Any:
        """Return what the body says as JSON, or ``None`` where it is none."""
        try:
            return msgspec.json.decode(self.body.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None


async def post(
    client: httpx.AsyncClient, url: str, content: bytes, headers: Mapping[str, str], *, whom: str, limit_s: float
) -> HttpAnswer:
    """Send one request, and return its answer.

    Parameters
    ----------
    client
        Follows no redirect: the request is signed for, and meant for, this address.
    whom
        Names the receiver in messages.
    limit_s
        For all of it: an answer that comes a byte a second is none.

    Raises
    ------
    DeliveryError
        Where no answer came in whole.
    """
    sent = {"content-type": "application/json", "accept-encoding": "identity", **headers}
    try:
        async with (
            asyncio.timeout(limit_s),
            client.stream("POST", url, content=content, headers=sent, follow_redirects=False) as response,
        ):
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) >= ANSWER_BYTES:
                    break
            return HttpAnswer(
                response.status_code, response.reason_phrase, response.headers, bytes(body[:ANSWER_BYTES])
            )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise lost(error, whom) from error
    except TimeoutError as error:
        raise DeliveryError(f"{whom}: no whole answer within {limit_s:g} s", outcome="unknown") from error


def not_taken(answer: HttpAnswer, detail: str, *, now: float, advice: str) -> DeliveryError:
    """Return what an answer means that is no receipt.

    A 4xx is final, but for those of which the other side says itself that they pass. All else may pass: nobody
    can tell from a proxy's page what the receiver behind it would say.

    Parameters
    ----------
    detail
        Who answered what.
    now
        Wall time, epoch seconds.
    advice
        What to look at where it is final.
    """
    if is_final(answer.status):
        return DeliveryError(f"{detail}; {advice}", outcome="refused")
    if 300 <= answer.status < 400:
        where = answer.headers.get("location", "elsewhere")[:200]
        return DeliveryError(f"{detail}: it sends us to {where}, where nothing is sent; {advice}", outcome="retry")
    after_s = asked_to_wait_s(answer.headers.get("retry-after", ""), now)
    if answer.is_success:
        what = "a web page" if answer.is_web_page else "what is no receipt"
        return DeliveryError(f"{detail}: it answered with {what}", outcome="unknown", retry_after_s=after_s)
    return DeliveryError(detail, outcome="retry", retry_after_s=after_s)


def is_final(status: int) -> bool:
    """Whether a status says that the request will never be taken as it is.

    Examples
    --------
    >>> [status for status in (200, 302, 400, 404, 408, 410, 425, 429, 500, 503) if is_final(status)]
    [400, 404, 410]
    """
    return 400 <= status < 500 and status not in _LATER


def lost(error: httpx.HTTPError | httpx.InvalidURL, whom: str) -> DeliveryError:
    """Translate a request that got no answer.

    Where no connection was made nothing left; in every other case it may have arrived.
    """
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return DeliveryError(f"{whom}: {error}; correct its address", outcome="retry")
    detail = f"{whom}: {type(error).__name__} {error}".rstrip()
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
        return DeliveryError(f"{detail} (no connection)", outcome="retry")
    return DeliveryError(f"{detail} (no answer)", outcome="unknown")


def asked_to_wait_s(stated: str, now: float) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for, as seconds or as a date; ``None`` where it says nothing.

    How much of it is given is the outbox's business.

    Examples
    --------
    >>> asked_to_wait_s("30", 0.0), asked_to_wait_s("soon", 0.0), asked_to_wait_s("²", 0.0)
    (30.0, None, None)
    >>> asked_to_wait_s("Thu, 01 Jan 1970 00:01:00 GMT", 15.0)
    45.0
    """
    stated = stated.strip()
    if stated.isascii() and stated.isdecimal():
        return float(stated)
    try:
        then = parsedate_to_datetime(stated)
        at = then if then.tzinfo else then.replace(tzinfo=UTC)
        return max(0.0, (at - datetime.fromtimestamp(now, UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None

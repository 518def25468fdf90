"""What a failure of plain HTTP means for a delivery."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from alerts.errors import DeliveryError


def lost(error: httpx.HTTPError | httpx.InvalidURL, whom: str) -> DeliveryError:
    """Translate a request that got no answer.

    Where no connection was made nothing left; in every other case it may have arrived.
    """
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return DeliveryError(f"{whom}: {error}; correct its address", outcome="refused")
    told = f"{whom}: {type(error).__name__} {error}".rstrip()
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
        return DeliveryError(f"{told} (no connection)", outcome="retry")
    return DeliveryError(f"{told} (no answer)", outcome="unknown")


def asked_to_wait_s(response: httpx.Response, now: float) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, given as seconds or as a date.

    Examples
    --------
    >>> asked_to_wait_s(httpx.Response(429, headers={"Retry-After": "30"}), 0.0)
    30.0
    >>> asked_to_wait_s(httpx.Response(503, headers={"Retry-After": "Thu, 01 Jan 1970 00:01:00 GMT"}), 15.0)
    45.0
    """
    stated = response.headers.get("Retry-After", "")
    if stated.isdigit():
        return float(stated)
    try:
        then = parsedate_to_datetime(stated)
    except ValueError:
        return None
    at = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.fromtimestamp(now, UTC)).total_seconds())

"""Reads the bodies of requests: within a time, and all of them together within a number of bytes.

A sender is not authenticated until the whole body has been read, because a signature covers all of it. So the bodies
that wait to be read, verified and passed on are bounded for the process; further senders are asked to retry.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from alerts.health import metrics

MOST_IN_FLIGHT = 32 * 1024 * 1024
"""Of all requests together: four of the largest, hundreds of ordinary ones."""
BODY_S = 60.0
"""For a whole body: 8 MB over a slow line."""
_CHUNK = 64 * 1024
_AGAIN_S = "10"


class BodyRefusedError(Exception):
    """A body that is not read to its end.

    Parameters
    ----------
    status
        413 too large, 503 too many at once, 408 too slow, 400 broken off.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says beside its status: when to come again, and that the line is closed."""
        again = {"Retry-After": _AGAIN_S} if self.status == 503 else {}
        return {"Connection": "close", **again}


class Bodies:
    """The bytes of all bodies that are under way.

    Parameters
    ----------
    most_bytes
        Of all together.
    limit_s
        For each, from its first byte to its last.
    """

    def __init__(self, most_bytes: int = MOST_IN_FLIGHT, limit_s: float = BODY_S) -> None:
        self._most_bytes = most_bytes
        self._limit_s = limit_s
        self.in_flight = 0

    @asynccontextmanager
    async def read(self, request: web.Request, most_bytes: int) -> AsyncIterator[bytes]:
        """Read a body, and count it as under way until the block is left.

        Parameters
        ----------
        most_bytes
            Of this one.

        Raises
        ------
        BodyRefusedError
            Where it is too large, too slow, broken off, or one too many.
        """
        body, held = bytearray(), 0
        try:
            if (request.content_length or 0) > most_bytes:
                raise _refused("too_large", most_bytes)
            try:
                async with asyncio.timeout(self._limit_s):
                    async for chunk in request.content.iter_chunked(_CHUNK):
                        if len(body) + len(chunk) > most_bytes:
                            raise _refused("too_large", most_bytes)
                        if self.in_flight + len(chunk) > self._most_bytes:
                            raise _refused("too_many")
                        self.in_flight += len(chunk)
                        held += len(chunk)
                        body += chunk
            except TimeoutError:
                raise _refused("too_slow") from None
            except (web.RequestPayloadError, ConnectionError) as error:
                raise _refused("broken_off") from error
            whole = bytes(body)
            body.clear()
            yield whole
        finally:
            self.in_flight -= held


def _refused(why: str, most_bytes: int = 0) -> BodyRefusedError:
    metrics.BODIES_REFUSED.labels(why).inc()
    status, text = {
        "too_large": (413, f"more than {most_bytes} bytes; send less at a time"),
        "too_many": (503, "too much is sent at once; send the same request again in some seconds"),
        "too_slow": (408, "the body did not come in time; send it again"),
        "broken_off": (400, "the body broke off"),
    }[why]
    return BodyRefusedError(status, text)

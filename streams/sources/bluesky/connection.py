"""The socket to one host: frames as bytes, and each way in which it fails as one kind of error."""

import asyncio
import json
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus, ProxyError, WebSocketException
from websockets.typing import Subprotocol

from streams.sources.addresses import is_literal, is_private
from streams.sources.bluesky.frames import Wire
from streams.sources.source import SourceUnavailableError

OPEN_S = 20.0
"""Time for name, TLS and upgrade; a host that has to look for an old cursor answers late."""
_CLOSE_S = 2.0
_QUEUE = 256
"""Frames held before reading from the socket stops: then the host waits, and nothing is lost."""
_LONGEST = 4 << 20
MOST_FRAMES = 1_000
MOST_BYTES = 4 << 20
"""Of one reading."""
_KEPT_OUT = frozenset({401, 403, 407, 451})
_LONGEST_WORD = 300
_LONGEST_WAIT_S = 3600.0


class RefusedError(SourceUnavailableError):
    """A host that answered something else than asked, instead of a stream.

    Parameters
    ----------
    status
        Of HTTP.
    name
        What the wire ``v2`` calls the error, such as ``CursorTooOld``; else empty.
    """

    def __init__(self, message: str, *, status: int, name: str = "", retry_after_s: float = 0.0) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.status = status
        self.name = name


class Connection:
    """One subscription, from its upgrade on."""

    def __init__(self, host: str, socket: ClientConnection) -> None:
        self.host = host
        self._socket = socket
        self._frames: list[bytes] = []
        self._bytes = 0
        self._ended: SourceUnavailableError | None = None
        self._last_s = asyncio.get_running_loop().time()

    async def take(self, *, linger_s: float, idle_s: float) -> list[bytes]:
        """Return what has come, after a wait; may be cancelled without losing a frame.

        Parameters
        ----------
        linger_s
            How long to gather more after the first frame, seconds.
        idle_s
            After so long without a frame none are returned.

        Raises
        ------
        SourceUnavailableError
            Where the host has ended the connection, once all that came before has been taken.
        """
        if self._ended is None:
            try:
                await self._gather(linger_s, idle_s)
            except ConnectionClosed as error:
                self._ended = SourceUnavailableError(f"{self.host}: {_farewell(error)}")
        if self._ended is not None and not self._frames:
            raise self._ended
        taken, self._frames, self._bytes = self._frames, [], 0
        return taken

    async def _gather(self, linger_s: float, idle_s: float) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(idle_s) as limit:
                while len(self._frames) < MOST_FRAMES and self._bytes < MOST_BYTES:
                    frame = await self._socket.recv(decode=False)
                    self._frames.append(frame)
                    self._bytes += len(frame)
                    self._last_s = loop.time()
                    if len(self._frames) == 1:
                        limit.reschedule(min(loop.time() + linger_s, limit.when() or 0.0))
        except TimeoutError:
            pass

    def silent_s(self) -> float:
        """Return the seconds since the last frame, or since the upgrade."""
        return asyncio.get_running_loop().time() - self._last_s

    async def close(self) -> None:
        """Say goodbye, and wait for no answer for long."""
        await self._socket.close()


async def open_connection(
    host: str, address: str, *, wire: Wire, is_compressed: bool, user_agent: str, within_s: float = OPEN_S
) -> Connection:
    """Connect to a host.

    Parameters
    ----------
    is_compressed
        Whether frames are compressed by Zstandard; hosts refuse to compress them twice.
    within_s
        Time to do so, seconds.

    Raises
    ------
    RefusedError
        Where something else answers.
    SourceUnavailableError
        Where nothing answers.
    """
    try:
        socket = await connect(
            address,
            compression="deflate" if wire == "v1" and not is_compressed else None,
            subprotocols=[Subprotocol("xrpc.v1.json")] if wire == "v2" else None,
            user_agent_header=user_agent,
            # A proxy of the environment leads out, and not back to this machine.
            proxy=None if _is_near(urlsplit(host).hostname or "") else True,
            open_timeout=within_s,
            close_timeout=_CLOSE_S,
            max_queue=_QUEUE,
            max_size=_LONGEST,
        )
    except InvalidStatus as error:
        raise _refusal(host, error) from error
    except TimeoutError as error:
        raise SourceUnavailableError(f"{host} did not answer within {within_s:.0f} s") from error
    except (OSError, WebSocketException, EOFError) as error:
        raise SourceUnavailableError(f"{host} cannot be reached: {_cause(error)}") from error
    return Connection(host, socket)


def _is_near(name: str) -> bool:
    return name == "localhost" or (is_literal(name) and is_private(name))


def _cause(error: BaseException) -> str:
    """Return what failed in words and, where one is known, what to do about it."""
    words = str(error).strip()
    stated = f"{type(error).__name__}: {words[:_LONGEST_WORD]}" if words else type(error).__name__
    match error:
        case ssl.SSLCertVerificationError():
            remedy = (
                "its certificate is not trusted here, so what lies between, such as a company's proxy, may read along; "
                "SSL_CERT_FILE names a file of certificates to trust"
            )
        case ssl.SSLError() | InvalidMessage() | EOFError():
            remedy = "what answers there is no Jetstream; is a proxy or a firewall between?"
        case socket.gaierror():
            remedy = "its name was not found; is there a network, and does its name server know the world outside?"
        case ProxyError():
            remedy = "the proxy that HTTPS_PROXY or ALL_PROXY names lets nothing through; mend or unset it"
        case ConnectionRefusedError():
            remedy = "nothing takes connections there; is it, or the proxy before it, running, and let through?"
        case _:
            return stated
    return f"{remedy} ({stated})"


def _refusal(host: str, error: InvalidStatus) -> RefusedError:
    response = error.response
    name, message = _words(bytes(response.body or b""))
    words = f"{name}: {message}" if name else message
    blocked = "; a firewall, or what it serves of the world, keeps us out: ask from elsewhere"
    return RefusedError(
        f"{host} answered {response.status_code} {response.reason_phrase or ''}".rstrip()
        + (f" ({words})" if words else "")
        + (blocked if response.status_code in _KEPT_OUT else ""),
        status=response.status_code,
        name=name,
        retry_after_s=_seconds(response.headers.get("Retry-After", "")),
    )


def _words(body: bytes) -> tuple[str, str]:
    """Return name and message of an error: JSON on ``v2``, a line on ``v1``, a web page from what lies between."""
    text = body[:4096].decode(errors="replace").strip()
    try:
        words: Any = json.loads(text)
    except ValueError:
        words = None
    if isinstance(words, dict):
        return str(words.get("error", ""))[:_LONGEST_WORD], str(words.get("message", ""))[:_LONGEST_WORD]
    return "", "a web page" if text.startswith("<") else " ".join(text.split())[:_LONGEST_WORD]


def _seconds(stated: str) -> float:
    try:
        seconds = float(stated)
    except ValueError:
        return 0.0
    return seconds if 0.0 <= seconds <= _LONGEST_WAIT_S else 0.0


def _farewell(error: ConnectionClosed) -> str:
    closing = error.rcvd
    if closing is None:
        return "the connection broke off"
    return f"closed the connection ({closing.code}{f', {closing.reason}' if closing.reason else ''})"

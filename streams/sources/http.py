"""How a source asks upstream over HTTP: one polite and bounded client for the process, led nowhere it should not be."""

import asyncio
import copy
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Self

import httpx
from msgspec import Struct

from streams.sources import redirects
from streams.sources.addresses import is_private, shown
from streams.sources.answer_body import ENCODINGS, AnswerBody, BodyError
from streams.sources.peers import PeerCheck, refuse_peer, resolve
from streams.sources.rate_budget import IN_FLIGHT, RateBudget
from streams.sources.rate_headers import read_limits, retry_after_s
from streams.sources.source import SourceError, SourceUnavailableError
from streams.sources.trust import trusted

LIMIT_S = 30.0
"""A request and all that it is led to, until the last byte; what a rate budget lets it wait is not counted."""
LIMIT_BYTES = 10 * 1024 * 1024
PATIENCE_S = 30.0
"""So long a request waits for its rate budget; for longer the runner waits, and says so."""
_LATER = frozenset({408, 425, 429})
_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
_MOST_BUDGETS = 4096
_LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")


class Answer(Struct, frozen=True, kw_only=True):
    """What upstream answered: 2xx, 304 to who has asked for what is new, or a 4xx that waiting does not mend.

    Parameters
    ----------
    status
        HTTP status.
    headers
        By name in lower case.
    body
        Unpacked.
    url
        Where it came from, after all redirects.
    moved_to
        ``url``, where every redirect to it was for good (301, 308); else empty.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    url: str
    moved_to: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


class OpenAnswer(Struct, frozen=True, kw_only=True):
    """What upstream answers for as long as it likes.

    Parameters
    ----------
    status
        HTTP status, 2xx or a 4xx that waiting does not mend.
    headers
        By name in lower case.
    pieces
        The body as it comes, not unpacked; it raises ``SourceUnavailableError`` where it breaks off or nothing comes.
    """

    status: int
    headers: dict[str, str]
    pieces: AsyncIterator[bytes]

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


class Request(Struct, frozen=True, kw_only=True):
    """What is asked.

    Parameters
    ----------
    method
        ``GET``, ``POST`` or ``DELETE``.
    url
        An address that a person has configured, or one made of it; else name in ``found_in`` where it was found.
    headers
        Nothing secret; to another host go only those that say what is wanted.
    secrets
        Headers that let us in; they go to the host of ``url`` and nowhere else.
    account
        What upstream counts requests by, where it is not in ``secrets``: an API key, say. It is kept as a hash.
    found_in
        The address in whose answer ``url`` was found: from the open internet it leads to no private address.
    shown_as
        What stands for the address in messages, where its path is a secret too; else it stands there without its query.
    content
        Of a POST.
    limit_bytes, limit_s
        Of the answer's body, and of all of it.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    secrets: Mapping[str, str]
    account: str
    found_in: str
    shown_as: str
    content: bytes | None
    limit_bytes: int
    limit_s: float


class HttpClient:
    """Asks over HTTP for all sources of a process.

    It sends no cookies, follows at most five redirects, all by the rules of ``streams.sources.redirects`` and
    ``streams.sources.peers``, and keeps one rate budget for each host and credential.

    Parameters
    ----------
    contact
        How upstream reaches whoever runs this Tocsin, a URL or an address; it is in the User-Agent.
    throttled
        Is told the seconds that a request waited for its rate budget.
    now, clock
        Wall time, epoch seconds, and a clock that only goes forward, seconds.
    sleep
        Waits so many seconds.
    """

    def __init__(
        self,
        *,
        contact: str = "",
        throttled: Callable[[float], None] = lambda _: None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.user_agent = user_agent(contact)
        self._throttled = throttled
        self._now = now
        self._clock = clock
        self._sleep = sleep
        self._queues: dict[tuple[str, str], _Queue] = {}
        self._client = httpx.AsyncClient(
            timeout=LIMIT_S,
            verify=trusted(),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            mounts=dict.fromkeys(_LOOPBACK),
        )

    def reporting(self, throttled: Callable[[float], None]) -> Self:
        """Return this client for one source: the same connections and budgets, its own account of waiting."""
        one = copy.copy(self)
        one._throttled = throttled  # noqa: SLF001 - it is one of ours
        return one

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()

    def demand(
        self,
        url: str,
        *,
        secrets: Mapping[str, str] | None = None,
        account: str = "",
        gap_s: float = 0.0,
        in_flight: int = IN_FLIGHT,
    ) -> None:
        """Demand that the host of ``url`` is asked no more often than this, by whomever; the strictest demand holds.

        Parameters
        ----------
        secrets, account
            As in ``get``: they say which budget is meant.
        gap_s
            Seconds between two requests.
        in_flight
            Requests at a time.

        Raises
        ------
        ValueError
            Where no request could ever run.
        """
        queue = self._queue(url, _credential(secrets or {}, account))
        queue.budget.demand(gap_s=gap_s, in_flight=in_flight)

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        account: str = "",
        found_in: str = "",
        shown_as: str = "",
        limit_bytes: int = LIMIT_BYTES,
        limit_s: float = LIMIT_S,
    ) -> Answer:
        """Ask for what is at ``url``. Parameters as in ``Request``; ``params`` are added to its query.

        Raises
        ------
        SourceUnavailableError
            Where no whole answer comes, or one that says: later (408, 425, 429, 5xx).
        SourceError
            Where the address is none, or leads where nothing is asked.
        """
        return await self._ask(
            Request(
                method="GET",
                url=_with_params(url, params),
                headers=headers or {},
                secrets=secrets or {},
                account=account,
                found_in=found_in,
                shown_as=shown_as,
                content=None,
                limit_bytes=limit_bytes,
                limit_s=limit_s,
            )
        )

    async def post(
        self,
        url: str,
        content: bytes,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        account: str = "",
        found_in: str = "",
        shown_as: str = "",
        limit_bytes: int = LIMIT_BYTES,
        limit_s: float = LIMIT_S,
    ) -> Answer:
        """Send ``content`` to ``url``; name its kind in ``headers``. It is sent to no other host. Else as ``get``."""
        return await self._ask(
            Request(
                method="POST",
                url=_with_params(url, params),
                headers=headers or {},
                secrets=secrets or {},
                account=account,
                found_in=found_in,
                shown_as=shown_as,
                content=content,
                limit_bytes=limit_bytes,
                limit_s=limit_s,
            )
        )

    async def delete(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        account: str = "",
    ) -> Answer:
        """Have what is at ``url`` deleted. Else as ``get``."""
        return await self._ask(
            Request(
                method="DELETE",
                url=url,
                headers=headers or {},
                secrets=secrets or {},
                account=account,
                found_in="",
                shown_as="",
                content=None,
                limit_bytes=LIMIT_BYTES,
                limit_s=LIMIT_S,
            )
        )

    @asynccontextmanager
    async def stream(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        account: str = "",
        found_in: str = "",
        shown_as: str = "",
        silence_s: float = LIMIT_S,
    ) -> AsyncIterator[OpenAnswer]:
        """Ask for what has no end, such as server-sent events, and leave it at the end of the block.

        Its beginning counts against the rate budget as every request does; a stream that is open keeps nobody waiting.
        It is led nowhere else. Parameters as in ``Request``, but for

        Parameters
        ----------
        silence_s
            After so long without a byte it counts as broken.

        Raises
        ------
        SourceUnavailableError
            Where it does not begin, asks for patience, breaks off, falls silent, or is elsewhere now.
        SourceError
            Where the address is none, or one that is not asked.
        """
        request = Request(
            method="GET",
            url=_with_params(url, params),
            headers=headers or {},
            secrets=secrets or {},
            account=account,
            found_in=found_in,
            shown_as=shown_as,
            content=None,
            limit_bytes=0,
            limit_s=silence_s,
        )
        way = _Way(request)
        await self._check_host(way)
        said = {"user-agent": self.user_agent, **way.headers, **way.secrets, "accept-encoding": "identity"}
        async with AsyncExitStack() as held:
            async with self._slot(way) as queue:
                with _failures(way, silence_s):
                    response = await held.enter_async_context(
                        self._client.stream(
                            way.method,
                            way.url,
                            headers=said,
                            timeout=httpx.Timeout(LIMIT_S, read=silence_s),
                            extensions={"trace": PeerCheck(way.host, way.shown_url, may_be_private=way.may_be_private)},
                        )
                    )
                headers_ = self._heed(way, response, queue.budget)
            if response.status_code in redirects.MOVED:
                there = redirects.target(way.url, headers_.get("location", ""), way.shown_url)
                raise SourceUnavailableError(
                    f"{way.shown} has moved to {shown(there)}; what has no end is not followed"
                )
            yield OpenAnswer(status=response.status_code, headers=headers_, pieces=_pieces(way, response, silence_s))

    async def _ask(self, request: Request) -> Answer:
        way = _Way(request)
        left_s = request.limit_s
        while True:
            await self._check_host(way)
            async with self._slot(way) as queue:
                begun = self._clock()
                answer = await self._ask_once(way, request, left_s, queue.budget)
                left_s -= self._clock() - begun
            if answer is not None:
                return answer
            if left_s <= 0:
                raise SourceUnavailableError(f"{way.shown}: no whole answer within {request.limit_s:g} s")

    async def _check_host(self, way: "_Way") -> None:
        """Refuse an address that a redirect, or another answer, led to, where it lies within our network."""
        if way.found_in and way.may_be_private:
            way.may_be_private = await self._is_private(way.found_in)
            way.found_in = ""
        if not way.may_be_private and not self._goes_by_proxy(way.url):
            for address in await resolve(way.host, way.port):
                refuse_peer(address, way.host, way.shown_url, may_be_private=False)

    async def _is_private(self, url: str) -> bool:
        _, host, port = redirects.origin(url)
        return not self._goes_by_proxy(url) and all(map(is_private, await resolve(host, port)))

    def _goes_by_proxy(self, url: str) -> bool:
        return self._client._transport_for_url(httpx.URL(url)) is not self._client._transport  # noqa: SLF001

    async def _ask_once(self, way: "_Way", request: Request, left_s: float, budget: RateBudget) -> Answer | None:
        """Send one request; return its answer, or ``None`` where it leads on and ``way`` has gone there."""
        said = {"user-agent": self.user_agent, **way.headers, **way.secrets, "accept-encoding": ENCODINGS}
        trace = PeerCheck(way.host, way.shown_url, may_be_private=way.may_be_private)
        try:
            with _failures(way):
                async with (
                    asyncio.timeout(left_s),
                    self._client.stream(
                        way.method, way.url, content=way.content, headers=said, extensions={"trace": trace}
                    ) as response,
                ):
                    return await self._read(way, request, response, budget)
        except TimeoutError as error:
            raise SourceUnavailableError(f"{way.shown}: no whole answer within {request.limit_s:g} s") from error

    async def _read(self, way: "_Way", request: Request, response: httpx.Response, budget: RateBudget) -> Answer | None:
        headers = self._heed(way, response, budget)
        status = response.status_code
        if status in redirects.MOVED and (location := headers.get("location", "")):
            way.go(location, status, "" if self._goes_by_proxy(way.url) else _peer(response))
            return None
        if status == 304 and not _CONDITIONS & {name.lower() for name in way.headers}:
            raise SourceUnavailableError(f"{way.shown}: 304, though it was asked for whatever is there")
        try:
            body = AnswerBody(headers.get("content-encoding", ""), limit=request.limit_bytes)
            async for piece in response.aiter_raw():
                body.add(piece)
            whole = body.whole()
        except BodyError as error:
            raise SourceUnavailableError(f"{way.shown}: its answer cannot be read: {error}") from error
        return Answer(
            status=status, headers=headers, body=whole, url=way.url, moved_to=way.url if way.is_for_good else ""
        )

    def _heed(self, way: "_Way", response: httpx.Response, budget: RateBudget) -> dict[str, str]:
        """Take note of what an answer's headers say of patience; return them by name in lower case."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        status = response.status_code
        is_later = status in _LATER or status >= 500
        after_s = retry_after_s(headers, self._now()) if is_later else 0.0
        budget.learn(read_limits(headers, self._now()), self._clock(), retry_after_s=after_s)
        if is_later:
            raise SourceUnavailableError(f"{way.shown}: {status} {response.reason_phrase}", retry_after_s=after_s)
        return headers

    def _queue(self, url: str, credential: str) -> "_Queue":
        if len(self._queues) > _MOST_BUDGETS:
            self._queues = {key: queue for key, queue in self._queues.items() if queue.is_needed}
        return self._queues.setdefault((redirects.origin(url)[1], credential), _Queue())

    @asynccontextmanager
    async def _slot(self, way: "_Way") -> AsyncIterator["_Queue"]:
        """Wait, in the order of asking, until the budget lets a request begin."""
        queue = self._queue(way.url, way.credential)
        async with queue.turn:
            while queue.flying >= queue.budget.in_flight:
                queue.landed.clear()
                await queue.landed.wait()
            while (wait_s := queue.budget.wait_s(self._clock())) > 0:
                if wait_s > PATIENCE_S:
                    raise SourceUnavailableError(
                        f"{way.shown}: nothing is asked of {way.host} for {wait_s:.0f} s, as it asked",
                        retry_after_s=wait_s,
                    )
                self._throttled(wait_s)
                await self._sleep(wait_s)
            queue.budget.start(self._clock())
            queue.flying += 1
        try:
            yield queue
        finally:
            queue.flying -= 1
            queue.landed.set()


class _Queue:
    """Those who wait for one budget."""

    def __init__(self) -> None:
        self.budget = RateBudget()
        self.turn = asyncio.Lock()
        self.flying = 0
        self.landed = asyncio.Event()

    @property
    def is_needed(self) -> bool:
        """Whether somebody waits or flies, or has demanded something."""
        return self.flying > 0 or self.turn.locked() or self.budget.gap_s > 0 or self.budget.in_flight < IN_FLIGHT


class _Way:
    """Where a request has come to, and what may still go along."""

    def __init__(self, request: Request) -> None:
        self.url = request.url
        self._shown_as = request.shown_as
        try:
            self.scheme, self.host, self.port = redirects.origin(request.url)
        except ValueError as error:
            raise SourceError(f"{self.shown_url} is no web address ({error}); correct it") from error
        if self.scheme not in {"http", "https"} or not self.host:
            raise SourceError(f"{self.shown_url} is no web address: it begins with https:// or http://; correct it")
        self.method = request.method
        self.headers: Mapping[str, str] = request.headers
        self.secrets: Mapping[str, str] = request.secrets
        self.content = request.content
        self.credential = _credential(request.secrets, request.account)
        self.found_in = request.found_in
        self.may_be_private = True
        self.is_for_good = False
        self._hops = 0

    @property
    def shown(self) -> str:
        """What is asked, for a person."""
        return f"{self.method} {self.shown_url}"

    @property
    def shown_url(self) -> str:
        """The address that is asked, for a person."""
        return self._shown_as or shown(self.url)

    def go(self, location: str, status: int, peer: str) -> None:
        """Follow a redirect.

        Raises
        ------
        SourceError
            Where it leads nowhere that is asked.
        SourceUnavailableError
            Where it is one too many.
        """
        there = redirects.target(self.url, location, self.shown_url)
        led_to = self._shown_as or shown(there)
        if self._hops == redirects.MOST:
            raise SourceUnavailableError(f"{self.shown}: more than {redirects.MOST} redirects, the next to {led_to}")
        if redirects.origin(there) != redirects.origin(self.url):
            if self.content is not None and redirects.keeps_method(self.method, status):
                raise SourceError(f"{self.shown} sends us to {led_to}: what was to be sent goes to no other host")
            self.headers, self.secrets, self.credential = redirects.public(self.headers), {}, ""
        if not redirects.keeps_method(self.method, status):
            self.method, self.content = "GET", None
        self.is_for_good = status in redirects.PERMANENT and (self.is_for_good or not self._hops)
        self.may_be_private = self.may_be_private and bool(peer) and is_private(peer)
        self._hops += 1
        self.url = there
        self.scheme, self.host, self.port = redirects.origin(there)


def user_agent(contact: str = "") -> str:
    """Return who we say that we are: name, version, and how to reach whoever runs this Tocsin.

    Examples
    --------
    >>> user_agent("https://tocsin.example.org").split("/")[0], user_agent("a@example.org").endswith("(+a@example.org)")
    ('Tocsin', True)
    """
    try:
        number = version("tocsin")
    except PackageNotFoundError:
        number = "0"
    safe = "".join(sign for sign in contact if " " <= sign <= "~" and sign not in "()")[:200]
    return f"Tocsin/{number} (+{safe})" if safe else f"Tocsin/{number} (reputation early warning)"


@contextmanager
def _failures(way: _Way, silence_s: float = 0.0) -> Iterator[None]:
    """Turn what fails in asking into our two kinds of errors."""
    try:
        yield
    except httpx.InvalidURL as error:
        raise SourceError(f"{way.shown} is no web address ({error}); correct it") from error
    except httpx.UnsupportedProtocol as error:
        raise SourceError(f"{way.shown} begins neither with https:// nor http://; correct it") from error
    except httpx.ReadTimeout as error:
        what = f"nothing came for {silence_s:g} s" if silence_s else "ReadTimeout"
        raise SourceUnavailableError(f"{way.shown}: {what}") from error
    except httpx.HTTPError as error:
        raise SourceUnavailableError(f"{way.shown}: {type(error).__name__} {error}".rstrip()) from error


async def _pieces(way: _Way, response: httpx.Response, silence_s: float) -> AsyncIterator[bytes]:
    with _failures(way, silence_s):
        async for piece in response.aiter_raw():
            yield piece


def _credential(secrets: Mapping[str, str], account: str) -> str:
    """Return what a budget is known by instead of a secret."""
    stated = account or "\n".join(sorted(secrets.values()))
    return hashlib.sha256(stated.encode()).hexdigest() if stated else ""


def _with_params(url: str, params: Mapping[str, str] | None) -> str:
    try:
        return str(httpx.URL(url).copy_merge_params(params)) if params else url
    except httpx.InvalidURL as error:
        raise SourceError(f"{shown(url)} is no web address ({error}); correct it") from error


def _peer(response: httpx.Response) -> str:
    """Return the IP address that answered."""
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream is not None else None
    return str(address[0]) if address else ""

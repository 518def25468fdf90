"""Asks a Mastodon server: what it is, pages of its timelines, posts by their ids."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from streams.sources.addresses import shown
from streams.sources.http import Answer, HttpClient
from streams.sources.mastodon.feeds import Feed
from streams.sources.mastodon.instance import Instance, decode_instance
from streams.sources.mastodon.local_ids import order
from streams.sources.mastodon.status import decode_page, id_of
from streams.sources.redirects import origin
from streams.sources.source import SourceError, SourceUnavailableError

PAGE = 40
"""Posts of a page; more are not given."""
AT_ONCE = 20
"""Posts that may be asked for by their ids in one request."""
IN_FLIGHT = 3
UNKNOWN = frozenset({404, 405, 410})


class Page(Struct, frozen=True):
    """Posts as they came, sorted by their ids; those without one come first."""

    posts: tuple[bytes, ...]
    newest: str = ""
    oldest: str = ""


class Api:
    """One server, asked as one user.

    Parameters
    ----------
    client
        Asks over HTTP.
    server
        Its address without a path.
    token
        Lets us in; an empty one asks as anybody.
    """

    def __init__(self, client: HttpClient, server: str, token: str) -> None:
        self._client = client
        self.server = server
        self.secrets: Mapping[str, str] = {"Authorization": f"Bearer {token}"} if token else {}
        client.demand(server, secrets=self.secrets, in_flight=IN_FLIGHT)

    async def instance(self) -> Instance:
        """Return what the server says of itself.

        Raises
        ------
        SourceError
            Where it is no such server.
        """
        answer = await self._ask("/api/v2/instance")
        if answer.status in UNKNOWN:
            answer = await self._ask("/api/v1/instance")
        if answer.status in UNKNOWN:
            raise SourceError(f"{self.server} knows no /api/v2/instance; is it a Mastodon server? Mend `server`")
        self._require(answer)
        try:
            return decode_instance(answer.body)
        except ValueError as error:
            raise SourceUnavailableError(f"{answer.url} tells nothing that can be read: {error}") from error

    async def newest(self, feed: Feed) -> str:
        """Return the highest id in a timeline; empty where it holds nothing."""
        return (await self._page(feed, {"limit": "5"})).newest

    async def page(self, feed: Feed, after: str) -> Page:
        """Return the posts of a timeline that come right behind an id, at most a page of them."""
        return await self._page(feed, {"min_id": after or "0", "limit": str(PAGE)})

    async def latest(self, feed: Feed) -> Page:
        """Return the newest page of a timeline."""
        return await self._page(feed, {"limit": str(PAGE)})

    async def has_before(self, feed: Feed, local_id: str) -> bool:
        """Tell whether a timeline still holds anything before an id."""
        return bool((await self._page(feed, {"max_id": local_id, "limit": "1"})).newest)

    async def statuses(self, ids: Sequence[str]) -> list[bytes] | None:
        """Return those of some posts that are still there; ``None`` where a server cannot be asked so (before 4.3)."""
        answer = await self._ask(f"/api/v1/statuses?{urlencode([('id[]', one) for one in ids])}")
        if answer.status in UNKNOWN:
            return None
        self._require(answer)
        return self._read(answer)

    async def scopes(self) -> tuple[str, ...] | None:
        """Return what the token allows, ``None`` where the server does not tell."""
        answer = await self._ask("/api/v1/apps/verify_credentials")
        if not answer.is_success:
            return None
        try:
            return tuple(msgspec.json.decode(answer.body, type=_Application).scopes) or None
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None

    async def _page(self, feed: Feed, params: Mapping[str, str]) -> Page:
        answer = await self._ask(feed.path, {**feed.params, **params})
        self._require(answer)
        named = sorted(((id_of(one), one) for one in self._read(answer)), key=lambda pair: order(pair[0]))
        ids = [name for name, _ in named if name]
        if named and not ids:
            raise SourceUnavailableError(f"{answer.url}: {len(named)} posts, and none has an id")
        return Page(tuple(one for _, one in named), max(ids, key=order, default=""), min(ids, key=order, default=""))

    async def _ask(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        answer = await self._client.get(
            f"{self.server}{path}", params=params, headers={"Accept": "application/json"}, secrets=self.secrets
        )
        if origin(answer.url) != origin(self.server):
            # The token does not go there, and what anybody is shown is not what we are.
            there = shown(answer.url)
            if answer.moved_to:
                raise SourceError(f"{self.server} has moved for good, and sends us to {there}; mend `server`")
            raise SourceUnavailableError(f"{self.server} sends us to {there}, where nothing is asked")
        return answer

    def _require(self, answer: Answer) -> None:
        """Refuse an answer that is none, in words for who has to mend it."""
        if answer.is_success:
            return
        why = error_of(answer.body)
        if why is None:
            # A page of a proxy or of a guard before the server, and no word of the server itself.
            raise SourceUnavailableError(f"{answer.url} answered {answer.status} with a page and not with an error")
        raise refusal(self.server, answer.status, why)

    def _read(self, answer: Answer) -> list[bytes]:
        try:
            return decode_page(answer.body)
        except ValueError as error:
            raise SourceUnavailableError(f"{answer.url} is no list of posts: {error}") from error


class _Application(Struct, frozen=True):
    scopes: tuple[str, ...] = ()


class _ErrorBody(Struct, frozen=True):
    error: str


def error_of(body: bytes) -> str | None:
    """Return the server's own word on what was wrong; ``None`` where that is no error of the server."""
    try:
        return msgspec.json.decode(body, type=_ErrorBody).error[:200]
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def refusal(server: str, status: int, why: str) -> SourceError:
    """Return what only a person can mend."""
    match status:
        case 401:
            what = "the token is refused: it was revoked, or is another server's; put a new one into token_file"
        case 403:
            what = "the token does not allow it; make one with the scope read:statuses"
        case 422:
            what = "the server wants a user: an application's own token is none; make one as a user of the server"
        case _:
            what = "mend `server`, `feed` or the token"
    return SourceError(f"{server} answered {status} ({why}); {what}")

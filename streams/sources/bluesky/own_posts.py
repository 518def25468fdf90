"""Posts on Bluesky by an account of the source's owner, and removes what was posted."""

import datetime as dt
import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Struct
from pydantic import AfterValidator, Field, SecretStr

from streams.mention import Mention
from streams.sources.addresses import shown
from streams.sources.bluesky.record import COLLECTION
from streams.sources.http import Answer, HttpClient
from streams.sources.proving.poster import Posted
from streams.sources.proving.settings import ProofSettings
from streams.sources.server_address import server_address
from streams.sources.source import Problem, SourceError, SourceUnavailableError

PDS = "https://bsky.social"
T = TypeVar("T")
_EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})


class BlueskyProof(ProofSettings):
    """Under ``bluesky``: ``proof: {account: …, password_file: …}``."""

    account: str = Field(min_length=1, max_length=255, description="The handle of the account that posts.")
    password: SecretStr = Field(min_length=1, description="An app password of that account, never its own password.")
    server: Annotated[str, AfterValidator(partial(server_address, example="bsky.social"))] = Field(
        PDS, description="The server of that account (PDS), where it is not Bluesky's."
    )


class _Session(Struct, frozen=True):
    did: str
    access: str = msgspec.field(name="accessJwt")


class _Created(Struct, frozen=True):
    uri: str


class _Refusal(Struct, frozen=True):
    error: str = ""
    message: str = ""


class BlueskyPoster:
    """One account. Each proof begins a session of its own, two or three of the 300 that an account may have a day.

    Parameters
    ----------
    client
        Asks over HTTP.
    settings
        As in the configuration.
    now
        Wall time, epoch seconds.
    """

    def __init__(self, client: HttpClient, settings: BlueskyProof, *, now: Callable[[], float] = time.time) -> None:
        self._client = client
        self._settings = settings
        self._now = now
        self._session: _Session | None = None

    async def account(self) -> str:
        """Begin a session; return the account's id."""
        return (await self._begin()).did

    async def post(self, text: str, mark: str) -> Posted:
        """Create a post."""
        at = dt.datetime.fromtimestamp(self._now(), dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {"$type": COLLECTION, "text": text, "createdAt": at}
        answer = await self._repo("createRecord", {"record": record})
        return Posted(mark=mark, id=_decoded(answer, _Created).uri)

    async def remove(self, posted: Posted) -> None:
        """Delete a post; to the server one that is gone is none."""
        await self._repo("deleteRecord", {"rkey": posted.id.rpartition("/")[2]})

    def is_by(self, account: str, mention: Mention) -> bool:
        """Whether it stands in the account's repository."""
        return mention.author is not None and mention.author.id == account

    async def check(self) -> list[Problem]:
        """Tell as whom it posts; the session is not used for anything."""
        session = await self._begin()
        return [Problem(says=f"as {self._settings.account} ({session.did}) on {self._settings.server}", stops=False)]

    async def _begin(self) -> _Session:
        stated = {"identifier": self._settings.account, "password": self._settings.password.get_secret_value()}
        answer = await self._ask("server.createSession", stated, {}, account=self._settings.account)
        self._require(answer)
        self._session = _decoded(answer, _Session)
        return self._session

    async def _repo(self, what: str, stated: dict[str, Any]) -> Answer:
        """Change the account's repository; a session that has run out is begun anew, once."""
        session = self._session or await self._begin()
        for is_last in (False, True):
            secrets = {"Authorization": f"Bearer {session.access}"}
            body = {"repo": session.did, "collection": COLLECTION, **stated}
            answer = await self._ask(f"repo.{what}", body, secrets, account=session.did)
            if is_last or answer.is_success or _refusal(answer).error not in _EXPIRED:
                break
            session = await self._begin()
        self._require(answer)
        return answer

    async def _ask(self, method: str, stated: dict[str, Any], secrets: Mapping[str, str], *, account: str) -> Answer:
        return await self._client.post(
            f"{self._settings.server}/xrpc/com.atproto.{method}",
            json.dumps(stated).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            secrets=secrets,
            account=account,
        )

    def _require(self, answer: Answer) -> None:
        if answer.is_success:
            return
        refusal = _refusal(answer)
        match refusal.error:
            case "AuthenticationRequired":
                what = "the account or its app password is wrong; make one under Settings, Privacy and security"
            case "AccountTakedown" | "AccountDeactivated":
                what = "the account is switched off; use another"
            case _:
                what = "mend `proof`"
        why = ": ".join(filter(None, (refusal.error[:60], refusal.message[:200]))) or "no error of its own"
        raise SourceError(f"{shown(answer.url)} answered {answer.status} ({why}); {what}")


def _refusal(answer: Answer) -> _Refusal:
    try:
        return msgspec.json.decode(answer.body, type=_Refusal)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Refusal()


def _decoded(answer: Answer, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SourceUnavailableError(f"{shown(answer.url)} answered with what is no answer: {error}") from error

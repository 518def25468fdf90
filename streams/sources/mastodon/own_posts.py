"""Posts on Mastodon by an account of the source's owner, and removes what was posted."""

import json
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

import msgspec
from msgspec import Struct
from pydantic import AfterValidator, Field, SecretStr

from streams.mention import Mention
from streams.sources.http import Answer, HttpClient
from streams.sources.mastodon.consent import left_out_account
from streams.sources.mastodon.status import Account
from streams.sources.proving.poster import Posted
from streams.sources.proving.settings import ProofSettings
from streams.sources.server_address import server_address
from streams.sources.source import Problem, SourceError, SourceUnavailableError

_SCOPES = "write:statuses and read:accounts"
_GONE = frozenset({404, 410})


class MastodonProof(ProofSettings):
    """Under ``mastodon``: ``proof: {token_file: …}``."""

    token: SecretStr = Field(
        min_length=1, description=f"An access token of the account that posts, with the scopes {_SCOPES}."
    )
    server: Annotated[str, AfterValidator(server_address)] | None = Field(
        None, description="The server of that account, where it is not the one that is listened to."
    )


class _Created(Struct, frozen=True):
    id: str
    uri: str
    visibility: str = ""


class MastodonPoster:
    """One account.

    Parameters
    ----------
    client
        Asks over HTTP.
    server, token
        Where the account is, and what lets us in.
    hashtag
        What is put to each post, where that alone is listened to.
    respect_indexable
        As the source has it.
    """

    def __init__(
        self, client: HttpClient, server: str, token: str, *, hashtag: str = "", respect_indexable: bool
    ) -> None:
        self._client = client
        self._server = server
        self._secrets: Mapping[str, str] = {"Authorization": f"Bearer {token}"}
        self._hashtag = hashtag
        self._respect_indexable = respect_indexable

    async def account(self) -> str:
        """Return the address of the account, as its posts have it."""
        account = await self._account()
        address = account.uri or account.url
        if not address:
            raise SourceUnavailableError(f"{self._server} does not say what the account's address is")
        return address

    async def post(self, text: str, mark: str) -> Posted:
        """Post publicly: nothing else comes into public timelines.

        Raises
        ------
        SourceError
            Where the server refuses it, or shows it to fewer than everybody.
        """
        if self._hashtag:
            text = f"{text} #{self._hashtag}"
        content = json.dumps({"status": text, "visibility": "public"}).encode()
        answer = await self._client.post(
            f"{self._server}/api/v1/statuses",
            content,
            headers={"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": mark},
            secrets=self._secrets,
        )
        self._require(answer)
        try:
            created = msgspec.json.decode(answer.body, type=_Created)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise SourceUnavailableError(f"{answer.url} tells nothing of what was posted: {error}") from error
        posted = Posted(mark=mark, id=created.uri, handle=created.id)
        if created.visibility != "public":
            await self.remove(posted)
            raise SourceError(
                f"{self._server} made the post {created.visibility or 'visible to nobody'}, which comes into no public "
                "timeline: the account is limited; ask its moderators, or use another"
            )
        return posted

    async def remove(self, posted: Posted) -> None:
        """Remove a post; one of which no answer came is known by the end of its address."""
        name = posted.handle or posted.id.rstrip("/").rpartition("/")[2]
        answer = await self._client.delete(
            f"{self._server}/api/v1/statuses/{quote(name, safe='')}",
            headers={"Accept": "application/json"},
            secrets=self._secrets,
        )
        if answer.status not in _GONE:
            self._require(answer)

    def is_by(self, account: str, mention: Mention) -> bool:
        """Whether the account wrote it, as the server says."""
        return mention.author is not None and mention.author.id == account

    async def check(self) -> list[Problem]:
        """Tell as whom it posts, and whether the source would leave that account out."""
        account = await self._account()
        reason = left_out_account(account, respect_indexable=self._respect_indexable)
        if reason:
            says = (
                f"the proof's account {account.acct} is left out of what is heard ({reason}): let its posts be found "
                "by search, under Preferences, Public profile, Privacy and reach"
            )
            return [Problem(says=says, stops=True)]
        return [Problem(says=f"as {account.acct} on {self._server}, publicly", stops=False)]

    async def _account(self) -> Account:
        answer = await self._client.get(
            f"{self._server}/api/v1/accounts/verify_credentials",
            headers={"Accept": "application/json"},
            secrets=self._secrets,
        )
        self._require(answer)
        try:
            return msgspec.json.decode(answer.body, type=Account)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise SourceUnavailableError(f"{answer.url} tells nothing of the account: {error}") from error

    def _require(self, answer: Answer) -> None:
        if answer.is_success:
            return
        match answer.status:
            case 401:
                what = "the token is refused: it was revoked, or is another server's; put a new one into token_file"
            case 403:
                what = f"the token, or the account, may not do that; make a token with the scopes {_SCOPES}"
            case _:
                what = "mend `proof`"
        raise SourceError(f"{self._server} answered {answer.status} to the proof's account; {what}")

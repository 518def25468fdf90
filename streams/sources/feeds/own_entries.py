"""Has an entry published in a feed of the source's owner, by an address of theirs, and removed again."""

import json
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from streams.durations import Duration, between, in_words
from streams.mention import Mention
from streams.sources.addresses import shown
from streams.sources.http import HttpClient
from streams.sources.proving.poster import Posted
from streams.sources.proving.settings import ProofSettings
from streams.sources.source import Problem, SourceError

_GONE = frozenset({404, 410})


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, value))
    except ValueError:
        is_web = False
    if not is_web:
        raise ValueError(f"must be a web address, such as https://www.example.org/; it is {value[:80]!r}")
    # Without a slash behind the host, https://example.org would be the beginning of https://example.org.evil.example.
    return value if parts.path else f"{parts.scheme}://{parts.netloc}/"


class FeedsProof(ProofSettings):
    """Under ``feeds``: ``proof: {publish: https://…, token_file: …, entries: https://…}``."""

    publish: Annotated[str, AfterValidator(_web_address)] = Field(
        description="An address of yours that puts an entry into one of `urls`, and takes it out again."
    )
    token: SecretStr = Field(min_length=1, description="Sent to it as a bearer token.")
    entries: Annotated[str, AfterValidator(_web_address)] = Field(
        description="What the addresses of your own entries begin with: nobody else's entry proves anything."
    )
    every: Annotated[Duration, between("10m", "7d")] = Field(21_600.0, description="How often one is published.")
    within: Annotated[Duration, between("1m", "1d")] = Field(
        3600.0,
        description="How long after that it must have been heard, at the latest; longer than the feeds' every.",
    )


class FeedsPoster:
    """One address that publishes.

    Parameters
    ----------
    client
        Asks over HTTP.
    settings
        As in the configuration.
    feeds_every_s
        How often the feeds are asked.
    """

    def __init__(self, client: HttpClient, settings: FeedsProof, *, feeds_every_s: float) -> None:
        self._client = client
        self._settings = settings
        self._feeds_every_s = feeds_every_s

    async def account(self) -> str:
        """Return what our own entries' addresses begin with."""
        return self._settings.entries

    async def post(self, text: str, mark: str) -> Posted:
        """Have an entry published."""
        await self._ask({"action": "publish", "mark": mark, "text": text})
        return Posted(mark=mark)

    async def remove(self, posted: Posted) -> None:
        """Have it removed."""
        await self._ask({"action": "remove", "mark": posted.mark, "id": posted.id}, may_be_gone=True)

    def is_by(self, account: str, mention: Mention) -> bool:
        """Whether it stands on our own site."""
        return mention.url.startswith(account)

    async def check(self) -> list[Problem]:
        """Tell what would be asked; the address is not tried, for to ask is to publish."""
        every = in_words(self._feeds_every_s)
        says = f"by asking {shown(self._settings.publish)}, into a feed that is asked every {every}"
        return [Problem(says=says, stops=False)]

    async def _ask(self, stated: Mapping[str, str], *, may_be_gone: bool = False) -> None:
        answer = await self._client.post(
            self._settings.publish,
            json.dumps(stated).encode(),
            headers={"Content-Type": "application/json"},
            secrets={"Authorization": f"Bearer {self._settings.token.get_secret_value()}"},
        )
        if not answer.is_success and not (may_be_gone and answer.status in _GONE):
            raise SourceError(
                f"{shown(self._settings.publish)} answered {answer.status} to {stated['action']}; mend `proof.publish` "
                "or put a new token into token_file"
            )

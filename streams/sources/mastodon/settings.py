"""What the configuration says of a Mastodon server."""

import re
from functools import partial
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from streams.sources.mastodon.own_posts import MastodonProof
from streams.sources.server_address import server_address

FeedKind = Literal["public", "local", "remote", "hashtags"]
MOST_HASHTAGS = 20
"""Each is a connection of its own, and asked for once in a while by itself."""
_FEED_SERVER = partial(server_address, path_is="the feed is named by `feed`")
_HASHTAG = re.compile(r"(?=.*[^\W\d_])\w+")


def _hashtag(value: str) -> str:
    bare = value.strip().lstrip("#＃")
    if not _HASHTAG.fullmatch(bare):
        raise ValueError(f"must be a hashtag: letters, digits and _, at least one letter; it is {value[:80]!r}")
    return bare.casefold()


class MastodonSettings(BaseModel):
    """Under a source: ``mastodon: {server: …, token_file: …}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: Annotated[str, AfterValidator(_FEED_SERVER)] = Field(
        description="The server that is asked, mastodon.example."
    )
    token: SecretStr = Field(
        min_length=1, description="An access token of a user of that server, with the scope read:statuses."
    )
    feed: FeedKind = Field(
        "public",
        description="public: all that the server knows; local: its own users' posts; remote: others'; hashtags.",
    )
    hashtags: tuple[Annotated[str, AfterValidator(_hashtag)], ...] = Field(
        (), max_length=MOST_HASHTAGS, description="Which, with or without #, where `feed: hashtags`."
    )
    respect_indexable: bool = Field(
        True, description="Whether to leave out posts whose authors have not agreed to be found by search."
    )

    proof: MastodonProof | None = Field(None, description="An account of yours that proves that this source hears.")

    @model_validator(mode="after")
    def _hashtags_where_they_belong(self) -> Self:
        if self.feed == "hashtags" and not self.hashtags:
            raise ValueError("feed: hashtags needs hashtags: [one, …]")
        if self.hashtags and self.feed != "hashtags":
            raise ValueError(f"hashtags are heard where feed: hashtags; it is feed: {self.feed}")
        return self

    @model_validator(mode="after")
    def _proof_where_it_is_heard(self) -> Self:
        if self.proof is None:
            return self
        if self.feed == "remote" and self.proof.server in {None, self.server}:
            raise ValueError("feed: remote hears other servers' posts alone: name another one as proof.server")
        if self.feed == "local" and self.proof.server not in {None, self.server}:
            raise ValueError("feed: local hears the server's own posts alone: leave out proof.server")
        return self

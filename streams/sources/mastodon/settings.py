"""What the configuration says of a Mastodon server."""

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

FeedKind = Literal["public", "local", "remote", "hashtags"]
MOST_HASHTAGS = 20
"""Each is a connection of its own, and asked for once in a while by itself."""
_HASHTAG = re.compile(r"(?=.*[^\W\d_])\w+")


def _server(value: str) -> str:
    stated = value if "://" in value else f"https://{value}"
    try:
        parts = urlsplit(stated)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", stated):
        raise ValueError(f"must be a server, such as mastodon.example, or its https:// address; it is {value[:80]!r}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no name and password: a token lets Tocsin in")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"must be a server without a path, such as {host}; the feed is named by `feed`")
    return f"{parts.scheme}://{parts.netloc}"


def _hashtag(value: str) -> str:
    bare = value.strip().lstrip("#＃")
    if not _HASHTAG.fullmatch(bare):
        raise ValueError(f"must be a hashtag: letters, digits and _, at least one letter; it is {value[:80]!r}")
    return bare.casefold()


class MastodonSettings(BaseModel):
    """Under a source: ``mastodon: {server: …, token_file: …}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: Annotated[str, AfterValidator(_server)] = Field(description="The server that is asked, mastodon.example.")
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

    @model_validator(mode="after")
    def _hashtags_where_they_belong(self) -> Self:
        if self.feed == "hashtags" and not self.hashtags:
            raise ValueError("feed: hashtags needs hashtags: [one, …]")
        if self.hashtags and self.feed != "hashtags":
            raise ValueError(f"hashtags are heard where feed: hashtags; it is feed: {self.feed}")
        return self

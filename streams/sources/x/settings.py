"""What the configuration says of X."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from streams.durations import Duration, between

API = "https://api.x.com"
Search = Annotated[str, StringConstraints(min_length=1, max_length=4096, pattern=r"\S")]


class XSettings(BaseModel):
    """Under a source: ``x: {token_file: …, searches: […], dollars_a_month: …}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr = Field(description="The bearer token of your app on X.")
    searches: tuple[Search, ...] = Field(
        min_length=1, max_length=25, description="In X's own syntax; -is:retweet leaves out what is repeated."
    )
    dollars_a_month: float = Field(gt=0, le=1_000_000, description="What may be spent in a calendar month, in UTC.")
    posts_an_hour: int = Field(1000, ge=10, le=1_000_000, description="Posts that may be read in an hour.")
    price: float = Field(0.005, ge=0, le=10, description="Dollars for one post, as X has it.")
    every: Annotated[Duration, between("30s", "1h")] = Field(60.0, description="How often each search is made.")
    calls: int = Field(60, ge=1, le=10_000, description="Requests in 15 minutes, as X allows your app.")
    watch: Annotated[Duration, between("0s", "30d")] = Field(
        86_400.0, description="How long a post is asked for again, once a day and for its price; 0s: never."
    )
    url: str = Field(API, pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Of the API.")

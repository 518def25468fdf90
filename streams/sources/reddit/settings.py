"""What the configuration says of Reddit."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from streams.durations import Duration, between

SITE = "https://www.reddit.com"
API = "https://oauth.reddit.com"
Subreddit = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]{1,20}$")]
Search = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=r"\S")]


class RedditSettings(BaseModel):
    """Under a source: ``reddit: {approved: true, client_id: …, client_secret_file: …, user: …, subreddits: […]}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    approved: bool = Field(False, description="Whether Reddit has approved this use of its API: it demands that.")
    client_id: str = Field(pattern=r"^[A-Za-z0-9_-]{10,40}$", description="Of your app on Reddit.")
    client_secret: SecretStr = Field(description="Of that app.")
    user: str = Field(pattern=r"^[A-Za-z0-9_-]{3,20}$", description="Your name on Reddit; sent with each request.")
    subreddits: tuple[Subreddit, ...] = Field((), max_length=100, description="Whose posts and comments are read.")
    searches: tuple[Search, ...] = Field((), max_length=50, description="Searches for posts in all of Reddit.")
    every: Annotated[Duration, between("30s", "1d")] = Field(60.0, description="How often each list is looked at.")
    calls: int = Field(60, ge=1, le=100, description="Requests a minute; Reddit allows 100 for an app.")
    site: str = Field(SITE, pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Where tokens are made.")
    url: str = Field(API, pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Of the API.")

    @model_validator(mode="after")
    def _may_be_asked(self) -> Self:
        if not self.approved:
            raise ValueError(
                "Reddit lets nobody use its API without its approval, and watching brands for money needs a contract; "
                "set approved: true when you have it"
            )
        if not (self.subreddits or self.searches):
            raise ValueError("needs subreddits or searches")
        return self

"""What the configuration says of Hacker News."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from streams.durations import Duration, between

API = "https://hacker-news.firebaseio.com/v0"


class HackerNewsSettings(BaseModel):
    """Under a source: ``hacker_news: {}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: Annotated[Duration, between("10s", "1h")] = Field(30.0, description="How often new posts are looked for.")
    url: str = Field(
        API, pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Of the API; of a mirror, where you have one."
    )

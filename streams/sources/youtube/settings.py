"""What the configuration says of YouTube."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from streams.durations import Duration, between

API = "https://www.googleapis.com/youtube/v3"
Channel = Annotated[str, StringConstraints(pattern=r"^UC[A-Za-z0-9_-]{22}$")]
Video = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{11}$")]


class YouTubeSettings(BaseModel):
    """Under a source: ``youtube: {channels: […], key_file: …}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: SecretStr = Field(description="An API key of a project of Google Cloud with the YouTube Data API v3.")
    channels: tuple[Channel, ...] = Field(
        (), max_length=50, description="Ids of channels, UC…: comments under all their videos."
    )
    videos: tuple[Video, ...] = Field((), max_length=50, description="Ids of single videos of others.")
    every: Annotated[Duration, between("1m", "1d")] = Field(600.0, description="How often new comments are looked for.")
    answers: Annotated[Duration, between("1h", "14d")] = Field(
        86_400.0, description="How old a comment may be whose answers are still looked for."
    )
    units: int = Field(9000, ge=100, le=10_000_000, description="Units a day; Google gives a project 10,000.")
    url: str = Field(API, pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Of the API.")

    @model_validator(mode="after")
    def _has_something_to_ask(self) -> Self:
        if not (self.channels or self.videos):
            raise ValueError("needs channels or videos")
        return self

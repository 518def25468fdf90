"""What the configuration says of Talkwalker."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from streams.durations import Duration, between
from streams.sources.suites.address import Lateness
from streams.sources.suites.brands import BrandOfSearch, brands_setting

API = "https://api.talkwalker.com"


class TalkwalkerSettings(BaseModel):
    """Under a source: ``talkwalker: {collector: …, token_file: …}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    collector: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,127}$", description="The collector's id; one for Tocsin alone.")
    token: SecretStr = Field(description="An access token of the API application.")
    brands: BrandOfSearch = brands_setting()
    every: Annotated[Duration, between("15s", "1h")] = Field(15.0, description="How often the collector is read.")
    delay: Lateness = Field(
        1800.0, description="How late a post is ordinarily collected: one that is no older counts when it is heard."
    )
    url: str = Field(API, pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Of the API.")

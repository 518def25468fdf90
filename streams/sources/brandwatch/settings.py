"""What the configuration says of Brandwatch."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from streams.durations import Duration, between
from streams.sources.suites.address import Lateness
from streams.sources.suites.brands import BrandOfSearch, brands_setting

API = "https://api.brandwatch.com"
Number = Annotated[int, Field(ge=1)]


class BrandwatchSettings(BaseModel):
    """Under a source: ``brandwatch: {project: …, queries: […], token_file: …}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: Number = Field(description="The project's number.")
    queries: tuple[Number, ...] = Field(min_length=1, max_length=50, description="Numbers of queries of the project.")
    token: SecretStr | None = Field(None, description="An access token; else username and password, which make one.")
    username: str = Field("", max_length=320, description="Of an API user.")
    password: SecretStr | None = Field(None, description="Of that user.")
    brands: BrandOfSearch = brands_setting()
    every: Annotated[Duration, between("30s", "1h")] = Field(60.0, description="How often new mentions are looked for.")
    calls: int = Field(
        24, ge=1, le=10_000, description="Calls in 10 minutes; Brandwatch allows 30 for all who ask for one client."
    )
    delay: Lateness = Field(
        1800.0, description="How late a mention is ordinarily found: one that is no older counts when it is heard."
    )
    url: str = Field(API, pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Of the API.")

    @model_validator(mode="after")
    def _has_a_way_in(self) -> Self:
        if self.token is None and (not self.username or self.password is None):
            raise ValueError("needs token_file, or username and password_file")
        return self

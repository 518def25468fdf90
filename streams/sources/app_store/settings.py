"""What the configuration says of the App Store."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from streams.durations import Duration, between

STORE = "https://itunes.apple.com"
MOST_LISTS = 200
Country = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class AppStoreSettings(BaseModel):
    """Under a source: ``app_store: {apps: […], countries: […]}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    apps: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        min_length=1,
        max_length=50,
        description="Numbers of apps: of https://apps.apple.com/…/id284910350 the last one.",
    )
    countries: tuple[Country, ...] = Field(
        min_length=1, max_length=175, description="Stores, each with reviews of its own: us, gb, de."
    )
    every: Annotated[Duration, between("10m", "1d")] = Field(3600.0, description="How often each list is looked at.")
    url: str = Field(STORE, pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Of the store.")

    @model_validator(mode="after")
    def _can_be_asked_in_time(self) -> Self:
        if len(set(self.apps)) * len(set(self.countries)) > MOST_LISTS:
            raise ValueError(
                f"an app in a country is a list, and there are more than {MOST_LISTS}; make several sources"
            )
        return self

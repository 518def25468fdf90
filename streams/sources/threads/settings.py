"""What the configuration says of Threads."""

import math
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from streams.durations import Duration, between, in_words

API = "https://graph.threads.net/v1.0"
LEAST_S, MOST_S = 60.0, 900.0
"""How often a search is made: no more often, and what would be made more seldom is not listened to."""
_HOURS = 25
"""Any day of 24 hours lies in so many hours of the clock: with a 25th for each no day ever has more than all."""
Search = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]


class ThreadsSettings(BaseModel):
    """Under a source: ``threads: {token_file: …, searches: […]}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr = Field(
        description="A long-lived access token with threads_basic and threads_keyword_search, of an app that Meta has "
        "approved for it."
    )
    searches: tuple[Search, ...] = Field(min_length=1, description="Words to search for, each by itself.")
    every: Annotated[Duration, between("1m", "1h")] | None = Field(
        None, description="How often each search is made; by default as often as the queries allow."
    )
    queries: int = Field(2200, ge=100, le=1_000_000, description="In 24 hours; Meta gives a user 2,200 in all.")
    url: str = Field(API, pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Of the API.")

    @property
    def queries_an_hour(self) -> int:
        """Of the clock."""
        return self.queries // _HOURS

    @property
    def interval_s(self) -> float:
        """How often each search is made, seconds."""
        return self.every or max(LEAST_S, self._least_s)

    @property
    def _least_s(self) -> float:
        return math.ceil(3600.0 * len(self.searches) / self.queries_an_hour)

    @model_validator(mode="after")
    def _has_the_queries(self) -> Self:
        asked, of = len(self.searches), f"{self.queries:,} queries a day are {self.queries_an_hour} an hour"
        if self.every is not None and self.every < self._least_s:
            raise ValueError(
                f"{of}, too few for {asked} searches every {in_words(self.every)}: leave `every` out, or make it "
                f"{in_words(self._least_s)} or longer"
            )
        if self.every is None and self._least_s > MOST_S:
            most = int(self.queries_an_hour * MOST_S / 3600.0)
            raise ValueError(
                f"{of}, so that {asked} searches would be made every {self._least_s / 60:.0f} minutes: take at most "
                f"{most} here and the others to a source with another user's token, or say with `every` how seldom "
                "is enough"
            )
        return self

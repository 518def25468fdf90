"""What the configuration says of a proof, whatever the kind of its source."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from streams.durations import Duration, between

TEXT = "Automatic test of our own media monitoring; it is removed in a moment."


class ProofSettings(BaseModel):
    """Under a source's kind: ``proof: {…}``; left out, nothing is ever posted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: Annotated[Duration, between("10m", "7d")] = Field(1800.0, description="How often something is posted.")
    within: Annotated[Duration, between("1m", "1d")] = Field(
        300.0, description="How long after that it must have been heard, at the latest."
    )
    text: str = Field(TEXT, min_length=1, max_length=180, description="What is posted, before the mark.")

    @model_validator(mode="after")
    def _one_at_a_time(self) -> Self:
        if self.within > self.every:
            raise ValueError("within must be no longer than every: one post is waited for at a time")
        return self

"""What the configuration says of GDELT."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from streams.durations import Duration, between

FILES = "https://storage.googleapis.com/data.gdeltproject.org/gdeltv2"


class GdeltSettings(BaseModel):
    """Under a source: ``gdelt: {}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    translated: bool = Field(True, description="Whether articles in other languages than English are read, too.")
    every: Annotated[Duration, between("30s", "15m")] = Field(
        60.0, description="How often a file is asked for that is due and not there yet."
    )
    url: str = Field(FILES, pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Where the files are; of a mirror.")

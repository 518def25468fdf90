"""What the configuration says of Meltwater's data streams."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from streams.sources.suites.address import AddressSecret, Lateness
from streams.sources.suites.brands import BrandOfSearch, brands_setting


def _hook_secret(value: SecretStr) -> SecretStr:
    if not 16 <= len(value.get_secret_value()) <= 64:
        raise ValueError("must have 16 to 64 characters: it is the X-Hook-Secret that the data stream was created with")
    return value


class MeltwaterSettings(BaseModel):
    """Under a source: ``meltwater: {secret_file: …}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: AddressSecret = Field(description="Stands in the address that Meltwater posts to.")
    signing_secret: Annotated[SecretStr, AfterValidator(_hook_secret)] | None = Field(
        None, description="The data stream's X-Hook-Secret: with it, what is not signed by it is refused."
    )
    brands: BrandOfSearch = brands_setting()
    delay: Lateness = Field(
        1800.0, description="How late a post is ordinarily pushed: one that is no older counts when it comes."
    )

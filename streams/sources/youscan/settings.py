"""What the configuration says of YouScan's webhooks."""

from pydantic import BaseModel, ConfigDict, Field

from streams.sources.suites.address import AddressSecret, Lateness
from streams.sources.suites.brands import BrandOfSearch, brands_setting


class YouScanSettings(BaseModel):
    """Under a source: ``youscan: {secret_file: …}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: AddressSecret = Field(description="Stands in the address that YouScan posts to.")
    brands: BrandOfSearch = brands_setting()
    delay: Lateness = Field(
        7200.0, description="How late a mention is ordinarily pushed: one that is no older counts when it comes."
    )

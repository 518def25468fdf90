"""What the configuration says of feeds that are pushed."""

from pydantic import Field

from streams.sources.feeds.settings import FeedList
from streams.sources.suites.address import AddressSecret


class WebSubSettings(FeedList):
    """Under a source: ``websub: {urls: [https://…], secret_file: …}``."""

    secret: AddressSecret = Field(description="What stands in the address that hubs post to, and signs what they post.")

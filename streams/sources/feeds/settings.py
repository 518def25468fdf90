"""What the configuration says of feeds."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from streams.durations import Duration, between
from streams.sources.feeds.own_entries import FeedsProof

MOST_FEEDS = 500


def _lines(value: object) -> object:
    """Return the addresses of a file: one a line; a remark follows a ``#``, at the beginning or after a space."""
    if not isinstance(value, str):
        return value
    kept = (line.partition(" #")[0].strip() for line in value.splitlines())
    return [line for line in kept if line and not line.startswith("#")]


def _address(value: SecretStr) -> SecretStr:
    # Messages show nothing of it but its host: the address of a feed may be all that keeps it secret.
    url = value.get_secret_value().strip()
    if url.startswith(("feed:http://", "feed:https://")):
        url = url.removeprefix("feed:")
    elif url.startswith("feed://"):
        url = f"https://{url.removeprefix('feed://')}"
    try:
        parts = urlsplit(url)
        _ = parts.port
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, url))
    except ValueError:
        is_web = False
    if not is_web:
        raise ValueError("must be the address of a feed, such as https://example.org/feed.xml")
    return SecretStr(url)


class FeedList(BaseModel):
    """Feeds by their addresses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    urls: Annotated[tuple[Annotated[SecretStr, AfterValidator(_address)], ...], BeforeValidator(_lines)] = Field(
        min_length=1,
        max_length=MOST_FEEDS,
        description="RSS, Atom or JSON Feed, Google Alerts' too; secret ones in a file, one a line, by urls_file.",
    )

    def addresses(self) -> tuple[str, ...]:
        """Return the addresses, each once."""
        return tuple(dict.fromkeys(url.get_secret_value() for url in self.urls))


class FeedsSettings(FeedList):
    """Under a source: ``feeds: {urls: [https://…]}``."""

    every: Annotated[Duration, between("2m", "1d")] = Field(
        600.0, description="How often each is asked; less often where its server or the feed itself asks for that."
    )
    proof: FeedsProof | None = Field(None, description="A feed of yours that proves that this source hears.")

    @model_validator(mode="after")
    def _proof_that_can_be_heard(self) -> Self:
        if self.proof is not None and self.proof.within <= self.every:
            raise ValueError("proof.within must be longer than every: a feed is asked no more often than that")
        return self

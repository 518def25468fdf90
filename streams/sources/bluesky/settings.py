"""What the configuration says of Bluesky."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from streams.sources.bluesky.frames import Wire
from streams.sources.bluesky.own_posts import BlueskyProof

HOSTS: dict[Wire, tuple[str, ...]] = {
    # jetstream1.us-east last: it has been seen to fall behind without an error.
    "v1": (
        "wss://jetstream2.us-east.bsky.network",
        "wss://jetstream2.us-west.bsky.network",
        "wss://jetstream1.us-west.bsky.network",
        "wss://jetstream1.us-east.bsky.network",
    ),
    "v2": ("wss://jetstream.us-east.bsky.network", "wss://jetstream.us-west.bsky.network"),
}
"""The public hosts of Bluesky, which ask for no key."""


def _host(value: str) -> str:
    stated = value if "://" in value else f"wss://{value}"
    parts = urlsplit(stated)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"ws", "wss"} or not parts.hostname or port == -1:
        raise ValueError(
            "must be a host, such as jetstream2.us-east.bsky.network, or its ws:// or wss:// address; it is "
            f"{value[:80]!r}"
        )
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no name and password: Jetstream asks for none")
    if parts.query or parts.fragment or parts.path.rstrip("/").endswith(("/subscribe", ".subscribeEvents")):
        raise ValueError("must end before /subscribe or /xrpc/…: which of them is asked is what `wire` says")
    return stated.rstrip("/")


Host = Annotated[str, AfterValidator(_host)]


class BlueskySettings(BaseModel):
    """Under a source: ``bluesky: {}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wire: Wire = Field(
        "v1", description="v1 is what the public jetstream1 and jetstream2 speak; v2 says itself what it has forgotten."
    )
    hosts: tuple[Host, ...] = Field(
        (),
        max_length=32,
        description="Servers of Jetstream, each asked when the one before fails; by default Bluesky's.",
    )
    compress: bool = Field(
        True, description="Whether to ask for compressed frames, half the traffic; v1 needs `dictionary` for it."
    )
    dictionary: Path | None = Field(
        None,
        description="A file with the dictionary of v1: zstd_dictionary from Jetstream's repository, 112,640 bytes.",
    )
    silence_s: float = Field(
        30.0, gt=0, le=86_400,
        description="A connection without an event for so long is dead; longer for a small network of your own.",
    )  # fmt: skip
    remembered_posts: int = Field(
        2_000_000, ge=0, le=100_000_000,
        description="Newest posts of which the author is known, to take them down with their account; 16 bytes each.",
    )  # fmt: skip
    proof: BlueskyProof | None = Field(None, description="An account of yours that proves that this source hears.")

    def asked_hosts(self) -> tuple[str, ...]:
        """Return the hosts in the order in which they are asked."""
        return self.hosts or HOSTS[self.wire]

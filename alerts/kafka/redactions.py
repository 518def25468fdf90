"""Tells the incidents of posts that were taken down at their source."""

from collections.abc import Iterable

import msgspec

from alerts.incidents.command import Command
from streams.ingest.post_key import post_key
from streams.kafka.outgoing import Outgoing
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import COMMANDS
from streams.watch.watch import Outcome


def redactions(kafka: KafkaSettings, at: float, partition: int, outcome: Outcome) -> Iterable[Outgoing]:
    """Return the command that takes posts out of the incidents of a partition, because they were taken down.

    It names no brand: whichever incident of the partition shows one of the posts loses it. Its id stays in the
    incident's story, and is made of hashes.
    """
    if not outcome.deleted:
        return
    post, *posts = outcome.deleted
    command = Command(
        id=f"redact-{post_key(chr(0).join(outcome.deleted))}", type="redact", brand="", at=at, by="tocsin", via="watch",
        post=post, posts=tuple(posts),
    )  # fmt: skip
    yield Outgoing(kafka.topic(COMMANDS), msgspec.json.encode(command), b"", partition)

"""Where a source's mentions and checkpoints go."""

from collections.abc import Sequence
from typing import Protocol

from detectors.not_heard import NotHeard
from streams.connectors.connector import Refused
from streams.mention import Mention
from streams.sources.checkpoint import Checkpoint
from streams.sources.sent_ids import Row
from streams.wire.source_read import SourceRead


class Outlet(Protocol):
    """Kafka, or what stands in for it; whatever fails with it is raised as ``streams.kafka.reconnecting.FAILURES``."""

    async def remember(self, rows: Sequence[Row]) -> None:
        """Write which posts are about to be sent, and return when it is written for good."""

    async def put(self, mentions: Sequence[Mention], refused: Sequence[Refused]) -> None:
        """Put mentions, and what is none, on their way."""

    async def settle(self) -> None:
        """Return when Kafka has all that was put."""

    async def publish(self, not_heard: Sequence[NotHeard] = (), read: Sequence[SourceRead] = ()) -> None:
        """Put what was not heard, and what was read, on its way to every brand's watch."""

    async def save(self, checkpoint: Checkpoint) -> int:
        """Write a checkpoint for good, unless somebody else has the source now; return how many bytes it has."""

    async def heartbeat(self, at: int) -> None:
        """Let event time go on to ``at``, epoch seconds, in every partition of mentions."""

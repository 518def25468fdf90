"""An outlet that keeps everything in memory, and fails when it is told to."""

from collections.abc import Sequence

from detectors.not_heard import NotHeard
from streams.connectors.connector import Refused
from streams.errors import KafkaUnavailableError, RecordTooLargeError
from streams.mention import Mention
from streams.sources.checkpoint import Checkpoint, encode_checkpoint
from streams.sources.sent_ids import Row
from streams.wire.source_read import SourceRead


class MemoryOutlet:
    def __init__(self) -> None:
        self.put_so_far: list[Mention] = []
        self.settled: list[Mention] = []
        self.refused: list[Refused] = []
        self.rows: dict[bytes, bytes | None] = {}
        self.saved: list[Checkpoint] = []
        self.settled_at_save: list[int] = []
        self.beats: list[int] = []
        self.not_heard: list[NotHeard] = []
        self.read: list[SourceRead] = []
        self.fails_at: set[str] = set()
        self.most_bytes = 1_000_000

    @property
    def ids(self) -> list[str]:
        return [mention.id for mention in self.settled]

    async def remember(self, rows: Sequence[Row]) -> None:
        self._fail("remember")
        self.rows.update(rows)

    async def put(self, mentions: Sequence[Mention], refused: Sequence[Refused]) -> None:
        self._fail("put")
        self.put_so_far += mentions
        self.refused += refused

    async def settle(self) -> None:
        self._fail("settle")
        self.settled += self.put_so_far
        self.put_so_far.clear()

    async def publish(self, not_heard: Sequence[NotHeard] = (), read: Sequence[SourceRead] = ()) -> None:
        self._fail("tell")
        self.not_heard += not_heard
        self.read += read

    async def save(self, checkpoint: Checkpoint) -> int:
        self._fail("save")
        size = len(encode_checkpoint(checkpoint))
        if checkpoint.position is not None and size > self.most_bytes:
            raise RecordTooLargeError(f"{size} bytes")
        self.saved.append(checkpoint)
        self.settled_at_save.append(len(self.put_so_far))
        return size

    async def heartbeat(self, at: int) -> None:
        self.beats.append(at)

    def _fail(self, what: str) -> None:
        if what in self.fails_at:
            self.fails_at.discard(what)
            self.put_so_far.clear()
            raise KafkaUnavailableError(f"no {what}")

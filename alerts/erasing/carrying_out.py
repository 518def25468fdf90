"""Has the stages take what was found out of what they keep, and writes kept incidents anew without it.

First it is said on ``erased``, so that no repeat is shown, and the posts are taken down as their sources would do it.
When the watch stage has dropped them, no verdict can bring them back: then the incident stage is asked for the rest,
and what it knows no more (older versions, older incidents) is written anew.
"""

import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec
from aiokafka import AIOKafkaProducer

from alerts.erasing.matches import Matches
from alerts.incidents.command import Command
from alerts.kafka.incident_archive import Rewritten, write_anew
from streams.ingest.erased import author_row, post_row, row_value
from streams.kafka.outgoing import Outgoing
from streams.kafka.sending import by, send_and_wait
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import COMMANDS, ERASED, INCIDENTS, MENTIONS
from streams.mention import EARLIEST, Mention, encode_mention

_AT_ONCE = 500
"""Posts that a command names, and take-downs that are sent together."""


class CarryingOut:
    """Asks for what ``matches`` has found.

    Parameters
    ----------
    kafka
        Where Kafka is.
    producer
        What is asked for goes out through it.
    matches
        May go on growing: what was found since is asked for with the next call.
    partitions
        By ``Topic.name``.
    """

    def __init__(
        self, kafka: KafkaSettings, producer: AIOKafkaProducer, matches: Matches, partitions: dict[str, int]
    ) -> None:
        self._kafka = kafka
        self._producer = producer
        self._matches = matches
        self._partitions = partitions
        self._hidden: set[str] = set()
        self._is_logged = False
        self._asked: tuple[frozenset[str], frozenset[str]] | None = None

    async def hide(self) -> None:
        """Remember what is erased, and take down the posts of which that was not asked yet."""
        request, erased = self._matches.request, self._kafka.topic(ERASED)
        now = row_value(time.time())
        fresh = {id_: seen for id_, seen in self._matches.posts.items() if id_ not in self._hidden}
        rows = [Outgoing(erased, now, post_row(id_)) for id_ in fresh]
        if not self._is_logged:
            mine = post_row(request.id) if request.kind == "post" else author_row(request.id, request.source)
            rows.append(Outgoing(erased, now, mine))
        await self._send(rows)
        self._is_logged = True
        await self._send([
            Outgoing(
                self._kafka.topic(MENTIONS),
                encode_mention(
                    Mention(
                        id=id_,
                        published=datetime.fromtimestamp(seen.published, UTC) if seen.published else EARLIEST,
                        content="",
                        source=seen.source or "unknown",
                        deleted=True,
                    )
                ),
                id_.encode(),
            )
            for id_, seen in fresh.items()
        ])  # fmt: skip
        self._hidden.update(fresh)

    @property
    def is_dropped(self) -> bool:
        """Whether the watch stage has dropped all posts, in every partition, and told the incident stage so."""
        dropped = self._matches.dropped_by
        return all(
            self._hidden <= dropped.get(partition, set()) for partition in range(self._partitions[COMMANDS.name])
        )

    async def ask(self) -> None:
        """Ask the incident stage, in every partition, to take posts and names out of what it knows of incidents.

        Nothing is asked twice.
        """
        posts, names = frozenset(self._matches.shown), self._matches.names()
        if self._asked == (posts, names):
            return
        self._asked = (posts, names)
        await self._send(list(self._commands(sorted(posts), sorted(names))))

    async def write_incidents_anew(self) -> Rewritten:
        """Write all kept versions of incidents without it."""
        gone = self._matches.gone()

        async def put(records: Sequence[Outgoing]) -> bool:
            await self._send(records)
            return True

        return await write_anew(self._kafka, range(self._partitions[INCIDENTS.name]), gone.without, put)

    def _commands(self, posts: Sequence[str], names: Sequence[str]) -> Iterator[Outgoing]:
        texts = sorted({mark for mark in self._matches.gone().redacted_posts.values() if mark})
        for first in range(0, max(1, len(posts), len(texts)), _AT_ONCE):
            command = Command(
                id=f"erase-{uuid.uuid4().hex}", type="redact", brand="", at=time.time(), by="tocsin", via="cli",
                posts=tuple(posts[first : first + _AT_ONCE]), names=tuple(names),
                texts=tuple(texts[first : first + _AT_ONCE]),
            )  # fmt: skip
            for partition in range(self._partitions[COMMANDS.name]):
                yield Outgoing(self._kafka.topic(COMMANDS), msgspec.json.encode(command), b"", partition)

    async def _send(self, records: Sequence[Outgoing]) -> None:
        for first in range(0, len(records), _AT_ONCE):
            await send_and_wait(by(self._producer), records[first : first + _AT_ONCE])

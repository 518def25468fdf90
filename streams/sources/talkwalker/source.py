"""What a collector of Talkwalker's has gathered since reading stood before.

It is read as a queue, every few seconds to its end, and not over a connection that stays: nothing is sent over that
while nothing is found, so that one which has died looks like calm.
"""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Any
from urllib.parse import quote

import msgspec

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Mention
from streams.sources.asking_source import AskingSource
from streams.sources.http import HttpClient
from streams.sources.source import (
    Batch,
    Health,
    Hole,
    Position,
    Problem,
    SourceError,
    SourceUnavailableError,
)
from streams.sources.suites.fields import at, text
from streams.sources.talkwalker.chunks import NO_CREDITS, Chunks, Trouble, trouble_of
from streams.sources.talkwalker.document import KIND, mention_of
from streams.sources.talkwalker.settings import TalkwalkerSettings

GAP_S = 12.0
"""Between two calls: five a minute are allowed."""
KEPT_S = 7 * 86400.0
"""So long a collector keeps what it has gathered."""
STEP = 500
LATE_S = 900.0
_EARLIEST, _LATEST = "earliest", "latest"


class TalkwalkerSource(AskingSource):
    """One collector. Its position is the offset behind what Kafka has, when that was, and what this month has cost.

    Parameters
    ----------
    source_id
        In ``tocsin.yml``.
    settings
        As there.
    client
        Asks over HTTP.
    now
        Wall time, epoch seconds.
    """

    kind = KIND

    def __init__(
        self,
        source_id: str,
        settings: TalkwalkerSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(source_id, now)
        self._settings = settings
        self._client = client
        self._token = settings.token.get_secret_value()
        self._url = f"{settings.url}/api/v3/stream/c/{quote(settings.collector)}"
        self._offset = _LATEST
        self._gone = ""
        self._at: float | None = None
        self._month, self._credits = "", 0
        self._without_credits_since: float | None = None
        self._reading: AsyncGenerator[Batch, None] | None = None
        self._due = 0.0
        self._says = ""
        client.demand(f"{self._url}/results", account=self._token, gap_s=GAP_S, in_flight=2)

    async def check(self) -> list[Problem]:
        """Ask for the collector's definition."""
        answer = await self._client.get(self._url, params={"access_token": self._token}, account=self._token)
        try:
            body = msgspec.json.decode(answer.body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise SourceUnavailableError(f"{self._url} is no answer of the API: {error}") from error
        if (trouble := trouble_of(body)) is not None:
            raise trouble.as_error(self._url)
        if not answer.is_success:
            raise SourceError(f"{self._url} answered {answer.status}; is collector right?")
        collectors = at(body, "result_stream.collectors")
        state = text(collectors[0], "state") if isinstance(collectors, list) and collectors else ""
        if state != "ACTIVE":
            return [Problem(says=f"the collector is {state or 'unknown'}, and gathers nothing; resume it", stops=True)]
        return [Problem(says="each result costs one credit, whether or not it is read", stops=False)]

    async def open(self, position: Position | None) -> None:
        """Begin at the latest, or where reading stood."""
        await self.close()
        self._offset = _LATEST if position is None else str(position["offset"])
        if self._offset == self._gone:
            self._offset = _EARLIEST
        self._at = None if position is None else float(position["at"])
        self._month, self._credits = (position or {}).get("month", ""), int((position or {}).get("credits", 0))
        self._due, self._state = 0.0, "starting"

    async def read(self) -> Batch:
        """Return the next part of what has been gathered, or nothing where it was read to its end."""
        if self._reading is None:
            now = self._now()
            if now < self._due:
                await self._rest(self._due)
                return self._batch()
            self._reading = self._batches(now)
        try:
            return await anext(self._reading)
        except StopAsyncIteration:
            self._reading = None
            return self._batch()
        except (SourceError, SourceUnavailableError):
            self._reading = None
            raise

    async def close(self) -> None:
        """Leave a reading that is under way."""
        reading, self._reading = self._reading, None
        if reading is not None:
            # One that is just being read ends with its reader.
            with suppress(RuntimeError):
                await reading.aclose()

    def health(self) -> Health:
        """Tell how it is, and what it has cost."""
        return self._health(says=self._says, cost=f"{self._credits:,} credits" if self._credits else "")

    async def _batches(self, now: float) -> AsyncGenerator[Batch, None]:
        """Read the collector to its end."""
        holes = self._forgotten(now)
        is_late = self._at is not None and now - self._at > LATE_S
        params = {"access_token": self._token, "resume_offset": self._offset, "end_behaviour": "stop"}
        chunks, results, is_stated = Chunks(), [], False
        async with self._client.stream(f"{self._url}/results", params=params, account=self._token) as answer:
            async with aclosing(answer.pieces) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    for chunk in self._whole(chunks, piece):
                        if (trouble := trouble_of(chunk)) is not None:
                            self._refuse(trouble)
                        if at(chunk, "chunk_type") == "CT_RESULT":
                            results.append(chunk)
                        elif offset := text(chunk, "chunk_control.resume_offset"):
                            self._offset = offset
                        is_stated = at(chunk, "chunk_type") == "CT_CONTROL"
                        if results and (len(results) >= STEP or at(chunk, "chunk_type") == "CT_CONTROL"):
                            yield self._given(results, holes, is_late=is_late)
                            results, holes = [], ()
            if answer.status != 200:
                raise SourceError(f"{self._url} answered {answer.status}; is collector right?")
        if not chunks.is_whole or not is_stated:
            raise SourceUnavailableError(f"{self._url}: it broke off before its end")
        self._at, self._state, self._says, self._last_ok = now, "live", "", self._now()
        self._due = now + self._settings.every
        if results or holes or self._without_credits_since is not None:
            yield self._given(results, (*holes, *self._paid_again()), is_late=is_late)

    def _whole(self, chunks: Chunks, piece: bytes) -> list[Any]:
        try:
            return chunks.add(piece)
        except ValueError as error:
            raise SourceUnavailableError(f"{self._url}: it cannot be read: {error}") from error

    def _refuse(self, trouble: Trouble) -> None:
        """Raise what Talkwalker says is wrong; a place that is gone is gone on from as far back as there is."""
        error = trouble.as_error(self._url)
        self._says = str(error)
        if trouble.is_offset_gone and self._offset != _EARLIEST:
            self._gone = self._offset
            raise SourceUnavailableError(f"{self._url}: the place where reading stood is gone; what is kept is read")
        if trouble.code == NO_CREDITS and self._without_credits_since is None:
            self._without_credits_since = self._at or self._now()
        if isinstance(error, SourceUnavailableError):
            self._state = "waiting"
        raise error

    def _forgotten(self, now: float) -> tuple[Hole, ...]:
        """Tell what the collector does not keep any more."""
        if self._at is None or now - self._at <= KEPT_S:
            return ()
        detail = "the collector keeps seven days, and nobody had read it for longer"
        return (Hole(began=self._at, ended=now - KEPT_S, share=0.0, reason="look_back", detail=detail),)

    def _paid_again(self) -> tuple[Hole, ...]:
        began, self._without_credits_since = self._without_credits_since, None
        if began is None:
            return ()
        detail = "no credits were left, and nothing was collected"
        ended = max(began + 1.0, self._now())
        return (Hole(began=began, ended=ended, share=0.0, reason="throttled", detail=detail),)

    def _given(self, results: list[Any], holes: tuple[Hole, ...], *, is_late: bool) -> Batch:
        mentions: list[Mention] = []
        refused: list[Refused] = []
        for chunk in results:
            try:
                mentions.append(mention_of(chunk, self._settings.brands))
            except BadMentionError as error:
                refused.append(Refused.because(error, f"{KIND}: a result", msgspec.json.encode(chunk)[:MAX_BYTES]))
        month = time.strftime("%Y-%m", time.gmtime(self._now()))
        self._credits = len(results) + (self._credits if month == self._month else 0)
        self._month = month
        self._note_newest(mentions)
        return self._batch(tuple(mentions), tuple(refused), holes, is_backfill=is_late)

    def _batch(
        self,
        mentions: tuple[Mention, ...] = (),
        refused: tuple[Refused, ...] = (),
        holes: tuple[Hole, ...] = (),
        *,
        is_backfill: bool = False,
    ) -> Batch:
        return Batch(
            position={
                "offset": self._offset,
                "at": self._now() if self._at is None else self._at,
                "month": self._month,
                "credits": self._credits,
            },
            mentions=mentions,
            refused=refused,
            holes=holes,
            delay_s=self._settings.delay + self._settings.every,
            is_backfill=is_backfill,
        )

"""What sources have in common that ask upstream now and then: their rest, and how they are."""

import asyncio
from collections.abc import Callable, Iterable

from streams.mention import Mention
from streams.sources.source import Health, Position, State


class AskingSource:
    """Part of a ``Source``: its clock, its rest, and what ``health`` tells.

    Parameters
    ----------
    source_id
        In ``tocsin.yml``.
    now
        Wall time, epoch seconds.
    """

    idle_s = 3.0
    """A reading waits at most so long for something to be due."""

    def __init__(self, source_id: str, now: Callable[[], float]) -> None:
        self.id = source_id
        self._now = now
        self._state: State = "starting"
        self._last_event: float | None = None
        self._last_ok: float | None = None

    async def acknowledge(self, position: Position) -> None:
        """Nothing upstream needs to know."""

    async def close(self) -> None:
        """Nothing is held open."""

    def health(self) -> Health:
        """Tell how it is."""
        return self._health()

    async def _rest(self, until: float) -> None:
        await asyncio.sleep(min(self.idle_s, until - self._now()))

    def _note_newest(self, mentions: Iterable[Mention]) -> None:
        """Take note of the newest post heard; one of the future tells nothing."""
        times = [at for at in (mention.published_s for mention in mentions) if at <= self._now()]
        self._last_event = max([*times, self._last_event or 0.0]) or None

    def _health(self, *, behind_s: float | None = None, says: str = "", cost: str = "") -> Health:
        return Health(
            state=self._state, last_event=self._last_event, last_ok=self._last_ok, behind_s=behind_s, says=says,
            cost=cost,
        )  # fmt: skip

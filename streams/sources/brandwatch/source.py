"""What queries of Brandwatch have found since reading stood before.

Each look begins at the newest and goes back, page by page, to what was known; only then does the position move. What
lies behind ``MOST_PAGES`` pages is given up, and told.
"""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Mention
from streams.sources.asking_source import AskingSource
from streams.sources.brandwatch.api import PAGE, Api, Page
from streams.sources.brandwatch.found_mention import KIND, added_at, mention_of, number_of
from streams.sources.brandwatch.settings import BrandwatchSettings
from streams.sources.http import HttpClient
from streams.sources.source import Batch, Health, Hole, Position, Problem

OVERLAP_S = 300.0
"""Of two that are found at almost the same time, the earlier may appear later."""
PUBLISHED_WITHIN_S = 7 * 86400.0
"""What is older than that when it is found, is history."""
MOST_PAGES = 50
LATE_S = 900.0
"""What was found so long ago was found while nobody listened."""


class BrandwatchSource(AskingSource):
    """Some queries of one project. Its position is when the newest mention was found that Kafka has, and all before.

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
        settings: BrandwatchSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(source_id, now)
        self._settings = settings
        self._api = Api(client, settings)
        self._since: float | None = None
        self._seen: dict[str, float] = {}
        self._look: _Look | None = None
        self._due = 0.0
        self._asked_at = 0.0

    async def check(self) -> list[Problem]:
        """Ask for the project's queries."""
        known = await self._api.queries()
        missing = [str(query) for query in self._settings.queries if query not in known]
        named = ", ".join(f"{query} ({known[query]})" for query in self._settings.queries if query in known)
        pages = max(1.0, self._api.gap_s / self._settings.every)
        problems = [
            Problem(
                says=f"asks for {named or 'nothing'} every {max(self._settings.every, self._api.gap_s):.0f} s, "
                f"{self._settings.calls} calls in 10 minutes at most of the 30 that your client has"
                + ("; `every` is shorter than the calls allow" if pages > 1 else ""),
                stops=False,
            )
        ]
        if missing:
            problems.append(Problem(says=f"the project has no query {', '.join(missing)}", stops=True))
        return problems

    async def open(self, position: Position | None) -> None:
        """Begin at the newest that has been found, or where reading stood."""
        self._since = None if position is None else float(position["since"])
        self._seen.clear()
        self._look = None
        self._due = self._asked_at = 0.0
        self._state = "starting"

    async def read(self) -> Batch:
        """Return the next page of a look, or nothing where none is due."""
        now = self._now()
        due = max(self._due if self._look is None else 0.0, self._asked_at + self._api.gap_s)
        if now < due:
            await self._rest(due)
            return self._batch()
        self._asked_at = now
        if self._since is None:
            return await self._begin(now)
        look = self._look or _Look(now, self._since)
        page = await self._api.page(
            min(look.since - OVERLAP_S, now - PUBLISHED_WITHIN_S), now + 3600.0, look.pages, look.cursor
        )
        self._last_ok = self._now()
        return self._take(look, page)

    def health(self) -> Health:
        """Tell how far it is behind."""
        behind_s = None if self._since is None or self._look is None else max(0.0, self._now() - self._look.since)
        return self._health(behind_s=behind_s)

    async def _begin(self, now: float) -> Batch:
        """Take note of the newest that is there, by Brandwatch's own clock."""
        page = await self._api.page(now - PUBLISHED_WITHIN_S, now + 3600.0, 0, None, size=1)
        self._since = max((_added(one) or now for one in page.results), default=now)
        self._seen = {number_of(one): _added(one) or now for one in page.results}
        self._last_ok = self._now()
        self._due, self._state = self._now() + self._settings.every, "live"
        return self._batch()

    def _take(self, look: "_Look", page: Page) -> Batch:
        mentions: list[Mention] = []
        refused: list[Refused] = []
        for found in reversed(page.results):
            added = _added(found)
            if added is not None:
                look.note(added)
                if added < look.since - OVERLAP_S or self._seen.get(number_of(found)) == added:
                    continue
                self._seen[number_of(found)] = added
            try:
                mentions.append(mention_of(found, self._settings.brands))
            except BadMentionError as error:
                data = msgspec.json.encode(found)[:MAX_BYTES]
                refused.append(Refused.because(error, f"{KIND}: mention {number_of(found) or '?'}", data))
        self._note_newest(mentions)
        is_late = look.begun - look.since > LATE_S
        holes = self._go_on(look, page)
        return self._batch(tuple(mentions), tuple(refused), holes, is_backfill=is_late)

    def _go_on(self, look: "_Look", page: Page) -> tuple[Hole, ...]:
        """Look at the page after this one, or end the look: the position moves, and what was not reached is told."""
        reached = look.oldest is None or look.oldest < look.since - OVERLAP_S
        number, look.pages, look.cursor = look.pages, look.pages + 1, page.next_cursor
        has_next = self._api.has_next(page, number)
        if not reached and has_next and look.pages < MOST_PAGES:
            self._look, self._state = look, "catching_up"
            return ()
        self._look = None
        self._since = max(look.since, look.newest or look.since)
        self._seen = {name: added for name, added in self._seen.items() if added >= self._since - OVERLAP_S}
        self._due, self._state = look.begun + self._settings.every, "live"
        is_cut = not reached and (has_next or len(page.results) >= PAGE)
        if not is_cut or look.oldest is None or look.oldest <= look.since:
            return ()
        return (
            Hole(
                began=look.since,
                ended=look.oldest,
                share=0.0,
                reason="throttled",
                detail=f"the queries found more than {look.pages} pages hold, and no more can be asked for in time",
            ),
        )

    def _batch(
        self,
        mentions: tuple[Mention, ...] = (),
        refused: tuple[Refused, ...] = (),
        holes: tuple[Hole, ...] = (),
        *,
        is_backfill: bool = False,
    ) -> Batch:
        since = self._since if self._since is not None else self._now()
        delay_s = self._settings.delay + self._settings.every
        return Batch(
            position={"since": since}, mentions=mentions, refused=refused, holes=holes, delay_s=delay_s,
            is_backfill=is_backfill,
        )  # fmt: skip


class _Look:
    """One look for what is new, over as many pages as it takes."""

    def __init__(self, begun: float, since: float) -> None:
        self.begun = begun
        self.since = since
        self.pages = 0
        self.cursor: str | None = None
        self.newest: float | None = None
        self.oldest: float | None = None

    def note(self, added: float) -> None:
        self.newest = added if self.newest is None else max(self.newest, added)
        self.oldest = added if self.oldest is None else min(self.oldest, added)


def _added(found: Any) -> float | None:
    try:
        return added_at(found)
    except BadMentionError:
        return None

"""A source that asks for lists of posts: each when it is due, and again for what was taken down."""

import datetime as dt
import time
from collections.abc import Callable, Sequence

import msgspec

from streams.connectors.connector import Refused
from streams.ingest.erased import Erased
from streams.mention import Mention
from streams.sources.asking_source import AskingSource
from streams.sources.polled.lane import Given, Lane, Place, digest
from streams.sources.polled.listing import Asked, Cadence, Found, Listing, LookUp, Page
from streams.sources.polled.meter import Meter
from streams.sources.polled.watched import Watched, Watching
from streams.sources.source import (
    Batch,
    Health,
    Hole,
    Position,
    Problem,
    SourceError,
    SourceUnavailableError,
)

CHECKED_S = 12.0
"""`tocsin check` waits twenty seconds for a source."""
_FAILED_S = 3600.0
"""A list that only a person can mend is tried again that seldom, while others are heard."""
_LEAST_FAILURE_S, _MOST_FAILURE_S = 30.0, 1800.0
_PATIENCE_S = 3600.0
_LOOK_UP_AGAIN_S = 600.0
_SHOWN = 5


class PolledSource(AskingSource):
    """Some lists of one upstream. A source of this kind says which, and how its ``check`` is answered.

    Parameters
    ----------
    source_id
        In ``tocsin.yml``.
    listings
        What is read.
    pace
        How.
    look_up, watching
        How posts that were sent are looked at again; ``None`` where upstream cannot be asked for them.
    meter, unit
        What may be spent, and of what; ``None`` where it costs nothing.
    now
        Wall time, epoch seconds.
    """

    kind = ""
    network = ""
    """``source`` of its mentions, where that is not its kind."""

    def __init__(
        self,
        source_id: str,
        listings: Sequence[Listing],
        pace: Cadence,
        *,
        look_up: LookUp | None = None,
        watching: Watching | None = None,
        meter: Meter | None = None,
        unit: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(source_id, now)
        self._listings = {listing.key: listing for listing in listings}
        self._pace = pace
        self._look_up = look_up
        self._watching = watching or Watching(every_s=86_400.0, for_s=0.0)
        self._meter = meter
        self._unit = unit
        self._lanes: dict[str, _Turn] = {}
        self._watched = Watched(self._watching)
        self._look_up_due = 0.0
        self._look_up_says = ""
        self._given: dict[str, Found] = {}
        self._batches = 0
        """So many batches gave something: a position with this number says that all of them have come through."""
        self._asked_at = 0.0
        self._cost_of_look = 0.0
        self._looked_at = ""

    async def check(self) -> list[Problem]:
        """Tell what is wrong with the first page of each list; those of a kind say more."""
        pages, problems = await self.first_pages()
        for label, page in pages:
            refused = [found.post for found in page.found if isinstance(found.post, Refused)]
            if refused and len(refused) == len(page.found):
                problems.append(Problem(says=f"{label}: {refused[0].detail}", stops=True))
            elif refused:
                says = f"{label}: {len(refused)} of {len(page.found)} are no posts: {refused[0].detail}"
                problems.append(Problem(says=says, stops=False))
        return problems

    async def first_pages(self) -> tuple[list[tuple[str, Page]], list[Problem]]:
        """Ask for the first page of each list, by its label, as long as whoever checks will wait."""
        begun = self._now()
        pages: list[tuple[str, Page]] = []
        for listing in self._listings.values():
            if pages and self._now() - begun + self._pace.gap_s > CHECKED_S:
                says = f"{len(pages)} of {len(self._listings)} lists were asked for: upstream allows no more at a time"
                return pages, [Problem(says=says, stops=False)]
            pages.append((listing.label, await listing.page(Asked(cursor="", since=None))))
        return pages, []

    async def open(self, position: Position | None) -> None:
        """Begin at the newest, or where each list stood; what failed of them is known better than there.

        Where all that was given has come through, as after a failure of upstream's, looks that are under way go on.
        """
        self._state = "starting"
        if self._lanes and position is not None and position.get("given") == self._batches:
            return
        self._batches = (position or {}).get("given", 0)
        kept = (position or {}).get("lanes", {})
        before = self._lanes
        self._lanes = {
            key: _Turn(Lane(listing.label, self._pace, msgspec.convert(kept.get(key, {}), Place)), before.get(key))
            for key, listing in self._listings.items()
        }
        self._watched = Watched(self._watching, (position or {}).get("watched"))
        if self._meter is not None and (spent := (position or {}).get("spent")):
            # What this process has spent since then it has spent, whatever became of it.
            meter = msgspec.structs.replace(self._meter, began=float(spent[0]), spent=float(spent[1]))
            self._meter = max(self._meter, meter, key=lambda one: (one.began, one.spent))
        self._given = {}

    async def read(self) -> Batch:
        """Return the next page of what is due, or nothing where nothing is."""
        now = self._now()
        self._wait_for_allowance(now)
        if self._look_up is not None and self._look_up_is_due(now):
            return await self._look_again(self._look_up, now)
        key = min(self._lanes, key=lambda one: (self._lanes[one].due, not self._lanes[one].lane.is_looking))
        turn = self._lanes[key]
        if (due := max(turn.due, self._asked_at + self._pace.gap_s)) > now:
            self._raise_if_nobody_speaks(now)
            await self._rest(due)
            return self._batch()
        self._asked_at = now
        return await self._look(key, turn, now)

    def note_sent(self, mentions: Sequence[Mention]) -> None:
        """Watch what goes on."""
        if self._look_up is None:
            return
        for mention in mentions:
            found = self._given.get(mention.id)
            if found is not None and not mention.deleted:
                self._watched.sent(found.key, mention.published_s, digest(found.post), self._now())
        self._given = {}

    def forget(self, erased: Erased) -> None:
        """Ask no more for posts that were taken down or erased."""
        if (look_up := self._look_up) is not None:
            self._watched.forget(lambda key: erased.has_post(look_up.id_of(key)))

    def health(self) -> Health:
        """Tell how it is, which lists fail, and what it has cost."""
        now = self._now()
        failing = [turn.says for turn in self._lanes.values() if turn.says]
        parts = []
        if failing:
            more = f"; and {len(failing) - _SHOWN} more" if len(failing) > _SHOWN else ""
            parts.append(f"{len(failing)} of {len(self._lanes)} lists fail: {'; '.join(failing[:_SHOWN])}{more}")
        if self._watched.given_up:
            parts.append(f"{self._watched.given_up:,} posts are no longer looked at for being taken down: too many")
        if self._look_up_says:
            parts.append(self._look_up_says)
        looked = [turn.lane.place.looked_at for turn in self._lanes.values() if not turn.says]
        behind_s = max(0.0, now - min(looked)) if looked and all(looked) else None
        return self._health(behind_s=behind_s, says=". ".join(parts), cost=self._cost(now))

    # -- one request -----------------------------------------------------------------------------------------

    async def _look(self, key: str, turn: "_Turn", now: float) -> Batch:
        """Ask for a page; a list that fails keeps no other from being heard."""
        self._cost_of_look, self._looked_at = 0.0, key
        try:
            page = await self._listings[key].page(turn.lane.asked(now))
        except (SourceError, SourceUnavailableError) as error:
            turn.lane.failed()
            if len(self._lanes) == 1:
                raise
            turn.fail(error, self._now())
            self._raise_if_nobody_speaks(self._now())
            return self._batch()
        given = turn.lane.take(page, self._now())
        turn.cost = self._cost_of_look + (turn.cost if turn.has_more else 0.0)
        turn.has_more = turn.lane.is_to_go_on
        turn.spoke(self._now() if turn.lane.is_to_go_on else now + self._interval_s(now))
        self._last_ok = self._now()
        self._state = "catching_up" if turn.lane.is_to_go_on else "live"
        return self._batch_of(given)

    async def _look_again(self, look_up: LookUp, now: float) -> Batch:
        keys = self._watched.due(now, look_up.at_once)
        self._look_up_due = now + 1.0
        if not keys:
            return self._batch()
        try:
            there = await look_up.look_up(keys)
        except (SourceError, SourceUnavailableError) as error:
            # Whoever cannot be asked for what is gone can still be asked for what is new.
            self._look_up_says = f"what was sent cannot be looked at again: {error}"
            self._look_up_due = now + _LOOK_UP_AGAIN_S
            return self._batch()
        self._look_up_says = ""
        self._last_ok = self._now()
        news = self._watched.looked_at(keys, {key: digest(one.post) for key, one in there.items()}, self._now())
        mentions = [post for key in news.changed if isinstance(post := there[key].post, Mention)]
        mentions += [
            Mention(
                id=look_up.id_of(key),
                published=dt.datetime.fromtimestamp(published, dt.UTC),
                content="",
                source=self.network or self.kind,
                deleted=True,
            )
            for key, published in news.gone.items()
        ]
        return self._batch(mentions=tuple(mentions), is_backfill=True)

    def _look_up_is_due(self, now: float) -> bool:
        is_looking = any(turn.lane.is_to_go_on for turn in self._lanes.values())
        return not is_looking and now >= max(self._look_up_due, self._watched.next_due())

    def _batch_of(self, given: Given) -> Batch:
        mentions = [found.post for found in given.found if isinstance(found.post, Mention)]
        refused = [found.post for found in given.found if isinstance(found.post, Refused)]
        self._note_newest(mentions)
        if self._look_up is not None:
            self._given = {found.post.id: found for found in given.found if isinstance(found.post, Mention)}
        return self._batch(
            mentions=tuple(mentions), refused=tuple(refused), holes=given.holes, is_backfill=given.is_backfill
        )

    def _batch(
        self,
        *,
        mentions: tuple[Mention, ...] = (),
        refused: tuple[Refused, ...] = (),
        holes: tuple[Hole, ...] = (),
        is_backfill: bool = False,
    ) -> Batch:
        if mentions or refused or holes:
            self._batches += 1
        return Batch(
            position=self._kept(),
            mentions=mentions,
            refused=refused,
            holes=holes,
            is_backfill=is_backfill,
            delay_s=self._pace.late_s + self._pace.every_s,
        )

    def _kept(self) -> Position:
        """Return where to go on."""
        position: Position = {
            "v": 1,
            "given": self._batches,
            "lanes": {key: msgspec.to_builtins(turn.lane.place) for key, turn in self._lanes.items()},
        }
        if len(self._watched):
            position["watched"] = self._watched.position()
        if self._meter is not None and self._meter.spent:
            position["spent"] = [self._meter.began, round(self._meter.spent, 4)]
        return position

    # -- what it costs, and what goes wrong ------------------------------------------------------------------

    def _interval_s(self, now: float) -> float:
        """Return how long to wait for the next look; longer where the allowance would not last until it is renewed."""
        if self._meter is None:
            return self._pace.every_s
        costs = sum(turn.cost for turn in self._lanes.values())
        lasts_s = costs * (self._meter.ends(now) - now) / max(self._meter.left(now), 1.0)
        return max(self._pace.every_s, lasts_s)

    def spend(self, cost: float) -> None:
        """Take note of what a request costs."""
        if self._meter is not None:
            self._meter = self._meter.spend(cost, self._now())
            self._cost_of_look += cost

    def exhaust(self) -> None:
        """Take note that upstream says that nothing is left."""
        if self._meter is not None:
            self._meter = self._meter.spend(self._meter.left(self._now()), self._now())

    def _wait_for_allowance(self, now: float) -> None:
        if self._meter is None or self._meter.left(now) > 0:
            return
        ends = self._meter.ends(now)
        until = dt.datetime.fromtimestamp(ends, dt.UTC)
        raise SourceUnavailableError(
            f"all {self._meter.cap:,.0f} {self._unit} are used; nothing is asked until {until:%Y-%m-%d %H:%M} UTC",
            retry_after_s=min(_PATIENCE_S, ends - now),
        )

    def _cost(self, now: float) -> str:
        if self._meter is None:
            return ""
        return f"{self._meter.at(now).spent:,.0f} of {self._meter.cap:,.0f} {self._unit}"

    def _raise_if_nobody_speaks(self, now: float) -> None:
        """Tell the runner where all lists fail."""
        if not all(turn.says for turn in self._lanes.values()):
            return
        says = "; ".join(dict.fromkeys(turn.says for turn in list(self._lanes.values())[:_SHOWN]))
        if all(turn.is_failed for turn in self._lanes.values()):
            raise SourceError(says)
        raise SourceUnavailableError(says, retry_after_s=max(0.0, min(turn.due for turn in self._lanes.values()) - now))


class _Turn:
    """One list between two looks: when it is due, and how it fails."""

    def __init__(self, lane: Lane, before: "_Turn | None" = None) -> None:
        self.lane = lane
        self.failures: int = before.failures if before else 0
        self.says: str = before.says if before else ""
        self.is_failed = False
        self.cost: float = before.cost if before else 0.0
        self.has_more = False
        self.due: float = before.due if before and before.says else 0.0

    def fail(self, error: SourceError | SourceUnavailableError, now: float) -> None:
        self.failures += 1
        self.is_failed = isinstance(error, SourceError)
        asked_s = error.retry_after_s if isinstance(error, SourceUnavailableError) else _FAILED_S
        self.due = now + max(asked_s, min(_MOST_FAILURE_S, _LEAST_FAILURE_S * 2.0 ** (self.failures - 1)))
        self.says = f"{error}"

    def spoke(self, due: float) -> None:
        self.failures, self.says, self.is_failed, self.due = 0, "", False, due

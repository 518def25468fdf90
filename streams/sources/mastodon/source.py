"""The source: opens the stream, fetches what came before, hears, and fetches again where the stream may have missed."""

import asyncio
import math
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import asdict

from streams.ingest.erased import Erased
from streams.mention import Mention
from streams.sources.http import HttpClient
from streams.sources.mastodon.api import AT_ONCE, Api, Page
from streams.sources.mastodon.feeds import Feed, feeds_of
from streams.sources.mastodon.instance import Instance
from streams.sources.mastodon.left_out_posts import LeftOutPosts
from streams.sources.mastodon.local_ids import behind, moment, order
from streams.sources.mastodon.own_posts import MastodonPoster
from streams.sources.mastodon.post import KIND
from streams.sources.mastodon.progress import Kept, Place, read_position
from streams.sources.mastodon.reading import Reading, Taken
from streams.sources.mastodon.sent_posts import SentPost
from streams.sources.mastodon.settings import MastodonSettings
from streams.sources.mastodon.streams import Heard, StreamRefusedError, Streams
from streams.sources.mastodon.times import TIMES, Times
from streams.sources.mastodon.trial import try_server
from streams.sources.proving.poster import ProofPlan, plan_of
from streams.sources.source import Batch, Health, Hole, Position, Problem, SourceError, SourceUnavailableError, State

MOST_EVENTS = 500
"""Events of one batch."""
DUE_EVERY_S = 1.0
"""So often, at most, it is looked what is due."""
SETTLE_BACK_S = 10.0
"""From so long before a stream was opened things are fetched once more."""


class MastodonSource:
    """Timelines of one server.

    Parameters
    ----------
    source_id
        In ``tocsin.yml``.
    settings
        As there.
    client
        Asks over HTTP.
    times
        How long, how often.
    now, clock
        Wall time, epoch seconds, and a clock that only goes forward, seconds.
    """

    kind = KIND

    def __init__(
        self,
        source_id: str,
        settings: MastodonSettings,
        client: HttpClient,
        *,
        times: Times = TIMES,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = source_id
        self._settings = settings
        self._client = client
        self._times = times
        self._now = now
        self._clock = clock
        self._api = Api(client, settings.server, settings.token.get_secret_value())
        self._feeds = feeds_of(settings)
        self.proof: ProofPlan | None = None
        if (proof := settings.proof) is not None:
            poster = MastodonPoster(
                client,
                proof.server or settings.server,
                proof.token.get_secret_value(),
                hashtag=next(iter(settings.hashtags), ""),
                respect_indexable=settings.respect_indexable,
            )
            self.proof = plan_of(proof, poster)
        self._reading = Reading(settings.server, respect_indexable=settings.respect_indexable)
        self._left_out = LeftOutPosts(source_id, KIND)
        self._places: dict[str, Place] = {}
        self._streams: Streams | None = None
        self._is_open = False
        self._ends: SourceUnavailableError | None = None
        self._holes: list[Hole] = []
        self._given: dict[str, SentPost] = {}
        self._last_position: Position | None = None
        self._to_look_at: deque[str] = deque()
        self._unheard_since = 0.0
        self._heard_lately: set[str] = set()
        self._strikes: Counter[str] = Counter()
        self._is_fetching = False
        self._settle_at = self._quiet_at = self._poll_at = self._stream_at = 0.0
        self._look_at = self._look_again_at = self._access_at = self._due_at = 0.0
        self._settle_from: dict[str, str] = {}
        self._no_stream = ""
        self._failure = ""
        self._state: State = "starting"
        self._last_event: float | None = None
        self._last_ok: float | None = None

    async def check(self) -> list[Problem]:
        """Ask for all that listening needs."""
        return await try_server(self._client, self._settings, self._feeds)

    async def open(self, position: Position | None) -> None:
        """Open the streams, and find out what has come since ``position``; the first time nothing before is wanted.

        Raises
        ------
        SourceError
            Where the server lets nobody see what is wanted, or not us.
        SourceUnavailableError
            Where it does not answer.
        """
        await self.close()
        self._state, self._failure, self._ends = "starting", "", None
        try:
            await self._begin(position)
        except SourceUnavailableError as error:
            await self.close()
            raise self._failed(error) from error
        except SourceError:
            await self.close()
            self._state = "failed"
            raise
        self._is_open = True

    async def read(self) -> Batch:
        """Return what has come, a page of what came before, or nothing after two seconds.

        Raises
        ------
        SourceError
            Where the server has switched its timelines off.
        SourceUnavailableError
            Where the stream ends, falls silent, or tells nothing of a timeline that goes on.
        """
        if self._ends is not None:
            raise self._ends
        if not self._is_open:
            raise SourceUnavailableError(f"{self._settings.server}: not connected")
        try:
            return await self._next()
        except SourceUnavailableError as error:
            raise self._failed(error) from error

    def note_sent(self, mentions: Sequence[Mention]) -> None:
        """Remember what went on by the server's own ids, which are all that a take-down tells."""
        for mention in mentions:
            post = self._given.get(mention.id)
            if post is None:
                continue
            if mention.deleted:
                self._reading.sent.forget(post.local_id)
            else:
                self._reading.sent.add(post)

    def forget(self, erased: Erased) -> None:
        """Forget the addresses of posts that were taken down or erased: they name their authors."""
        self._reading.sent.forget_all(lambda uri: erased.names(uri, KIND))

    async def acknowledge(self, position: Position) -> None:
        """Do nothing: the server does not ask what was read."""

    async def close(self) -> None:
        """Leave the streams."""
        self._is_open = False
        streams, self._streams = self._streams, None
        if streams is not None:
            await streams.close()

    def health(self) -> Health:
        """Tell the state, what waits to be fetched, and how much is left out."""
        stretches = sum(len(place.stretches) for place in self._places.values())
        says = [self._failure or self._no_stream, self._left_out.says()]
        return Health(
            state=self._state,
            last_event=self._last_event,
            last_ok=self._last_ok,
            behind_s=self._behind_s() if stretches else 0.0 if self._state == "live" else None,
            says="; ".join(one for one in says if one),
        )

    # -- beginning -------------------------------------------------------------------------------------------

    async def _begin(self, position: Position | None) -> None:
        kept = self._restore(position)
        instance = await self._look_at_access()
        await self._open_streams(instance)
        for feed in self._feeds:
            newest = await self._api.newest(feed)
            place = self._places.get(feed.name)
            if place is None:
                place = Place(cursor=newest, since=newest)
            else:
                place = await self._behind(feed, place, newest, kept)
            self._places[feed.name] = place
        clock = self._clock()
        self._heard_lately.clear()
        self._strikes.clear()
        self._settle_later()
        self._quiet_at = clock + self._quiet_every_s()
        self._poll_at = clock + self._times.poll_s
        self._look_at = clock
        self._look_again_at = clock + self._times.look_again_s
        self._to_look_at = deque(self._reading.sent)
        self._ok()

    def _restore(self, position: Position | None) -> Kept | None:
        """Take up what a position says, and throw away what was given since: it may not have come to Kafka."""
        sent, kept = self._reading.sent, None
        self._places, self._holes, self._given, self._unheard_since = {}, [], {}, self._now()
        if position is not None:
            try:
                kept = read_position(position)
                # Of another server, named in the configuration meanwhile, nothing holds here.
                if kept.server == self._settings.server:
                    sent = sent.restored(position.get("sent", {}))
                    names = {feed.name for feed in self._feeds}
                    self._places = {name: place for name, place in kept.feeds.items() if name in names}
                    self._unheard_since = kept.at
            except ValueError as error:
                raise SourceError(
                    f"its checkpoint cannot be read ({error}); give the source another id, and it begins at the present"
                ) from error
        self._reading.begin(sent, is_all_kept=position is not None and position == self._last_position)
        return kept

    async def _look_at_access(self) -> Instance:
        instance = await self._api.instance()
        self._access_at = self._clock() + self._times.access_s
        for feed in self._feeds:
            if instance.access(feed) == "closed":
                raise SourceError(instance.says_closed(self._settings.server, feed))
        return instance

    async def _open_streams(self, instance: Instance) -> None:
        """Open the streams; without them the timelines are asked, and nothing is lost but time."""
        self._stream_at = self._clock() + self._times.stream_again_s
        server = self._settings.server
        streams = Streams(
            self._client,
            instance.streaming_url(server),
            found_in=server,
            secrets=self._api.secrets,
            silence_s=self._times.silence_s,
        )
        try:
            await streams.open(self._feeds)
        except (StreamRefusedError, SourceUnavailableError) as error:
            if isinstance(error, SourceUnavailableError):
                # It does not refuse: it is away, and may soon be back.
                self._stream_at = self._clock() + self._times.poll_s
            self._no_stream = f"asked every {self._times.poll_s:g} s, and take-downs are heard late: {error}"
        else:
            self._streams, self._no_stream = streams, ""

    async def _behind(self, feed: Feed, place: Place, newest: str, kept: Kept | None) -> Place:
        """Return a place with what has come since, and note a hole where the server no longer has all of it."""
        if not newest and place.cursor and not feed.name.startswith("#"):
            raise SourceUnavailableError(
                f"{self._settings.server} shows nothing of {feed.name}, where it had posts; is it being restored?"
            )
        start = place.start(self._times.overlap_s)
        if place.cursor and order(newest) > order(place.cursor):
            await self._look_back(feed, place, kept)
        place, too_many = place.to_fetch(start, newest).given_up()
        for stretch in too_many:
            self._hole(
                moment(stretch.after), moment(stretch.until), "throttled",
                f"{feed.name}: connections were lost faster than {self._settings.server} let us fetch what they missed",
            )  # fmt: skip
        return place

    async def _look_back(self, feed: Feed, place: Place, kept: Kept | None) -> None:
        # Asked twice: a replica that is behind answers with an empty list now and then, and a hole is not taken back.
        for _ in range(2):
            if await self._api.has_before(feed, behind(place.cursor)):
                return
        page = await self._api.page(feed, place.cursor)
        if page.oldest:
            self._hole(
                kept.at if kept is not None else None, moment(page.oldest), "look_back",
                f"{feed.name}: {self._settings.server} no longer has what came before",
            )  # fmt: skip

    def _hole(self, began: float | None, ended: float | None, reason: str, detail: str) -> None:
        ended = ended or self._now()
        began = min(began or self._unheard_since, ended - 1)
        self._holes.append(Hole(began=began, ended=ended, share=0.0, reason=reason, detail=detail))

    # -- hearing ---------------------------------------------------------------------------------------------

    async def _next(self) -> Batch:
        if self._clock() >= self._due_at:
            # A stream that is never at rest keeps nothing else from being done.
            self._due_at = self._clock() + DUE_EVERY_S
            if (batch := await self._do_what_is_due()) is not None:
                return batch
        # A page after each batch of the stream, and the other way round: neither waits for the other to end.
        self._is_fetching = not self._is_fetching
        stretched = [feed for feed in self._feeds if self._places[feed.name].stretches]
        if self._is_fetching and stretched:
            return await self._fetch(stretched[0])
        if self._streams is not None and (heard := self._streams.take(MOST_EVENTS)):
            return self._heard(heard)
        if stretched:
            return await self._fetch(stretched[0])
        return await self._wait()

    async def _wait(self) -> Batch:
        if self._streams is None:
            await asyncio.sleep(min(self._times.idle_s, self._times.poll_s))
            return self._batch(Taken())
        await self._streams.wait(self._times.idle_s)
        await asyncio.sleep(self._times.linger_s)
        return self._heard(self._streams.take(MOST_EVENTS))

    def _heard(self, heard: Sequence[Heard]) -> Batch:
        """Make a batch of events; nothing is waited for from here on, so that none of them can be lost."""
        taken, now_s = Taken(), self._now()
        for one in heard:
            before = taken.newest
            taken.newest = ""
            self._reading.take_event(one.event, one.feed.name, now_s, taken)
            if taken.newest:
                self._places[one.feed.name] = self._places[one.feed.name].seen(taken.newest)
                self._heard_lately.add(one.feed.name)
            taken.newest = taken.newest or before
        if heard:
            self._ok()
        return self._batch(taken)

    async def _fetch(self, feed: Feed) -> Batch:
        """Fetch a page of the newest stretch that is to be fetched."""
        place = self._places[feed.name]
        stretch = place.stretches[-1]
        page = await self._api.page(feed, stretch.after)
        try:
            self._places[feed.name] = place.fetched(stretch, page.newest)
        except ValueError as error:
            raise SourceUnavailableError(f"{self._settings.server} does not page forward: {error}") from error
        taken = self._taken(feed, page)
        self._ok()
        is_late = taken.newest_s is not None and taken.newest_s < self._now() - self._times.late_s
        return self._batch(taken, is_backfill=is_late)

    def _taken(self, feed: Feed, page: Page) -> Taken:
        taken, now_s = Taken(), self._now()
        for data in page.posts:
            self._reading.take_post(data, feed.name, now_s, taken)
        return taken

    # -- what is due now and then ----------------------------------------------------------------------------

    async def _do_what_is_due(self) -> Batch | None:
        clock = self._clock()
        if clock >= self._access_at:
            await self._look_at_access()
        if self._streams is None and clock >= self._stream_at:
            await self._open_streams(await self._api.instance())
            self._settle_later()
            return await self._ask_for_more()
        if self._streams is None and clock >= self._poll_at:
            return await self._ask_for_more()
        if self._streams is not None and clock >= self._settle_at:
            batch = await self._ask_for_more(self._settle_from)
            self._settle_at = math.inf
            return batch
        if self._streams is not None and clock >= self._quiet_at:
            await self._look_whether_deaf()
            self._quiet_at = clock + self._quiet_every_s()
        if clock >= self._look_again_at:
            self._look_again_at = clock + self._times.look_again_s
            self._to_look_at = deque(self._reading.sent)
        if self._to_look_at and clock >= self._look_at:
            self._look_at = clock + self._times.look_every_s
            return await self._look_at_sent()
        return None

    def _settle_later(self) -> None:
        """Have what comes around the opening of the streams fetched once more, a little later."""
        self._settle_from = {name: place.start(SETTLE_BACK_S) for name, place in self._places.items()}
        self._settle_at = self._clock() + self._times.settle_s

    async def _ask_for_more(self, begin: Mapping[str, str] | None = None) -> Batch:
        """Have everything fetched that has come since some ids, by default since a little before the cursors."""
        for feed in self._feeds:
            after = begin[feed.name] if begin else self._places[feed.name].start(self._times.overlap_s)
            newest = await self._api.newest(feed)
            self._places[feed.name] = self._places[feed.name].to_fetch(after, newest)
        self._poll_at = self._clock() + self._times.poll_s
        self._ok()
        return self._batch(Taken())

    async def _look_whether_deaf(self) -> None:
        """Ask the timelines of which nothing came whether they have gone on without us."""
        quiet = [feed for feed in self._feeds if feed.name not in self._heard_lately]
        self._heard_lately.clear()
        for feed in quiet:
            newest = await self._api.newest(feed)
            place = self._places[feed.name]
            if order(newest) <= order(place.cursor) or self._reading.has(newest):
                self._strikes[feed.name] = 0
                continue
            self._places[feed.name] = place.to_fetch(place.cursor, newest)
            self._strikes[feed.name] += 1
            if self._strikes[feed.name] > 1:
                self._ends = self._failed(
                    SourceUnavailableError(
                        f"{self._settings.server}: the stream of {feed.name} tells nothing, and the timeline goes on"
                    )
                )

    async def _look_at_sent(self) -> Batch:
        """Look at posts that went on, whether they are still there and as they were."""
        asked = [self._to_look_at[place] for place in range(min(AT_ONCE, len(self._to_look_at)))]
        found = await self._api.statuses(asked)
        if found is None:
            self._to_look_at.clear()
            self._look_again_at = float("inf")
            return self._batch(Taken())
        for _ in asked:
            self._to_look_at.popleft()
        taken = self._reading.take_checked(asked, found, self._unheard_since, self._now())
        self._ok()
        return self._batch(taken)

    # -- what is told ----------------------------------------------------------------------------------------

    def _batch(self, taken: Taken, *, is_backfill: bool = False) -> Batch:
        holes, self._holes = tuple(self._holes), []
        self._given = dict(taken.local_ids)
        self._left_out.count(taken.posts, taken.left_out)
        if taken.newest_s is not None:
            self._last_event = max(self._last_event or 0.0, min(taken.newest_s, self._now()))
        self._last_position = self._position()
        return Batch(
            position=self._last_position,
            mentions=tuple(taken.mentions),
            refused=tuple(taken.refused),
            heard=len(taken.mentions) + taken.left_out.total(),
            is_backfill=is_backfill,
            delay_s=self._times.late_s,
            holes=holes,
        )

    def _position(self) -> dict[str, Any]:
        return {
            "server": self._settings.server,
            "at": self._now(),
            "feeds": {
                name: {**asdict(place), "stretches": [[one.after, one.until] for one in place.stretches]}
                for name, place in self._places.items()
            },
            # Of this batch it is not known yet what goes on: a take-down of what does not is told to nobody.
            "sent": self._reading.sent.position(self._given.values()),
        }

    def _quiet_every_s(self) -> float:
        """Return how often all timelines together may be asked: one request a quarter of a minute, at most."""
        return max(self._times.quiet_s, self._times.quiet_s / 4 * len(self._feeds))

    def _behind_s(self) -> float | None:
        begun = [
            at
            for place in self._places.values()
            for stretch in place.stretches
            if (at := moment(stretch.after)) is not None
        ]
        return max(0.0, self._now() - min(begun)) if begun else None

    def _ok(self) -> None:
        self._last_ok = self._now()
        self._failure = ""
        is_behind = any(place.stretches for place in self._places.values())
        self._state = "catching_up" if is_behind else "live"

    def _failed(self, error: SourceUnavailableError) -> SourceUnavailableError:
        self._state, self._failure = "waiting", str(error)
        return error

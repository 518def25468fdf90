"""The source: connects, reads, says where it stands; the runner does the rest."""

import time
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from streams.sources.bluesky.address import subscription
from streams.sources.bluesky.connection import Connection, RefusedError, open_connection
from streams.sources.bluesky.dictionaries import Dictionaries
from streams.sources.bluesky.frames import DECODERS
from streams.sources.bluesky.freshness import Clock, Freshness
from streams.sources.bluesky.given_posts import GivenPosts
from streams.sources.bluesky.hosts import Hosts
from streams.sources.bluesky.own_posts import BlueskyPoster
from streams.sources.bluesky.place import Place, cursor_of, read_place
from streams.sources.bluesky.post import KIND
from streams.sources.bluesky.progress import GAP_US, SETTLED_S, Progress
from streams.sources.bluesky.reading import Reading, Taken
from streams.sources.bluesky.settings import BlueskySettings
from streams.sources.bluesky.trial import try_hosts
from streams.sources.http import HttpClient
from streams.sources.proving.poster import ProofPlan, plan_of
from streams.sources.source import Batch, Health, Position, Problem, SourceError, SourceUnavailableError, State

LINGER_S = 0.2
"""How long more is gathered after a first event: a batch costs as much as many events."""
IDLE_S = 2.0
REFUSED_IN_A_ROW = 100
"""So many frames in a row that are none mean that the host speaks another language."""
BAD_REQUEST = 400
"""The one answer that only another request mends; a page of a proxy, or a host that has moved, may be mended there."""
_LATER = frozenset({408, 425, 429})


class _Session(Struct):
    """One subscription, from its upgrade to its end."""

    connection: Connection
    progress: Progress
    reading: Reading
    freshness: Freshness
    is_by_number: bool
    """Whether the host was asked for a number and took it."""
    first_frame_s: float | None = None
    ends: SourceUnavailableError | None = None
    """Raised by the next reading: what came before it is given first."""


class BlueskySource:
    """All posts of Bluesky, from one host of Jetstream at a time.

    Parameters
    ----------
    source_id
        In ``tocsin.yml``.
    settings
        As there.
    client
        Asks over HTTP, for the dictionary of the wire ``v2``, and says who we are.
    linger_s
        As ``LINGER_S``.
    now
        Wall time, epoch seconds.
    """

    kind = KIND

    def __init__(
        self,
        source_id: str,
        settings: BlueskySettings,
        client: HttpClient,
        *,
        linger_s: float = LINGER_S,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.id = source_id
        self._settings = settings
        self._now = now
        self._linger_s = linger_s
        self._agent = client.user_agent
        self._hosts = Hosts(settings.asked_hosts())
        self._clock = Clock(len(settings.asked_hosts()))
        self._dictionaries = Dictionaries(settings, client)
        self.proof: ProofPlan | None = None
        if (proof := settings.proof) is not None:
            self.proof = plan_of(proof, BlueskyPoster(client, proof, now=now))
        self._given = GivenPosts(settings.remembered_posts)
        self._session: _Session | None = None
        self._beginning: Place | None = None
        self._is_first = True
        self._by_time = False
        self._state: State = "starting"
        self._failure = ""
        self._newest_s: float | None = None
        self._last_event_s: float | None = None
        self._last_ok_s: float | None = None

    async def check(self) -> list[Problem]:
        """Connect to every host at once, and listen for some seconds."""
        found = await try_hosts(self._settings, self._dictionaries, self._agent, self._now)
        if self._dictionaries.says:
            found.append(Problem(says=f"{self._dictionaries.says} (or set `compress: false`)", stops=False))
        if self._dictionaries.lacks_file:
            says = "frames come uncompressed: `dictionary: PATH` halves the traffic, `compress: false` accepts it"
            found.append(Problem(says=says, stops=False))
        return found

    async def open(self, position: Position | None) -> None:
        """Subscribe to the current host, a little before ``position``; at the present without one.

        Raises
        ------
        SourceUnavailableError
            Where it does not answer; the next try may ask another.
        SourceError
            Where every host refuses what is asked, or the position is none of ours.
        """
        await self.close()
        before = self._before(position)
        if self._is_first:
            self._hosts.prefer(before.host)
            self._is_first = False
        try:
            self._session = await self._subscribe(before)
        except RefusedError as error:
            if error.status != BAD_REQUEST:
                raise self._fail(error, is_deaf=error.status < 500 and error.status not in _LATER) from error
            self._state, self._failure = "waiting", str(error)
            refusals = self._hosts.refused(str(error))
            if refusals is None:
                raise
            self._state = "failed"
            raise SourceError(
                f"every host refuses what is asked of it on wire {self._settings.wire}; mend `hosts` or `wire`: "
                + "; ".join(refusals)
            ) from error
        except SourceUnavailableError as error:
            raise self._fail(error) from error

    async def read(self) -> Batch:
        """Return what has come within some tenths of a second, at least every two seconds.

        Raises
        ------
        SourceUnavailableError
            Where the host ends the connection, falls silent, or tells an old time as the present.
        """
        session = self._session
        if session is None:
            raise SourceUnavailableError("Bluesky: not connected")
        if session.ends is not None:
            raise session.ends
        silence_s = self._settings.silence_s
        try:
            frames = await session.connection.take(linger_s=self._linger_s, idle_s=min(IDLE_S, silence_s / 3))
        except SourceUnavailableError as error:
            raise self._fail(error) from error
        if not frames and session.connection.silent_s() >= silence_s:
            raise self._fail(
                SourceUnavailableError(f"{session.connection.host} has told nothing for {silence_s:g} s (`silence_s`)")
            )
        now_s = self._now()
        is_backfill = not session.freshness.is_live
        taken = session.reading.take(frames, now_s)
        self._heed(taken, session)
        if frames:
            self._look_at_time(session, now_s, has_posts=bool(taken.posts))
        hole = session.progress.settle(0.0 if session.first_frame_s is None else now_s - session.first_frame_s)
        if hole is not None and session.is_by_number:
            # What a host still has it begins at: these are other events under the same numbers. The moment holds.
            self._by_time = True
            raise self._fail(
                SourceUnavailableError(f"{session.connection.host} has other events under the numbers asked for")
            )
        return Batch(
            position=session.progress.place().to_position(),
            mentions=taken.mentions,
            refused=taken.refused,
            heard_until=session.progress.heard_until_s,
            is_backfill=is_backfill,
            holes=(hole,) if hole is not None else (),
        )

    async def acknowledge(self, position: Position) -> None:
        """Begin no earlier than this, should no checkpoint be kept."""
        self._beginning = read_place(position)

    async def close(self) -> None:
        """Leave the host."""
        session, self._session = self._session, None
        if session is not None:
            if self._state in {"live", "catching_up"}:
                self._state = "waiting"
            await session.connection.close()

    def health(self) -> Health:
        """Tell the state, how far behind the host's newest event is, and what is not as it should be."""
        says = [self._failure, self._dictionaries.says]
        if self._clock.off_s:
            says.append(
                f"every host is {self._clock.off_s:.0f} s behind this machine's clock: the clock is wrong, or all of "
                "Bluesky is late"
            )
        return Health(
            state=self._state,
            last_event=self._last_event_s,
            last_ok=self._last_ok_s,
            behind_s=None if self._newest_s is None else max(0.0, self._now() - self._newest_s),
            says="; ".join(word for word in says if word),
        )

    def _before(self, position: Position | None) -> Place:
        if position is not None:
            return read_place(position)
        return self._beginning or Place(wire=self._settings.wire, host=self._hosts.current)

    async def _subscribe(self, before: Place) -> _Session:
        host, wire = self._hosts.current, self._settings.wire
        left_out = ""
        forgets = True
        while True:
            now_s = self._now()
            inflate = await self._dictionaries.inflater(host)
            cursor = cursor_of(before, wire, host, int(now_s * 1e6), by_time=self._by_time)
            address = subscription(host, wire, cursor, inflate.id)
            try:
                connection = await open_connection(
                    host, address, wire=wire, is_compressed=bool(inflate.id), user_agent=self._agent
                )
                break
            except RefusedError as error:
                if error.name == "CursorTooOld" and cursor.is_seq:
                    self._by_time, left_out = True, str(error)
                elif error.name == "UnknownZstdDictionary" and forgets:
                    forgets = False
                    self._dictionaries.forget(host)
                elif error.status == BAD_REQUEST and inflate.id:
                    self._dictionaries.give_up(host, str(error))
                else:
                    raise
        silence_s = self._settings.silence_s
        if before.time_us is None:
            # Should it break off before anything is heard, it goes on from here and not from a later present.
            before = self._beginning = replace(before, time_us=int(now_s * 1e6))
        progress = Progress(
            before,
            wire,
            host,
            cursor,
            gap_us=max(GAP_US, int(2e6 * silence_s)),
            settled_s=min(SETTLED_S, silence_s / 3),
        )
        if left_out:
            progress.left_out(left_out)
        self._by_time = False
        self._hosts.answered()
        self._failure, self._last_ok_s = "", now_s
        self._state = "live" if cursor.value is None else "catching_up"
        return _Session(
            connection=connection,
            progress=progress,
            reading=Reading(host, DECODERS[wire], inflate, progress, self._given),
            freshness=Freshness(is_replay=cursor.value is not None),
            is_by_number=cursor.is_seq,
        )

    def _heed(self, taken: Taken, session: _Session) -> None:
        host = session.connection.host
        for notice in taken.notices:
            if notice.name == "FutureCursor":
                # The host numbers its events anew: the moment holds, and what came here began too late.
                self._by_time = True
                raise self._fail(SourceUnavailableError(f"{host} began at the present: {notice.message}"))
            if notice.is_last:
                session.ends = self._fail(SourceUnavailableError(f"{host}: {notice.name} ({notice.message})"))
        if session.reading.refused_in_a_row >= REFUSED_IN_A_ROW:
            last = taken.refused[-1]
            session.ends = self._fail(
                SourceUnavailableError(
                    f"{host}: {session.reading.refused_in_a_row} frames in a row are no events of wire "
                    f"{self._settings.wire}, the last: {last.reason}, {last.detail}"
                )
            )

    def _look_at_time(self, session: _Session, now_s: float, *, has_posts: bool) -> None:
        self._last_ok_s = now_s
        if session.first_frame_s is None:
            session.first_frame_s = now_s
        newest_us = session.progress.newest_us
        if newest_us is None:
            return
        self._newest_s = newest_us / 1e6
        if has_posts:
            self._last_event_s = self._newest_s
        freshness, host = session.freshness, session.connection.host
        stale = freshness.take(newest_us / 1e6, now_s)
        if session.ends is None:
            self._state = "live" if freshness.is_live else "catching_up"
        if freshness.is_fresh:
            self._clock.is_right()
        if stale is not None and self._clock.is_stale(host, stale):
            self._hosts.next()
            self._state = "waiting"
            session.ends = SourceUnavailableError(
                f"{host} tells what happened {stale.behind_s:.0f} s ago, and comes no nearer; "
                f"{self._hosts.current} is asked next"
            )

    def _fail(self, error: SourceUnavailableError, *, is_deaf: bool = False) -> SourceUnavailableError:
        """Note a failure, of a host that is no Jetstream at present or of one that is."""
        self._state, self._failure = "waiting", str(error)
        if is_deaf:
            self._hosts.next()
        else:
            self._hosts.failed(self._now())
        return error

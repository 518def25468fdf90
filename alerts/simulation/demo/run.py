"""One run of the demo: the replay, the chain, and who watches, kept in step."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack

from msgspec import Struct

from alerts.errors import AlertsError
from alerts.incidents.incident import Incident
from alerts.incidents.sentence import facts_of
from alerts.simulation.demo.answer import take_incident
from alerts.simulation.demo.bin_series import BinSeries
from alerts.simulation.demo.chain import Chain, running_chain
from alerts.simulation.demo.counts import Counts
from alerts.simulation.demo.frame import Frame, crisis_of
from alerts.simulation.demo.listening import read_observations
from alerts.simulation.demo.motion import Motion
from alerts.simulation.demo.outcome import Alarm, Outcome, alarm_of, outcome, shortfalls
from alerts.simulation.demo.replay import Replay
from alerts.simulation.demo.screen import Screen
from alerts.simulation.demo.speed import Speed, chapter_at, chapters
from alerts.simulation.demo.view import View
from alerts.simulation.stories.film_rental import FILM_RENTAL
from alerts.simulation.stories.story import Story
from streams.wire.observation_row import ObservationRow

AUTOMATIC = "Demo (automatic)"
"""The name that is typed where nobody watches."""
_WAITS = "The story goes on in real time until somebody takes the incident: it waits for you"
_BIN_S = 60
_LATENESS_S = 60
_FRAME_S = 0.125
_GRACE_S = 60.0
"""Event time for a page that is on its way when the story begins to wait."""
_STALLED_S = 180.0
"""Nothing moved anywhere for so long: a part hangs."""
_SLOW_S = 10.0
"""Nothing heard for so long: whoever watches is told what is waited for."""


class Ended(Struct, frozen=True, kw_only=True):
    """What came of a run."""

    frame: Frame
    found: Outcome
    alarm: Alarm | None
    missed: list[str]


class DemoRun:
    """Tells a story through the whole chain.

    Parameters
    ----------
    story
        What is told; ``film_rental.story()``, at any scale.
    screen
        Where it is watched.
    headless
        As fast as it goes, and the incident is taken through its link by the demo itself; else a person is waited for.
    before_taking
        Called, where headless, when it has rung and before it is taken.
    """

    def __init__(
        self,
        story: Story,
        screen: Screen,
        *,
        headless: bool,
        before_taking: Callable[["DemoRun", Incident], Awaitable[None]] | None = None,
    ) -> None:
        self.story = story
        self.chain: Chain | None = None
        self.counts = Counts(bin_s=_BIN_S)
        self._screen = screen
        self._headless = headless
        self._before_taking = before_taking
        self._chapters = chapters(story.end_s, in_a_hurry=headless)
        self._series = {brand.id: BinSeries(_BIN_S) for brand in story.brands}
        self._waits_at = next(chapter.until for chapter in self._chapters if chapter.waits)
        self._now = story.start_s
        self._doing = "Starting"
        self._replay: Replay | None = None
        self._listening: asyncio.Task[None] | None = None
        self._paces: deque[tuple[float, int]] = deque(maxlen=16)
        self._motion = Motion(())
        self._moved: tuple[object, float] = (None, time.monotonic())

    async def run(self, afterwards: Callable[[Ended], Awaitable[None]]) -> Ended:
        """Run it to the end of the story, with everything still running in ``afterwards``.

        Raises
        ------
        TocsinError
            Naming the part that did not answer.
        """
        with ExitStack() as watched:
            watched.enter_context(self._screen)
            async with running_chain([brand.watched for brand in self.story.brands], self._print) as chain:
                self.chain = chain
                self._doing = ""
                self._motion = Motion(chain.metrics)
                watching = asyncio.create_task(self._motion.watch())
                self._listening = asyncio.create_task(read_observations(chain.kafka, self._take_rows))
                speed = Speed(self.story.start_s, self._chapters)
                self._replay = Replay(self.story, chain.kafka, speed, self.counts, closing_s=_BIN_S + _LATENESS_S)
                self._replay.start()
                try:
                    await self._play(chain, self._replay)
                    watched.close()
                    ended = self._ended()
                    await afterwards(ended)
                finally:
                    self._replay.stop()
                    self._listening.cancel()
                    watching.cancel()
        return ended

    @property
    def frame(self) -> Frame:
        """The present moment."""
        chain, replay = self.chain, self._replay
        sent = replay.sent if replay else 0
        self._paces.append((time.monotonic(), sent))
        (began, before), (ended, after) = self._paces[0], self._paces[-1]
        incidents = self._incidents()
        crisis = crisis_of(incidents, FILM_RENTAL.id)
        waits = crisis is not None and crisis.status == "open" and self._now >= self._waits_at - _BIN_S - _LATENESS_S
        return Frame(
            story=self.story,
            brand=FILM_RENTAL,
            series=self._series,
            now=self._now,
            doing=self._doing or (_WAITS if waits else chapter_at(self._chapters, self._now).says),
            sent=sent,
            rate=(after - before) / (ended - began) if ended > began else 0.0,
            slack=chain.inbox.slack_text(crisis.id) if chain and crisis else "",
            page=chain.inbox.page_text(crisis.id) if chain and crisis else "",
            incidents=incidents,
            addresses=chain.addresses if chain else None,
            waits=waits,
        )

    async def caught_up(self, until: float) -> None:
        """Wait until bins have been counted up to an event time, and Slack shows the incident as it is by then."""
        await self._until(lambda: self._now >= until)
        await self._until(self._is_shown)

    def _is_shown(self) -> bool:
        crisis = self._crisis()
        if crisis is None or self.chain is None:
            return False
        # Without the time of it, which Slack writes on the reader's clock.
        number = facts_of(crisis).authors().number
        return number in str(self.chain.inbox.message(crisis.id).get("blocks"))

    async def _play(self, chain: Chain, replay: Replay) -> None:
        await self._until(lambda: self._crisis() is not None or self._should_have_fired(replay))
        if (crisis := self._crisis()) is not None:
            if self._headless:
                await self._take(chain, crisis)
            await self._until(lambda: (now := self._crisis()) is not None and now.status != "open")
        replay.may_go_on.set()
        await self._until(lambda: replay.is_over)
        await self._until(lambda: self.counts.is_counted_to_its_end)
        self._now = self.story.end_s
        self._draw()

    async def _take(self, chain: Chain, crisis: Incident) -> None:
        await self._until(lambda: chain.inbox.link(crisis.id) != "" and chain.inbox.message(crisis.id) != {})
        if self._before_taking is not None:
            await self._before_taking(self, crisis)
        taking = asyncio.create_task(take_incident(chain.inbox.link(crisis.id), AUTOMATIC))
        await self._until(taking.done)
        taking.result()
        await self._until(lambda: AUTOMATIC in str(chain.inbox.message(crisis.id).get("blocks")))

    async def _until(self, done: Callable[[], bool]) -> None:
        """Draw until something has come true, for as long as anything moves: a slow machine is no fault.

        Raises
        ------
        AlertsError
            Where a part has ended, failed or hangs.
        """
        assert self.chain is not None
        assert self._replay is not None
        assert self._listening is not None
        doing = self._doing
        self._moved = None, time.monotonic()
        heard: tuple[object, float] = (None, time.monotonic())
        while not done():
            self.chain.check()
            if self._listening.done():
                self._listening.result()
            if self._replay.failure is not None:
                raise self._replay.failure
            now = time.monotonic()
            # While a person is waited for, a minute of the story takes a minute.
            waiting = now if not self._headless and self.frame.waits else None
            counted = sum(self.counts.counted.values()), self._incidents(), waiting
            heard = heard if counted == heard[0] else (counted, now)
            state = counted, self._replay.sent, self._motion.done
            self._moved = self._moved if state == self._moved[0] else (state, now)
            if now - self._moved[1] > _STALLED_S:
                raise AlertsError(self._hung())
            self._doing = self._slow() if now - heard[1] > _SLOW_S else doing
            self._draw()
            await asyncio.sleep(_FRAME_S)
        self._doing = doing

    def _slow(self) -> str:
        """Say what is waited for."""
        return f"This machine is slow or busy: still waiting until {self._counted_so_far()}"

    def _counted_so_far(self) -> str:
        if sum(self.counts.counted.values()) >= self.counts.mentions:
            return "the incident has come to its receivers"
        what = "ingest" if self._motion.read < self._sent() else "the watch stage"
        return f"{what} has counted what was sent"

    def _sent(self) -> int:
        return self._replay.sent if self._replay else 0

    def _hung(self) -> str:
        assert self.chain is not None
        return (
            f"nothing moved for {_STALLED_S:.0f} s: {self._sent():,} mentions were sent, {self._motion.read:,} read "
            f"and {sum(self.counts.counted.values()):,} of {self.counts.mentions:,} counted; "
            f"here is what each part said last.\n{self.chain.output()}"
        )

    def _ended(self) -> Ended:
        assert self.chain is not None
        frame = self.frame
        alarm = alarm_of(self.story, self.counts, frame.crisis) if frame.crisis else None
        found = outcome(self.counts, frame.incidents, self.chain.inbox.store.received(), frame.crisis, alarm)
        return Ended(frame=frame, found=found, alarm=alarm, missed=shortfalls(found, frame.incidents, FILM_RENTAL.id))

    def _should_have_fired(self, replay: Replay) -> bool:
        """Whether the chapter that waits is over, also for the detectors, and there is nothing to wait for."""
        return replay.is_over or self._now > self._waits_at + _GRACE_S

    def _incidents(self) -> Sequence[Incident]:
        return self.chain.store.list() if self.chain else ()

    def _crisis(self) -> Incident | None:
        return crisis_of(self._incidents(), FILM_RENTAL.id)

    def _take_rows(self, rows: Sequence[ObservationRow]) -> None:
        self.counts.take(rows)
        for row in rows:
            if row.brand in self._series:
                self._series[row.brand].take(row)
                self._now = max(self._now, row.start + row.span_s)

    def _print(self, doing: str) -> None:
        self._doing = f"{doing[0].upper()}{doing[1:]} …"
        self._draw()

    def _draw(self) -> None:
        self._screen.draw(View(self.frame))

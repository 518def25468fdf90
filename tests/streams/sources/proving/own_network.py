"""A network with one account of ours: what is posted comes out of a source, when the test lets it."""

import asyncio
import datetime as dt
import math
from typing import Any, Self

from msgspec.structs import replace

from streams.mention import Author, Mention
from streams.sources.proving.poster import Posted, ProofPlan
from streams.sources.proving.proof import Proven
from streams.sources.source import Batch, Health, Position, Problem, SourceUnavailableError
from tests.streams.sources.clock import Clock
from tests.streams.sources.memory_outlet import MemoryOutlet
from tests.streams.sources.running import QUICK, Run

EVERY_S, WITHIN_S = 1800.0, 300.0
ALWAYS = replace(QUICK, report_s=0.0, bytes_per_s=math.inf)
"""A checkpoint after each reading, also where the clock stands still."""
OURS = "https://social.example/users/northside"


class OwnNetwork:
    """What is posted, and what is heard of it."""

    def __init__(self) -> None:
        self.posts: list[Mention] = []
        self.told: list[Mention] = []
        self.removed: list[str] = []
        self.is_told = True
        self.answers = asyncio.Event()
        self.answers.set()
        self.refusal: Exception | None = None
        self.keeps_what_was_posted = False
        self.loses_answers = False

    # -- as a poster -----------------------------------------------------------------------------------------

    async def account(self) -> str:
        if self.refusal is not None:
            raise self.refusal
        return OURS

    async def post(self, text: str, mark: str) -> Posted:
        mention = post(f"northside: {text}", OURS, f"{OURS}/{len(self.posts)}")
        self.posts.append(mention)
        if self.is_told:
            self.told.append(mention)
        await self.answers.wait()
        if self.loses_answers:
            raise SourceUnavailableError("the connection was lost")
        return Posted(mark=mark, id=mention.id)

    async def remove(self, posted: Posted) -> None:
        if self.keeps_what_was_posted:
            raise SourceUnavailableError("it is away")
        self.removed.append(posted.id)

    def is_by(self, account: str, mention: Mention) -> bool:
        return mention.author is not None and mention.author.id == account

    async def check(self) -> list[Problem]:
        return []


class OwnSource:
    """Reads what the network tells."""

    id, kind = "own", "scripted"

    def __init__(self, network: OwnNetwork, text: str = "A test.") -> None:
        self._network = network
        self.proof = ProofPlan(poster=network, every_s=EVERY_S, within_s=WITHIN_S, text=text)
        self._place = 0
        self.reads = 0

    async def check(self) -> list[Problem]:
        return []

    async def open(self, position: Position | None) -> None:
        self._place = position["place"] if position else 0

    async def read(self) -> Batch:
        await asyncio.sleep(0.001)
        self.reads += 1
        new = self._network.told[self._place :]
        self._place += len(new)
        return Batch(position={"place": self._place}, mentions=tuple(new))

    async def acknowledge(self, position: Position) -> None: ...

    async def close(self) -> None: ...

    def health(self) -> Health:
        return Health(state="live")


class Process:
    """A process that has the source, under a clock of the test's; another begins at what it has saved."""

    def __init__(self, network: OwnNetwork, outlet: MemoryOutlet, clock: Clock, **options: Any) -> None:
        self.wall = Clock(clock.at)
        """Wall time; the clock that only goes forward is the test's."""
        self.source = OwnSource(network)
        self.outlet = outlet
        self._clock = clock
        last = outlet.saved[-1] if outlet.saved else None
        self.run = Run(self.source, outlet, checkpoint=last, bounds=ALWAYS, now=self.wall, clock=clock, **options)

    async def __aenter__(self) -> Self:
        await self.run.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.run.__aexit__()

    async def goes(self, seconds: float) -> None:
        """Let time go by, and read some more."""
        self._clock.at += seconds
        self.wall.at += seconds
        await self.reads()

    async def reads(self) -> None:
        """Wait until the source was read some more, and what that led to is done."""
        until = self.source.reads + 4
        await self.run.until(lambda: self.source.reads >= until)

    @property
    def proof(self) -> Proven:
        return self.outlet.saved[-1].proof or Proven() if self.outlet.saved else Proven()


def post(content: str, author: str, name: str) -> Mention:
    now = dt.datetime.fromtimestamp(1_700_000_000, dt.UTC)
    return Mention(id=name, published=now, content=content, source="scripted", author=Author(id=author))

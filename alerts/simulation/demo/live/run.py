"""One run of the live demo: the chain listens, and what it writes on Kafka is shown as it comes."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack

from alerts.simulation.demo.bin_series import BinSeries
from alerts.simulation.demo.chain import Chain, running_chain
from alerts.simulation.demo.listening import read_observations, read_topic
from alerts.simulation.demo.live.heard import Heard
from alerts.simulation.demo.live.networks import SOURCE, Network
from alerts.simulation.demo.live.picture import LivePicture, newest_page
from alerts.simulation.demo.screen import Screen
from detectors.negativity.model import load_scorer
from streams.brand import Brand
from streams.ingest.bins import spoken
from streams.ingest.blame import scores_by_brand
from streams.kafka.topics import CHECKPOINTS, MENTIONS
from streams.mention import OURSELVES, Mention, decode_mention
from streams.queries.matching import Matcher
from streams.sources.checkpoint import decode_checkpoint
from streams.wire.observation_row import ObservationRow

_BIN_S = 60
_FRAME_S = 0.25


class LiveRun:
    """Listens to a network for one brand until it is cancelled.

    Parameters
    ----------
    network
        What is listened to.
    brand
        What for.
    screen
        Where it is watched.
    """

    def __init__(self, network: Network, brand: Brand, screen: Screen) -> None:
        self.heard = Heard(network.name)
        self._network = network
        self._brand = brand
        self._screen = screen
        self._series = BinSeries(_BIN_S)
        self._matcher = Matcher([brand])
        self._scorer = load_scorer()
        self._doing = ""
        self._chain: Chain | None = None

    async def run(self) -> None:
        """Listen and show.

        Raises
        ------
        TocsinError
            Where a part does not start, ends by itself, or what it wrote cannot be read.
        """
        with ExitStack() as watched:
            watched.enter_context(self._screen)
            async with running_chain([self._brand], self._announce, sources=[self._network.section()]) as chain:
                self._chain, self._doing = chain, ""
                following = [
                    asyncio.create_task(reading)
                    for reading in (
                        read_observations(chain.kafka, self._take_rows),
                        read_topic(chain.kafka, MENTIONS, self._take_mentions),
                        read_topic(chain.kafka, CHECKPOINTS, self._take_checkpoints),
                    )
                ]
                try:
                    while True:
                        chain.check()
                        for reading in following:
                            if reading.done():
                                reading.result()
                        self._draw()
                        await asyncio.sleep(_FRAME_S)
                finally:
                    self._announce("ending what was started")
                    for reading in following:
                        reading.cancel()

    @property
    def picture(self) -> LivePicture:
        """The present moment."""
        chain = self._chain
        incidents = chain.store.list() if chain else ()
        crisis = newest_page(incidents, self._brand.id)
        return LivePicture(
            brand=self._brand,
            heard=self.heard,
            series=self._series,
            now=time.time(),
            doing=self._doing,
            crisis=crisis,
            slack=chain.inbox.slack_text(crisis.id) if chain and crisis else "",
            page=chain.inbox.page_text(crisis.id) if chain and crisis else "",
            addresses=chain.addresses if chain else None,
        )

    def _take_rows(self, rows: Sequence[ObservationRow]) -> None:
        for row in rows:
            if row.brand == self._brand.id:
                self._series.take(row)

    def _take_mentions(self, values: Sequence[bytes]) -> None:
        mentions = [each for each in map(decode_mention, values) if each.source != OURSELVES]
        self.heard.take(mentions, self._negativity(mentions))

    def _negativity(self, mentions: Sequence[Mention]) -> list[float]:
        """Return the negativity with which ingest counts each for the brand."""
        texts = [spoken(mention) for mention in mentions]
        read = self._scorer.read(texts, [mention.language for mention in mentions])
        scores: list[float] = read.scores.tolist()
        matched = self._matcher.match(mentions)
        own = scores_by_brand(texts, scores, matched, self._matcher, self._scorer, languages=read.languages)
        return [own[place][0] if own.get(place) else score for place, score in enumerate(scores)]

    def _take_checkpoints(self, values: Sequence[bytes]) -> None:
        for value in values:
            self.heard.note(decode_checkpoint(SOURCE, value))

    def _announce(self, doing: str) -> None:
        self._doing = f"{doing[0].upper()}{doing[1:]} …"
        self._draw()

    def _draw(self) -> None:
        self._screen.draw(self.picture)

"""Tells the story into Kafka at its speed, from a thread of its own."""

import threading
import time
from collections.abc import Callable

from alerts.simulation.demo.counts import Counts, brands_of
from alerts.simulation.demo.speed import Speed
from alerts.simulation.stories.story import Story
from alerts.simulation.stories.synthetic_mentions import mentions
from streams.connectors.sink import MentionSink
from streams.kafka.settings import KafkaSettings

_LOOK_S = 0.02
_AFTERWARDS_S = 60


class Replay(threading.Thread):
    """Sends every mention of a story, and moves event time on at its end until all bins are closed.

    Parameters
    ----------
    story
        What is told.
    kafka
        Where; the topics exist.
    speed
        How fast.
    counts
        Where each mention that is sent is noted.
    closing_s
        Length of a bin and of lateness together.
    clock
        Monotonic seconds.
    """

    def __init__(
        self,
        story: Story,
        kafka: KafkaSettings,
        speed: Speed,
        counts: Counts,
        *,
        closing_s: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name="replay", daemon=True)
        self.story = story
        self.sent = 0
        self.reached = story.start_s
        self.failure: BaseException | None = None
        self.may_go_on = threading.Event()
        self._kafka = kafka
        self._speed = speed
        self._counts = counts
        self._closing_s = closing_s
        self._clock = clock
        self._stopped = threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether all of it has been sent, or it failed."""
        return self.ident is not None and not self.is_alive()

    def run(self) -> None:
        """Tell it; a failure is kept in ``failure``."""
        try:
            with MentionSink(self._kafka, "demo") as sink:
                self._send(sink)
        except BaseException as error:  # noqa: BLE001 – told by the thread that asks for it
            self.failure = error

    def stop(self) -> None:
        """Stop in the middle, and wait for the thread to end."""
        self._stopped.set()
        if self.is_alive():
            self.join()

    def _send(self, sink: MentionSink) -> None:
        sink.send_heartbeats(int(self.story.start_s))
        last = self._clock()
        for mention in mentions(self.story):
            at = mention.published_s
            while at > self.reached:
                if self._stopped.is_set():
                    return
                now = self._clock()
                self.reached = self._speed.advance(now - last, may_go_on=self.may_go_on.is_set())
                last = now
                if at > self.reached:
                    self._stopped.wait(_LOOK_S)
            for brand in brands_of(self.story, mention):
                self._counts.send(brand, at)
            sink.send(mention)
            self.sent += 1
        self.reached = self.story.end_s
        sink.send_heartbeats(int(self.story.end_s) + self._closing_s + _AFTERWARDS_S)

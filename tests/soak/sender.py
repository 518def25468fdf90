"""Puts what is said into Kafka: the history at once, the live part at its pace."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from streams.connectors.sink import MentionSink
from streams.kafka.settings import KafkaSettings
from tests.patience import PATIENCE_S
from tests.soak.talk import BIN_S, LATENESS_S, Said

_AFTERWARDS_S = 60


class Sender:
    """One connector. Used from threads.

    Parameters
    ----------
    kafka
        Where the mentions go.
    """

    def __init__(self, kafka: KafkaSettings) -> None:
        self._kafka = kafka
        self._lock = threading.Lock()
        self._is_grown = threading.Event()
        self.slowest_s = 0.0
        """Longest time from when a mention was due until Kafka had it."""

    def send_history(self, begin: int, history: Sequence[Said]) -> None:
        """Send what was said before, in a hurry; event time begins with ``begin`` in every partition."""
        with self._sink() as sink:
            sink.send_heartbeats(begin)
            for said in history:
                sink.send(said.mention)

    def send_live(self, live: Sequence[Said], begin: float) -> None:
        """Send each mention when it is due, counted from ``begin`` on the monotonic clock."""
        rest = list(live)
        while rest:
            self._is_grown.clear()
            rest = self._send_until_grown(rest, begin)

    def send_end(self, end: int) -> None:
        """Move event time on in every partition, until all bins are closed that begin before ``end``."""
        with self._sink() as sink:
            sink.send_heartbeats(end + BIN_S + LATENESS_S + _AFTERWARDS_S)

    def know_of_growth(self) -> None:
        """Speak to the new partitions as well, as a connector that looks again, or another one, would."""
        self._is_grown.set()

    def _sink(self) -> MentionSink:
        # A broker that is away is the plan, and one that starts on a loaded machine takes its time.
        return MentionSink(self._kafka, "soak", connect_s=PATIENCE_S, give_up_s=PATIENCE_S)

    def _send_until_grown(self, rest: list[Said], begin: float) -> list[Said]:
        with self._sink() as sink:
            for number, said in enumerate(rest):
                due = begin + said.due_s
                if (wait_s := due - time.monotonic()) > 0 and self._is_grown.wait(wait_s):
                    return rest[number:]
                if self._is_grown.is_set():
                    return rest[number:]
                sink.send(said.mention).add_callback(self._taken(due))
        return []

    def _taken(self, due: float) -> Callable[[Any], None]:
        def taken(_: Any) -> None:
            with self._lock:
                self.slowest_s = max(self.slowest_s, time.monotonic() - due)

        return taken

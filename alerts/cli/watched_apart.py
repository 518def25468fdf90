"""The brands of a backtest, watched by several processes: each takes its share of them through the same flushes."""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Self

from msgspec import Struct
from msgspec.structs import replace

from alerts.backtest.collecting import seldom_collected
from alerts.backtest.lanes import LaneResult, Lanes, Plan, shares
from alerts.errors import AlertsError
from streams.wire.flush import Flush, decode_flush, encode_flush

MOST = 4
"""Processes: the one that reads and scores is soon the slowest, and each takes some 200 MB."""
_AHEAD = 8
"""Flushes that are on their way: so nobody waits for a brand that is loud in one of them, and memory is bounded."""


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # pragma: no cover - macOS and Windows


class _Share(Struct):
    """One process, the ids of its brands, and how far it has come."""

    process: BaseProcess
    connection: Connection
    brands: frozenset[str]
    reached: int = 0
    opened: int = 0


class WatchedApart:
    """Watches the brands of a backtest in processes of their own (an ``Elsewhere``).

    Which brand is watched where changes nothing that is told. A process that goes while it is needed is an error; all
    end with this object, however it ends.

    Parameters
    ----------
    plan
        Brands, policies, settings and budgets.
    number
        How many processes there shall be, at most one for each brand, and for brands that are compared with each other.

    Raises
    ------
    AlertsError
        From any method, where a process has ended early: it has said why on stderr.
    """

    def __init__(self, plan: Plan, number: int) -> None:
        self._plan = plan
        self._number = number
        self._shares: list[_Share] = []
        self._sent = 0

    @property
    def opened(self) -> int:
        """How many incidents there are so far."""
        return sum(share.opened for share in self._shares)

    @property
    def reached(self) -> int:
        """How many flushes all of them have worked through."""
        return min((share.reached for share in self._shares), default=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, whatever they do."""
        for share in self._shares:
            share.connection.close()
            share.process.terminate()
        for share in self._shares:
            share.process.join()

    def take(self, flush: Flush) -> None:
        """Hand each process the next flush with the snapshots of its brands; wait where one is far behind."""
        if not self._shares:
            self._start(flush)
        for share in self._shares:
            own = tuple(snapshot for snapshot in flush.snapshots if snapshot.brand in share.brands)
            while self._sent - share.reached >= _AHEAD:
                self._take_reply(share)
            self._send(share, encode_flush(replace(flush, snapshots=own)))
        self._sent += 1
        for share in self._shares:
            while share.reached < self._sent and share.connection.poll():
                self._take_reply(share)

    def catching_up(self) -> Iterator[None]:
        """Yield whenever one of them has worked through a flush, until all are through."""
        while behind := [share for share in self._shares if share.reached < self._sent]:
            self._take_reply(min(behind, key=lambda share: share.reached))
            yield

    def finished(self) -> Iterator[Sequence[LaneResult]]:
        """Give what came of each share of the brands."""
        for share in self._shares:
            self._send(share, b"")
        for share in self._shares:
            yield self._received(share)

    def _start(self, first: Flush) -> None:
        # Threads of this process (its bar, its arithmetic) do not survive a fork.
        context = multiprocessing.get_context("spawn")
        for brands in shares(self._plan.brands, first.snapshots, self._number):
            ours, theirs = context.Pipe()
            process = context.Process(target=_watch, args=(theirs, self._plan.of(brands)), daemon=True)
            process.start()
            theirs.close()
            self._shares.append(_Share(process, ours, frozenset(brands)))

    def _send(self, share: _Share, data: bytes) -> None:
        try:
            share.connection.send_bytes(data)
        except OSError as error:
            raise self._gone(share) from error

    def _take_reply(self, share: _Share) -> None:
        share.opened = self._received(share)
        share.reached += 1

    def _received(self, share: _Share) -> Any:
        try:
            return share.connection.recv()
        except (EOFError, OSError) as error:
            raise self._gone(share) from error

    def _gone(self, share: _Share) -> AlertsError:
        share.process.join(1.0)
        code = share.process.exitcode
        brands = ", ".join(sorted(share.brands))
        return AlertsError(
            f"the process that watched {brands} ended early (status {code}); what it said is above. Killed by the "
            "system (status -9), there was too little memory: run the backtest with fewer brands"
        )


def _watch(connection: Connection, plan: Plan) -> None:
    """Watch a share of the brands until an empty message, and tell then what came of them."""
    # Ctrl-C reaches all processes of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lanes = Lanes(plan)
    try:
        with seldom_collected():
            while data := connection.recv_bytes():
                lanes.take(decode_flush(data))
                connection.send(len(lanes.own.incidents))
        connection.send(lanes.results)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # whoever asked is gone

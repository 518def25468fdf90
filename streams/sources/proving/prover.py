"""Runs the proof of one source: posts when it is due, removes what was heard, counts and logs what came of it."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from streams import metrics
from streams.sources.proving.poster import Posted, ProofPlan
from streams.sources.proving.proof import OUTCOMES, Outcome, Proof, Proven, mark_of
from streams.sources.source import Batch, SourceError, SourceUnavailableError

_log = structlog.get_logger(__name__)
_CLOSE_S = 3.0


class Prover:
    """The proof of one source, for as long as this process has the source.

    It asks upstream in tasks of its own: reading never waits for it.

    Parameters
    ----------
    source, kind
        Of the source.
    plan
        As its owner has configured it.
    known
        What the checkpoint has.
    now, clock
        Wall time, epoch seconds, and a clock that only goes forward.
    random
        So many bytes that nobody can guess.
    """

    def __init__(
        self,
        source: str,
        kind: str,
        plan: ProofPlan,
        known: Proven,
        *,
        now: Callable[[], float],
        clock: Callable[[], float],
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._labels = (source, kind)
        self._plan = plan
        self._now = now
        self._clock = clock
        self._random = random
        self._proof = Proof(plan.every_s, plan.within_s, plan.poster.is_by, known, now=now(), clock=clock())
        self._left = known.posted if not known.mark else None
        """What a process before heard, and was stopped before it was removed."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._posting: asyncio.Task[None] | None = None
        self._log = _log.bind(source=source, kind=kind)
        for outcome in OUTCOMES:
            metrics.SOURCE_PROOFS.labels(*self._labels, outcome)
        metrics.SOURCE_PROOF_LEFT.labels(*self._labels)
        self._show()

    @property
    def known(self) -> Proven:
        """What is to be kept with the checkpoint."""
        return self._proof.known

    def take(self, batch: Batch) -> Batch:
        """Return a batch without our own posts; take note of the one that is waited for."""
        was_overdue = self.known.is_overdue
        batch, posted = self._proof.take(batch, self._now(), self._clock())
        if posted is not None:
            outcome: Outcome = "heard" if self.known.is_heard else "late"
            if outcome == "late" and not was_overdue:
                self._count("not_heard")
            self._count(outcome)
            self._log.info("proof heard", outcome=outcome, took_s=round(self.known.took_s, 1))
            self._show()
            if not self._is_posting:
                # Else the answer, which has what it is removed by, is still on its way.
                self._do(self._remove(posted))
        return batch

    def begin(self) -> bool:
        """Choose a mark, where one is due; keep ``known``, and only then ``post`` it."""
        if (heard := self._left) is not None:
            self._left = None
            self._do(self._remove(heard))
        if self._is_posting or not self._proof.is_due(self._clock()):
            return False
        if (left := self.known.posted) is not None:
            self._do(self._remove(left, is_last=True))
        self._proof.begin(mark_of(self._random(16)), self._now(), self._clock())
        return True

    def post(self) -> None:
        """Post the mark that ``begin`` chose, and do not wait for it."""
        self._posting = self._do(self._post(self.known.mark))

    def judge(self) -> None:
        """Look whether what is waited for is overdue."""
        if self._proof.judge(self._clock()):
            self._count("not_heard")
            self._log.error("proof not heard", within_s=self._plan.within_s, post=self._named(self.known.posted))
            self._show()

    async def close(self) -> None:
        """Give up what is under way, and stop telling how it is."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_CLOSE_S)
        for gauge in (metrics.SOURCE_PROVEN, metrics.SOURCE_PROOF_LAST, metrics.SOURCE_PROOF_TOOK):
            gauge.labels(*self._labels)
            gauge.remove(*self._labels)
        metrics.SOURCE_PROOF_NOT_POSTED.remove(*self._labels)

    @property
    def _is_posting(self) -> bool:
        return self._posting is not None and not self._posting.done()

    async def _post(self, mark: str) -> None:
        try:
            self._proof.use_account(await self._plan.poster.account())
            posted = await self._plan.poster.post(f"{self._plan.text} {mark}", mark)
        except (SourceError, SourceUnavailableError) as error:
            self._refused(str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is logged and told of, and reading goes on
            self._log.exception("proof broke")
            self._refused(f"it broke: {error!r}; its log has where")
        else:
            self._proof.post(posted)
            self._show()
        if self.known.mark != mark and (heard := self.known.posted) is not None:
            # It was heard before the answer came, or though none did.
            await self._remove(heard)

    def _refused(self, why: str) -> None:
        self._proof.refuse(why)
        self._count("not_posted")
        self._log.warning("proof not posted", error=why)
        self._show()

    async def _remove(self, posted: Posted, *, is_last: bool = False) -> None:
        """Remove a post; one that stays is tried again when the next is due, and then left."""
        try:
            await self._plan.poster.remove(posted)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is logged and counted, and the proof holds
            self._log.warning("proof not removed", post=self._named(posted), error=str(error), tried_again=not is_last)
            if not is_last:
                return
            metrics.SOURCE_PROOF_LEFT.labels(*self._labels).inc()
        self._proof.remove(posted)

    def _do(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work, name=f"proof {self._labels[0]}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _count(self, outcome: Outcome) -> None:
        metrics.SOURCE_PROOFS.labels(*self._labels, outcome).inc()

    def _show(self) -> None:
        known = self.known
        metrics.SOURCE_PROOF_NOT_POSTED.labels(*self._labels).set(bool(known.refused))
        if known.is_heard is not None:
            metrics.SOURCE_PROVEN.labels(*self._labels).set(known.is_heard)
        if known.heard_at is not None:
            metrics.SOURCE_PROOF_LAST.labels(*self._labels).set(known.heard_at)
            metrics.SOURCE_PROOF_TOOK.labels(*self._labels).set(known.took_s)

    @staticmethod
    def _named(posted: Posted | None) -> str:
        return "" if posted is None else posted.id or posted.mark

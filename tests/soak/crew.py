"""The workers: started, ended, killed, paused and upgraded by their number, and started again where they end."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from alerts.simulation.demo.processes import own_environment
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
_SCRIPT = Path(__file__).with_name("delayed_tocsin.py")
_TO_END_S = 60.0
_SUPERVISOR_WAITS_S = 1.0


class Ended(Struct, frozen=True, kw_only=True):
    """A process that ended in another way than it was asked to."""

    at: float
    worker: int
    status: int
    why: str


class _Worker:
    def __init__(self, number: int, checkout: Path) -> None:
        self.number = number
        self.checkout = checkout
        self.process: Process | None = None
        self.watched: asyncio.Task[None] | None = None
        self.starts = 0
        self.is_wanted = False
        self.is_paused = False
        self.lock = asyncio.Lock()


class Crew:
    """Worker processes by number, and a supervisor that starts again whatever ends by itself.

    Parameters
    ----------
    folder
        For logs and traces: ``worker-NUMBER-START.log`` and ``.trace``.
    configuration
        The workers' ``tocsin.yml``.
    delays
        Seed of the delays, or nothing for none.
    checkout
        Whose code the workers run until they are upgraded to this one's.
    """

    def __init__(self, folder: Path, configuration: Path, *, delays: str = "", checkout: Path = ROOT) -> None:
        self.ended: list[Ended] = []
        self._folder = folder
        self._configuration = configuration
        self._delays = delays
        self._checkout = checkout
        self._workers: dict[int, _Worker] = {}
        self._is_closing = False

    @property
    def traces(self) -> list[Path]:
        """What the workers have written down."""
        return sorted(self._folder.glob("worker-*.trace"))

    async def start(self, number: int) -> None:
        """Start a worker, unless it runs."""
        worker = self._worker(number)
        async with worker.lock:
            worker.is_wanted = True
            await self._start(worker)

    async def end(self, number: int) -> None:
        """Ask a worker to end and wait until it has; one that does not is killed, and that is noted."""
        worker = self._worker(number)
        async with worker.lock:
            worker.is_wanted = False
            await self._end(worker)

    async def kill(self, number: int) -> None:
        """End a worker at whatever instruction it is."""
        worker = self._worker(number)
        async with worker.lock:
            worker.is_wanted = False
            self._signal(worker, signal.SIGKILL)
            await self._gone(worker)

    async def pause(self, number: int) -> None:
        """Let a worker stand still."""
        worker = self._worker(number)
        worker.is_paused = True
        self._signal(worker, signal.SIGSTOP)

    async def resume(self, number: int) -> None:
        """Let a paused worker go on."""
        worker = self._worker(number)
        worker.is_paused = False
        self._signal(worker, signal.SIGCONT)

    async def upgrade(self, number: int) -> None:
        """Start a worker again with this checkout's code."""
        self._worker(number).checkout = ROOT
        await self.start(number)

    async def make_up(self, count: int) -> None:
        """Let the first ``count`` workers run, none paused, and no others."""
        for worker in list(self._workers.values()):
            if worker.is_paused:
                await self.resume(worker.number)
        await asyncio.gather(
            *(self.start(number) for number in range(count)),
            *(self.end(number) for number in self._workers if number >= count),
        )

    async def close(self) -> list[int]:
        """End all; return the exit statuses of those that ran."""
        self._is_closing = True
        running = [w for w in self._workers.values() if w.process is not None and w.process.returncode is None]
        processes = [worker.process for worker in running]
        for worker in running:
            await self.resume(worker.number)
        await asyncio.gather(*(self.end(worker.number) for worker in running))
        for worker in self._workers.values():
            if worker.watched is not None:
                worker.watched.cancel()
        return [p.returncode for p in processes if p is not None and p.returncode is not None]

    def _worker(self, number: int) -> _Worker:
        return self._workers.setdefault(number, _Worker(number, self._checkout))

    async def _start(self, worker: _Worker) -> None:
        if worker.process is not None and worker.process.returncode is None:
            return
        worker.starts += 1
        name = self._folder / f"worker-{worker.number}-{worker.starts}"
        extra = {"SOAK_TRACE": str(name.with_suffix(".trace"))}
        if self._delays:
            extra["SOAK_DELAYS"] = f"{self._delays}/{worker.number}/{worker.starts}"
        worker.process = await tocsin(
            "worker", self._configuration, name.with_suffix(".log"), extra, checkout=worker.checkout
        )
        worker.is_paused = False
        worker.watched = asyncio.create_task(self._watch(worker, worker.process))

    async def _watch(self, worker: _Worker, process: Process) -> None:
        """Start a worker again that ended by itself, as whoever supervises it in production would."""
        status = await process.wait()
        if not worker.is_wanted or worker.process is not process or self._is_closing:
            return
        self.ended.append(Ended(at=time.time(), worker=worker.number, status=status, why="ended by itself"))
        await asyncio.sleep(_SUPERVISOR_WAITS_S)
        async with worker.lock:
            if worker.is_wanted and not self._is_closing:
                await self._start(worker)

    async def _end(self, worker: _Worker) -> None:
        process = worker.process
        if process is None or process.returncode is not None:
            return
        self._signal(worker, signal.SIGTERM)
        try:
            status = await asyncio.wait_for(process.wait(), _TO_END_S)
        except TimeoutError:
            self._signal(worker, signal.SIGKILL)
            status = await asyncio.wait_for(process.wait(), PATIENCE_S)
            self.ended.append(Ended(at=time.time(), worker=worker.number, status=status, why="would not end"))
        else:
            # Asked before it could listen, it ends by the signal.
            if status not in {0, -signal.SIGTERM}:
                self.ended.append(Ended(at=time.time(), worker=worker.number, status=status, why="was asked to end"))

    async def _gone(self, worker: _Worker) -> None:
        if worker.process is not None:
            await asyncio.wait_for(worker.process.wait(), PATIENCE_S)

    @staticmethod
    def _signal(worker: _Worker, number: signal.Signals) -> None:
        if worker.process is not None and worker.process.returncode is None:
            # Not by `send_signal`, which collects a process that has ended, and asyncio never hears how.
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.process.pid, number)


async def tocsin(
    command: str,
    configuration: Path,
    log: Path,
    environment: Mapping[str, str] | None = None,
    *,
    checkout: Path = ROOT,
) -> Process:
    """Start a command of a checkout, by way of the script that writes down and delays."""
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            python_of(checkout),
            str(_SCRIPT),
            command,
            "--config",
            str(configuration),
            cwd=checkout,
            env={**own_environment(os.environ), **(environment or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )


def python_of(checkout: Path) -> str:
    """Return the interpreter with what a checkout depends on: its own, where it has one."""
    own = checkout / ".venv" / "bin" / "python"
    return str(own) if own.exists() else sys.executable

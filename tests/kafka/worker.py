"""Starts worker processes, kills them, and keeps their log for whoever asks why."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.kafka.forked import ROOT, ForkedModule
from tests.patience import PATIENCE_S


class WorkerProcess:
    """A process of ours, in a process group of its own.

    Parameters
    ----------
    arguments
        Of ``python``: ``["-m", "tocsin", "worker", …]`` or a test's own module.
    log
        Where its output goes.
    environment
        Variables beside those of this process.
    """

    def __init__(self, arguments: Sequence[str], log: Path, environment: dict[str, str] | None = None) -> None:
        self.log = log
        self._process: ForkedModule | subprocess.Popen[bytes]
        if arguments[0] == "-m":
            self._process = ForkedModule(arguments[1], arguments[2:], output=log, errors=log, environment=environment)
            return
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at whatever instruction it is."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def ask_where_it_is(self) -> None:
        """Have a process of the command line write to its log where each of its threads is."""
        self._process.send_signal(signal.SIGUSR1)

    def pause(self) -> None:
        """Let it do nothing until it is woken."""
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def hang_up(self) -> None:
        """Have it read its configuration again."""
        self._process.send_signal(signal.SIGHUP)

    def terminate(self, timeout_s: float = PATIENCE_S) -> int:
        """Ask it to stop and return its exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout_s)

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """Wait until it ends by itself and return its exit status."""
        return self._process.wait(timeout_s)

    def output(self) -> str:
        """Return its log."""
        return self.log.read_text(errors="replace")

    def tail(self) -> str:
        """Return the end of its log, for whoever asks why."""
        return self.output()[-4000:]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.is_running and error is not None:
            self.ask_where_it_is()
            time.sleep(1.0)
        if self.is_running:
            self.kill()
        if error is not None:
            sys.stdout.write(f"--- {self.log}\n{self.tail()}\n")


def until_it_says(process: WorkerProcess, words: str) -> None:
    """Wait until the log holds words, however much stands behind them by then."""
    deadline = time.monotonic() + PATIENCE_S
    is_running = True
    while words not in process.output():
        assert is_running, process.tail()
        assert time.monotonic() < deadline, process.tail()
        time.sleep(0.05)
        is_running = process.is_running  # asked before its log is read: it may end with these words

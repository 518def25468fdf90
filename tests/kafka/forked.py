"""Runs modules as processes of their own that do not import the product anew.

To import what a worker needs takes two seconds of processor time, and the tests start some two hundred processes. So
one process of each test process imports it once, and every process that is started is a copy of it (``fork``).
`multiprocessing` keeps that process and tells how the copies end.

A command as a user starts it, from nothing, is what ``tests/system/test_commands.py`` and ``tests/system/test_demo.py``
run.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.kafka.imported"])


class ForkedModule:
    """A module that runs as ``python -m MODULE ARGUMENT …`` would, in a session of its own.

    Parameters
    ----------
    module
        Its name.
    arguments
        What it finds in ``sys.argv``.
    output, errors
        Files that stdout and stderr are added to; they may be the same.
    environment
        Variables beside those of this process.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        *,
        output: Path,
        errors: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.arguments = [module, *arguments]
        self._process = _CONTEXT.Process(
            target=_run,
            args=(module, list(arguments), output, errors, {**os.environ, **(environment or {})}),
            daemon=True,  # what a test that failed left is ended with this process
        )
        output.touch()  # whoever started it may read it at once
        errors.touch()
        self._process.start()

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return its exit status, the negative number of the signal that ended it, or None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self, timeout_s: float | None = None) -> int:
        """Wait until it ends, and return its exit status.

        Raises
        ------
        subprocess.TimeoutExpired
            If it does not within ``timeout_s`` seconds.
        """
        self._process.join(timeout_s)
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired(self.arguments, timeout_s or 0.0)
        return status


def run_module(module: str, *arguments: str, timeout_s: float) -> "subprocess.CompletedProcess[str]":
    """Run a module to its end, as `subprocess.run` with ``capture_output`` would run ``python -m MODULE``.

    Raises
    ------
    subprocess.TimeoutExpired
        If it runs for longer than ``timeout_s`` seconds; it is killed.
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-run-") as kept:
        stdout, stderr = Path(kept) / "out", Path(kept) / "err"
        running = ForkedModule(module, arguments, output=stdout, errors=stderr)
        try:
            status = running.wait(timeout_s)
        except BaseException:
            running.send_signal(signal.SIGKILL)
            running.wait()
            raise
        return subprocess.CompletedProcess(running.arguments, status, stdout.read_text(), stderr.read_text())


def _run(module: str, arguments: list[str], output: Path, errors: Path, environment: dict[str, str]) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    for at, path in (1, output), (2, errors):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(opened, at)
        os.close(opened)
    os.chdir(ROOT)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)

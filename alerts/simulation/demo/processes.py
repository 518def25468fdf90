"""Tocsin's own commands as processes of the demo: started, waited for, and stopped by their id."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from alerts.errors import AlertsError
from streams.sources.trust import trusted

_STOP_S = 2.0
"""The demo's own broker goes with it: what a process would still put in order is of use to nobody."""
_LOOK_S = 0.1
_TAIL = 2_000
"""Characters of a log that an error shows."""


class CommandProcess:
    """``tocsin …`` as a process, with its log beside the configuration.

    Parameters
    ----------
    arguments
        The command and its options.
    configuration
        Its ``tocsin.yml``.
    environment
        Settings beside those of the file, ``TOCSIN_SECTION__KEY``.
    """

    def __init__(
        self, arguments: Sequence[str], configuration: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = " ".join(arguments)
        self.log = configuration.with_name(f"{'-'.join(arguments).replace('--', '').replace(',', '-')}.log")
        self._arguments = arguments
        self._configuration = configuration
        self._environment = environment or {}
        self._process: subprocess.Popen[bytes] | None = None
        self._ends_at: float | None = None

    def start(self) -> Self:
        """Start it; ``await_answer`` says when it is there."""
        self._ends_at = None
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 – our own interpreter and command
                [sys.executable, "-m", "tocsin", *self._arguments, "--config", str(self._configuration)],
                cwd=self._configuration.parent,
                env={**own_environment(os.environ), **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A Ctrl-C on the terminal is for the demo, which stops what it started in order.
                start_new_session=True,
            )
        return self

    def ask_to_stop(self) -> None:
        """Ask it to end; ``stop`` waits until it has, so long from now at most: all that were asked end together."""
        if self._process is not None and self._ends_at is None:
            self._ends_at = time.monotonic() + _STOP_S
            self._process.terminate()

    def stop(self) -> None:
        """Ask it to end, and make it end where it does not: the demo keeps nothing that could be lost."""
        self.ask_to_stop()
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.wait(max(0.0, (self._ends_at or 0.0) - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        except KeyboardInterrupt:
            # Somebody pressed Ctrl-C once more: nothing is left behind all the same.
            process.kill()
            raise

    def check(self) -> None:
        """See whether it lives.

        Raises
        ------
        AlertsError
            Where it has ended by itself; with the end of its log.
        """
        status = self._process.poll() if self._process is not None else None
        if status is not None:
            raise AlertsError(f"`tocsin {self.name}` ended by itself with status {status}; {self.output()}")

    def output(self) -> str:
        """Return the end of its log, and where all of it lies."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return f"its log ({self.log}) ends:\n{text[-_TAIL:].strip() or '(nothing was written)'}"

    async def await_answer(self, url: str, patience_s: float) -> None:
        """Wait until an address of it answers 200.

        Raises
        ------
        AlertsError
            Where it ends, or does not answer in time.
        """
        answered = "nothing"
        async with httpx.AsyncClient(trust_env=False, timeout=5.0, verify=trusted()) as client:
            deadline = asyncio.get_running_loop().time() + patience_s
            while asyncio.get_running_loop().time() < deadline:
                self.check()
                try:
                    response = await client.get(url)
                except httpx.HTTPError as error:
                    answered = type(error).__name__
                else:
                    if response.is_success:
                        return
                    answered = f"{response.status_code} {response.text[:200]}"
                await asyncio.sleep(_LOOK_S)
        raise AlertsError(
            f"`tocsin {self.name}` was not ready after {patience_s:.0f} s: {url} answered {answered}; {self.output()}"
        )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def own_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a process of the demo: no setting of the user's own Tocsin reaches it.

    Nor does a proxy, for all that it calls is on this machine.

    Examples
    --------
    >>> own_environment({"TOCSIN_KAFKA__BROKERS": "prod:9092", "HTTP_PROXY": "http://proxy", "LANG": "C"})
    {'LANG': 'C', 'NO_PROXY': '*'}
    """
    through = proxies(environment)
    kept = {
        name: value for name, value in environment.items() if not name.startswith("TOCSIN_") and name not in through
    }
    return {**kept, "NO_PROXY": "*"}


def proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what an environment says of proxies, for a process that calls what is not on this machine.

    Examples
    --------
    >>> proxies({"HTTPS_PROXY": "http://proxy", "LANG": "C"})
    {'NO_PROXY': '', 'HTTPS_PROXY': 'http://proxy'}
    """
    stated = {name: value for name, value in environment.items() if name.upper().endswith("_PROXY")}
    return {"NO_PROXY": "", **stated}

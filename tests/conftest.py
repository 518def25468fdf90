"""Fixtures of more than one folder: a Kafka, embedded and Apache's."""

import logging
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from streams.kafka.broker.embedded import EmbeddedBroker
from streams.kafka.settings import KafkaSettings
from tests.kafka.apache_kafka import ApacheKafka, why_missing
from tests.kafka.secured_kafka import SecuredKafka

pytest_plugins = ["tests.tools"]

# httpcore looks for it several times with each request; here that goes through pytest's own importer as well.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

# As a command does it, to stderr, and as on a terminal: by default each traceback shows the variables of all frames,
# which takes seconds of processor time.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ],
    logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
)

# How long an example takes measures the machine, and what else it does.
hypothesis_settings.register_profile("tocsin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("tocsin")

_SERVERS = pytest.StashKey[Path]()
_MISSING = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Agree once, for all processes of this run, on where the servers live and whether Java is there."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[_SERVERS], config.stash[_MISSING] = Path(worker["servers"]), worker["kafka_missing"]
        return
    missing = why_missing()
    if missing and os.environ.get("TOCSIN_REQUIRE_KAFKA") == "1":
        raise pytest.UsageError(f"Apache Kafka is required (TOCSIN_REQUIRE_KAFKA=1) and cannot run: {missing}")
    config.stash[_SERVERS] = Path(tempfile.mkdtemp(prefix="tocsin-tests-"))
    config.stash[_MISSING] = missing


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Tell a process of pytest-xdist what was agreed on."""
    node.workerinput["servers"] = str(node.config.stash[_SERVERS])
    node.workerinput["kafka_missing"] = node.config.stash[_MISSING]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the Apache Kafka that the processes of this run shared."""
    if hasattr(config, "workerinput") or _SERVERS not in config.stash:
        return
    servers = config.stash[_SERVERS]
    for name in ("apache", "secured"):
        ApacheKafka(servers / name).stop()
    shutil.rmtree(servers, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was not tried on the real Kafka, and show its log where something failed."""
    if missing := config.stash[_MISSING]:
        terminalreporter.write_line(
            f"NOT tried on Apache Kafka, only on the embedded broker: {missing} (install Java 17 and Maven)"
        )
    apache = ApacheKafka(config.stash[_SERVERS] / "apache")
    if terminalreporter.stats.get("failed") and apache.log.exists():
        kept = Path(tempfile.gettempdir()) / "tocsin-tests-kafka.log"
        shutil.copy(apache.log, kept)
        terminalreporter.write_line(f"Apache Kafka's log is kept at {kept}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try whatever asks for a Kafka on both brokers, and what is marked ``kafka`` on Apache's alone."""
    if "kafka_kind" not in metafunc.fixturenames:
        return
    is_apache_s = metafunc.definition.get_closest_marker("kafka") is not None
    kinds = [] if is_apache_s else [pytest.param("embedded")]
    if not metafunc.config.stash[_MISSING]:
        kinds.append(pytest.param("apache", marks=pytest.mark.kafka))
    metafunc.parametrize("kafka_kind", kinds, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each process of pytest-xdist begin with its share of the tests that wait for servers.

    It gives each a stretch of the list, and who is done takes from the others: what waits longest must not come last.
    """
    worker = getattr(config, "workerinput", None)
    if worker is None:
        return
    processes = worker["workercount"]
    waiting: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        (waiting if _waits(item) else others).append(item)
    items[:] = []
    for number in range(processes):
        begins, ends = (len(others) * each // processes for each in (number, number + 1))
        items += waiting[number::processes] + others[begins:ends]


def _waits(item: pytest.Item) -> bool:
    is_marked = any(item.get_closest_marker(name) for name in ("kafka", "browser", "prometheus"))
    return is_marked or item.nodeid.startswith("tests/system/") or "kafka_kind" in getattr(item, "fixturenames", ())


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Give logging back as it was: a command sets it up for a whole process, and some run in this one."""
    before, root = structlog.get_config(), logging.getLogger()
    processors, handlers, level = list(before["processors"]), root.handlers[:], root.level
    yield
    structlog.configure(**{**before, "processors": processors})
    root.handlers[:], root.level = handlers, level


@pytest.fixture(scope="session")
def kafka_address(kafka_kind: str, pytestconfig: pytest.Config) -> Iterator[str]:
    """Where a broker listens: an embedded one of this process, or the Apache Kafka that all processes share."""
    if kafka_kind == "embedded":
        with EmbeddedBroker() as broker:
            yield broker.address
    else:
        apache = ApacheKafka(pytestconfig.stash[_SERVERS] / "apache")
        apache.start()
        yield apache.address


@pytest.fixture(scope="session")
def apache(kafka_address: str, pytestconfig: pytest.Config) -> ApacheKafka:
    """Return the Apache Kafka that all processes share; for tests marked ``kafka``, which must leave it running."""
    node = ApacheKafka(pytestconfig.stash[_SERVERS] / "apache")
    assert node.address == kafka_address
    return node


@pytest.fixture(scope="session")
def secured(kafka_kind: str, pytestconfig: pytest.Config) -> SecuredKafka:
    """Return the Apache Kafka that lets in only whom it knows; all processes share it, for tests marked ``kafka``."""
    node = SecuredKafka(pytestconfig.stash[_SERVERS] / "secured")
    node.start()
    return node


@pytest.fixture
def kafka(kafka_address: str) -> KafkaSettings:
    """Topics and groups of one test alone, on either broker. The topics are not created."""
    mine = f"t{uuid.uuid4().hex[:12]}"
    return KafkaSettings(
        brokers=(kafka_address,), topic_prefix=f"{mine}.", group=mine, partitions=2, session_timeout_s=6.0
    )

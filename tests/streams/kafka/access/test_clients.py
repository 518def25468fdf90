"""What clients of the three libraries are told of how to be let in, and that nobody makes one in another way."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiokafka import abc as aiokafka_abc
from faust import auth
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth
from kafka.net.sasl.oauth import AbstractTokenProvider

from alerts.configuration.kafka_access import KafkaAccess
from streams.kafka.access import clients as kafka_clients
from streams.kafka.access.clients import faust_credentials
from streams.kafka.access.probe import blocking_security
from streams.kafka.administration.rights import PARTS
from streams.kafka.security import KafkaSecurity, OAuthClient
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.app import build_app

ROOT = Path(__file__).parents[4]
MANUAL = (ROOT / "docs/operating.md").read_text()
FACTORIES = {
    "async_consumer": {"streams/kafka/access/session.py"},
    "async_producer": {"streams/kafka/access/session.py", "streams/kafka/stages/partition_writer.py"},
    "async_admin": {"streams/kafka/administration/partition_counts.py"},
    "blocking_producer": {"streams/connectors/sink.py"},
    "blocking_admin": {"streams/kafka/administration/topics.py"},
}
"""Who calls each of those that make a client: all else has it from one of these."""
OF_KAFKA_PYTHON = ("streams/kafka/access/", "streams/kafka/administration/", "streams/connectors/sink.py")
CLIENTS = {
    *("AIOKafkaConsumer", "AIOKafkaProducer", "AIOKafkaAdminClient", "AIOKafkaClient", "create_conn"),
    *("KafkaConsumer", "KafkaProducer", "KafkaAdminClient", "KafkaClient"),
}
TOKEN = OAuthClient(token_url="https://login.example.org/token", client_id="tocsin", client_secret="horse")
SECURITIES = {
    "plain": KafkaSecurity(),
    "tls": KafkaSecurity(protocol="SSL"),
    "password": KafkaSecurity(protocol="SASL_SSL", mechanism="SCRAM-SHA-512", username="tocsin", password="horse"),
    "password without TLS": KafkaSecurity(
        protocol="SASL_PLAINTEXT", mechanism="PLAIN", username="tocsin", password="horse"
    ),
    "token": KafkaSecurity(protocol="SASL_SSL", mechanism="OAUTHBEARER", oauth=TOKEN),
}


def made_elsewhere(path: Path) -> list[str]:
    """Return the calls in a module that make a client of Kafka."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            servers = [keyword for keyword in node.keywords if keyword.arg == "bootstrap_servers"]
            if name in CLIENTS or servers:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {name}")
    return found


def test_no_other_module_of_the_product_makes_a_client():
    modules = [path for folder in ("streams", "alerts", "detectors") for path in (ROOT / folder).rglob("*.py")]
    elsewhere = [path for path in modules if path != Path(kafka_clients.__file__).resolve()]

    assert len(modules) - len(elsewhere) == 1
    assert [told for path in elsewhere for told in made_elsewhere(path)] == []


def modules(pattern: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the modules of the product in which a pattern is found, and what its group stood for."""
    for folder in ("streams", "alerts", "detectors"):
        for path in (ROOT / folder).rglob("*.py"):
            if found := set(re.findall(pattern, path.read_text(), re.MULTILINE)):
                yield str(path.relative_to(ROOT)), found


def test_whoever_needs_a_client_has_it_from_a_session_or_from_one_of_few():
    callers: dict[str, set[str]] = {}
    for path, called in modules(rf"(?<!def )\b({'|'.join(FACTORIES)})\("):
        for name in called:
            callers.setdefault(name, set()).add(path)

    assert callers == FACTORIES


def test_kafka_python_is_for_the_connectors_producer_and_for_administration():
    users = [path for path, _ in modules(r"^ *(?:import|from) (kafka)\b")]

    assert [path for path in users if not path.startswith((*OF_KAFKA_PYTHON, "alerts/simulation/"))] == []


def test_such_a_call_is_found(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "one.py").write_text("import kafka\nkafka.KafkaProducer()\n\nmade = factory(bootstrap_servers=x)\n")

    assert made_elsewhere(tmp_path / "one.py") == ["one.py:2: KafkaProducer", "one.py:4: factory"]


@pytest.mark.parametrize("security", SECURITIES.values(), ids=SECURITIES)
def test_the_three_libraries_are_told_the_same(security):
    blocking = blocking_security(security)
    asynchronous = kafka_clients._async_security(KafkaSettings(security=security))
    credentials = faust_credentials(security)
    by_faust = credentials_to_aiokafka_auth(credentials) if credentials else {"security_protocol": "PLAINTEXT"}

    def told(options: Mapping[Any, Any]) -> dict[str, Any]:
        rest = {"sasl_oauth_token_provider", "bootstrap_servers"}
        return {name: value for name, value in options.items() if name not in rest and value is not None}

    assert told(blocking) == told(asynchronous) == told(by_faust)
    assert blocking["security_protocol"] == security.protocol
    assert ("ssl_context" in blocking) == security.is_tls
    for options, kind in (
        (blocking, AbstractTokenProvider),
        (asynchronous, aiokafka_abc.AbstractTokenProvider),
        (by_faust, aiokafka_abc.AbstractTokenProvider),
    ):
        assert isinstance(options.get("sasl_oauth_token_provider"), kind) == (security.oauth is not None)


async def test_a_stage_s_app_is_given_the_credentials():
    app = build_app(KafkaSettings(security=SECURITIES["password"]), "watch")

    assert isinstance(app.conf.broker_credentials, auth.SASLCredentials)
    assert app.conf.broker_credentials.username == "tocsin"


@pytest.mark.parametrize("security", SECURITIES.values(), ids=SECURITIES)
def test_no_text_form_holds_a_secret(security):
    settings = KafkaSettings(security=security)

    assert "horse" not in f"{settings} {settings!r} {security.described()} {security.oauth!r}"


def test_a_name_with_signs_that_scram_writes_otherwise_is_written_so_once():
    security = KafkaSecurity(protocol="SASL_SSL", mechanism="SCRAM-SHA-256", username="a=b,c", password="horse")

    assert blocking_security(security)["sasl_plain_username"] == "a=3Db=2Cc"
    assert kafka_clients._async_security(KafkaSettings(security=security))["sasl_plain_username"] == "a=b,c"


@pytest.mark.parametrize("setting", KafkaAccess.model_fields)
def test_every_setting_stands_in_the_manual(setting):
    settings = MANUAL.partition("## Settings")[2].partition("\n## ")[0]

    assert f"`{setting}`" in settings or f"`kafka.{setting}`" in settings


@pytest.mark.parametrize("command", PARTS)
def test_the_rights_of_every_part_stand_in_the_manual(command):
    part = PARTS[command]
    table = [f"GROUP-{part.table}-changelog"] if part.table else []
    columns = (
        [*(topic.name for topic in part.reads), *table],
        [*(topic.name for topic in part.writes), *table],
        [f"GROUP-{name}" for name in part.groups],
        [f"GROUP-{name}-*" for name in part.owners],
    )
    name, _, stage = command.partition(" (")
    which = f", stage `{stage[:-1]}`" if name == "worker" else ", where suites " if stage else " "
    title = f"`tocsin {name}`{which}"
    written = [", ".join(f"`{one}`" for one in column) or "–" for column in columns]

    rows = [line for line in MANUAL.splitlines() if line.startswith(f"| {title}")]
    assert [row for row in rows if row.endswith(f" | {' | '.join(written)} |")]

"""Over TLS, with a password, a token or a certificate, on a real Kafka that lets in nobody else."""

import asyncio
import contextlib
import json
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import yaml
from msgspec.structs import replace
from werkzeug import Request, Response

import alerts.cli.web
import alerts.cli.worker
from alerts.incidents.command import Command
from alerts.kafka.commands_producer import CommandsProducer
from alerts.kafka.incident_store import IncidentStore
from streams.connectors.sink import MentionSink
from streams.errors import KafkaRefusedError, KafkaUnavailableError
from streams.kafka.access.clients import async_admin, async_consumer, async_producer, blocking_admin
from streams.kafka.access.probe import knock, renew_certificates, unreachable
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.security import KafkaSecurity, OAuthClient
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import COMMANDS, INCIDENTS, MENTIONS, VERDICTS
from streams.mention import decode_mention
from tests.kafka.certificates import Certificates
from tests.kafka.reading import read_topic, read_until
from tests.kafka.secured_kafka import NOBODY, PASSWORD, USER, SecuredKafka
from tests.kafka.worker import WorkerProcess
from tests.patience import PATIENCE_S
from tests.streams.story import NOON, record
from tocsin import main as command_line

pytestmark = pytest.mark.kafka
MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN")
WAYS = (*MECHANISMS, "OAUTHBEARER", "a certificate", "without TLS")


@pytest.fixture
def token(httpserver, secured) -> KafkaSecurity:
    """Let a token endpoint stand, and return how to be let in with its tokens."""

    def answer(_: Request) -> Response:
        body = {"access_token": secured.token(), "expires_in": 300}
        return Response(json.dumps(body), content_type="application/json")

    httpserver.expect_request("/token", method="POST").respond_with_handler(answer)
    oauth = OAuthClient(
        token_url=httpserver.url_for("/token"),
        client_id=uuid.uuid4().hex,  # tokens are kept for each client
        client_secret="secret",
        extensions=(("logicalCluster", "lkc"),),
    )
    return KafkaSecurity(protocol="SASL_SSL", mechanism="OAUTHBEARER", oauth=oauth, ca=secured.ca)


def settings(secured: SecuredKafka, security: KafkaSecurity) -> KafkaSettings:
    """Return topics and groups of one test alone."""
    mine = f"t{uuid.uuid4().hex[:12]}"
    return KafkaSettings(
        brokers=(secured.broker(security.protocol),),
        topic_prefix=f"{mine}.",
        group=mine,
        partitions=2,
        session_timeout_s=30.0,  # nobody takes over here
        security=security,
    )


def let_in(secured: SecuredKafka, way: str, token: KafkaSecurity) -> KafkaSettings:
    if way == "OAUTHBEARER":
        return settings(secured, token)
    if way == "a certificate":
        return settings(secured, secured.mtls())
    if way == "without TLS":
        return settings(secured, replace(secured.scram(mechanism="SCRAM-SHA-256"), protocol="SASL_PLAINTEXT"))
    return settings(secured, secured.scram(mechanism=way))


@pytest.mark.parametrize("way", WAYS)
async def test_clients_of_both_libraries_write_and_read(secured, token, way):
    kafka = let_in(secured, way, token)
    counts = await asyncio.to_thread(ensure_topics, kafka, [MENTIONS, COMMANDS])
    topic = kafka.topic(MENTIONS)

    def put() -> None:
        with MentionSink(kafka, "test") as sink:
            sink.send(decode_mention(record(1, 1).value or b""))

    await asyncio.to_thread(put)
    producer = async_producer(kafka, transactional_id=f"{kafka.group}-one")
    async with producer, producer.transaction():
        await producer.send_and_wait(topic, b"two")
    admin = async_admin(kafka)
    await admin.start()
    described = await admin.describe_topics([topic])
    await admin.close()
    consumer = async_consumer(kafka, topic, group_id=kafka.group, auto_offset_reset="earliest")
    read: list[bytes] = []
    async with consumer, asyncio.timeout(PATIENCE_S):
        while len(read) < 2:
            read += [one.value for batch in (await consumer.getmany(timeout_ms=100)).values() for one in batch]

    assert counts == {"mentions": 2, "commands": 2}
    assert len(described[0]["partitions"]) == 2
    assert {decode_mention(value).id if value != b"two" else "two" for value in read} == {"p1", "two"}
    assert len(await asyncio.to_thread(read_topic, kafka, MENTIONS)) == 2


async def test_clients_that_are_there_begin_new_connections_by_certificates_that_were_renewed(secured, tmp_path):
    elsewhere = Certificates(tmp_path)
    elsewhere.issue(USER)
    before = replace(
        secured.mtls(),
        ca=elsewhere.ca.read_text(),
        certificate=(tmp_path / f"{USER}.pem").read_text(),
        key=(tmp_path / f"{USER}.key").read_text(),
    )
    kafka = settings(secured, before)
    producer = async_producer(kafka)
    consumer = async_consumer(kafka, kafka.topic(MENTIONS), auto_offset_reset="earliest")
    with pytest.raises(KafkaRefusedError):
        await asyncio.to_thread(ensure_topics, kafka, [MENTIONS])

    renew_certificates(before, secured.mtls())
    await asyncio.to_thread(ensure_topics, kafka, [MENTIONS])
    async with producer:
        await producer.send_and_wait(kafka.topic(MENTIONS), b"one")
    async with consumer, asyncio.timeout(PATIENCE_S):
        one = await consumer.getone()

    assert one.value == b"one"
    assert [record.value for record in await asyncio.to_thread(read_topic, kafka, MENTIONS)] == [b"one"]


def refusals(secured: SecuredKafka, token: KafkaSecurity) -> Iterator[tuple[str, KafkaSecurity, str]]:
    """Yield listeners, how somebody wants to be let in there, and what is said."""
    for mechanism in MECHANISMS:
        scram = secured.scram(mechanism=mechanism)
        yield "SASL_SSL", replace(scram, password="wrong"), "wrong name or password for tocsin"
        yield "SASL_SSL", replace(scram, username="stranger"), "wrong name or password for stranger"
    scram = secured.scram()
    yield "SASL_SSL", replace(scram, ca=""), "its certificate is not signed by one that this machine trusts"
    yield "SASL_SSL", KafkaSecurity(), "this port speaks TLS; set kafka.security_protocol: SSL or SASL_SSL"
    yield "SASL_SSL", replace(scram, protocol="SASL_PLAINTEXT"), "set kafka.security_protocol: SASL_SSL"
    yield (
        "SASL_SSL",
        KafkaSecurity(protocol="SSL", ca=secured.ca),
        "it asks who we are; set kafka.security_protocol",
    )
    yield "SASL_PLAINTEXT", KafkaSecurity(), "set kafka.security_protocol: SASL_PLAINTEXT and kafka.sasl_mechanism"
    yield "SASL_PLAINTEXT", scram, "this port speaks without TLS; name the port that does"
    yield "SASL_PLAINTEXT", replace(scram, protocol="SASL_PLAINTEXT"), "it does not know SCRAM-SHA-512; set"
    yield "PLAINTEXT", KafkaSecurity(protocol="SSL", ca=secured.ca), "set kafka.security_protocol: PLAINTEXT"
    yield (
        "PLAINTEXT",
        replace(scram, protocol="SASL_PLAINTEXT"),
        "asks for no password; set kafka",
    )
    yield "SSL", KafkaSecurity(protocol="SSL", ca=secured.ca), "it asks for a client certificate; set"
    for certificate in ("late", "others/tocsin"):
        yield "SSL", secured.mtls(certificate), "our client certificate"
    yield "SSL", scram, "it asks for a client certificate; set"
    yield "SSL", replace(secured.mtls(), protocol="SASL_SSL", mechanism="PLAIN", username="a"), "asks for no password"
    assert token.oauth is not None
    wrong = replace(token, oauth=replace(token.oauth, token_url=f"{token.oauth.token_url}/for-others", client_id="x"))
    yield "SASL_SSL", wrong, "it does not accept the token of x"


def test_whoever_is_not_let_in_is_told_why(secured, token, httpserver):
    body = json.dumps({"access_token": secured.token(audience="others")})
    httpserver.expect_request("/token/for-others").respond_with_data(body, content_type="application/json")

    for listener, security, told in refusals(secured, token):
        address = secured.address if listener == "PLAINTEXT" else secured.broker(listener)
        with pytest.raises(KafkaRefusedError) as caught:
            knock(KafkaSettings(brokers=(address,), security=security))
        assert str(caught.value).startswith(f"Kafka at {address} does not let Tocsin in: ")
        assert told in str(caught.value)
        assert PASSWORD not in str(caught.value)


def test_a_name_with_signs_that_scram_writes_otherwise_is_let_in(secured):
    from kafka.admin import ScramMechanism, UserScramCredentialUpsertion

    admin = blocking_admin(settings(secured, secured.scram()))
    told = admin.alter_user_scram_credentials(
        [UserScramCredentialUpsertion("a=b,c", ScramMechanism.SCRAM_SHA_256, password=PASSWORD.encode())]
    )
    admin.close()

    assert not any(told.values())
    named = settings(secured, secured.scram("a=b,c", "SCRAM-SHA-256"))

    def is_let_in() -> bool:
        with contextlib.suppress(KafkaRefusedError):
            return bool(knock(named))
        return False

    until_the_broker_has_heard(is_let_in)


def test_brokers_that_name_themselves_otherwise_are_tried_by_that_name_too(secured, monkeypatch):
    kafka = settings(secured, secured.scram())
    by_number = replace(kafka, brokers=(kafka.brokers[0].replace("localhost", "127.0.0.1"),))
    assert knock(by_number) == by_number.brokers[0]

    # The name that the broker gives itself leads nowhere from here.
    resolve = socket.create_connection
    monkeypatch.setattr(
        socket,
        "create_connection",
        lambda to, timeout: resolve((to[0].replace("localhost", "nowhere.invalid"), to[1]), timeout),
    )
    with pytest.raises(KafkaUnavailableError) as caught:
        knock(by_number)

    assert f"Kafka at {by_number.brokers[0]} names its brokers, and none of them can be used" in str(caught.value)
    assert f"no Kafka broker answers at {kafka.brokers[0]}" in str(caught.value)


def test_every_broker_that_cannot_be_used_is_named(secured):
    kafka = settings(secured, secured.scram())

    told = unreachable(replace(kafka, brokers=("nowhere.invalid:9092", *kafka.brokers)))

    assert len(told) == 1
    assert "nowhere.invalid" in told[0]


def configured(kafka: KafkaSettings, folder: Path, **more: object) -> Path:
    """Write a configuration as a person would, with the password and the CA in files."""
    (folder / "password").write_text(f"{kafka.security.password}\n")
    (folder / "ca.pem").write_text(kafka.security.ca.replace("\n", "\r\n"))
    path = folder / "tocsin.yml"
    stated = {
        "brokers": ",".join(kafka.brokers),
        "topic_prefix": kafka.topic_prefix,
        "group": kafka.group,
        "partitions": kafka.partitions,
        "session_timeout_s": kafka.session_timeout_s,
        "security_protocol": kafka.security.protocol.lower(),
        "sasl_mechanism": kafka.security.mechanism.replace("-", "_"),
        "sasl_username": kafka.security.username,
        "sasl_password_file": "password",
        "ssl_ca_file": "ca.pem",
    }
    brands = [{"id": "northside", "name": "Northside", "query": "northside"}]
    path.write_text(
        yaml.safe_dump({"kafka": stated, "brands": brands, "metrics": {"port": 0}, "web": {"port": 0}, **more})
    )
    return path


class Ran(NamedTuple):
    status: int
    output: str


@pytest.fixture
def tocsin(tmp_path, monkeypatch, capfd) -> Callable[..., Ran]:
    """Run a command to its end, as a person would."""
    for place in (alerts.cli.worker, alerts.cli.web):
        monkeypatch.setattr(place, "configure_logs", lambda: None)  # it is for a whole process

    def run(*arguments: str) -> Ran:
        capfd.readouterr()
        try:
            command_line([*arguments, "--config", str(tmp_path / "tocsin.yml")])
        except SystemExit as ended:
            return Ran(int(ended.code or 0), "".join(capfd.readouterr()))
        raise AssertionError("it goes on")

    return run


def test_a_mention_that_goes_in_by_ingest_comes_out_as_an_incident(secured, tmp_path, tocsin):
    kafka = settings(secured, secured.scram())
    configured(kafka, tmp_path)
    calm = [record(i, 60 * i, f"a lovely day at northside {i}", author={"id": f"a{i}"}) for i in range(60)]
    angry = [
        record(1000 + i, 3600 + i / 2, f"I hate northside, terrible and shameful {i % 10} {i}", author={"id": f"b{i}"})
        for i in range(240)
    ]
    file = tmp_path / "story.jsonl"
    file.write_bytes(b"\n".join(one.value or b"" for one in [*calm, *angry]))

    with WorkerProcess(["-m", "tocsin", "worker", "-c", str(tmp_path / "tocsin.yml")], tmp_path / "worker.log"):
        ensure_topics(kafka)
        with MentionSink(kafka, "test") as sink:
            # It goes on with the clock until the file is sent: nothing is late for that.
            sink.send_heartbeats(NOON - 600)
        sent = tocsin("ingest", str(file))
        with MentionSink(kafka, "test") as sink:
            sink.send_heartbeats(NOON + 3600 + 300)
        read_until(kafka, INCIDENTS, bool)
        checked = tocsin("check")

    async def look() -> Any:
        store, producer = IncidentStore(kafka), CommandsProducer(kafka)
        await store.start()
        await producer.start()
        await producer.send(Command(id="c1", type="redact", brand="northside", at=NOON, by="Ada", via="cli", post="x"))
        async with asyncio.timeout(PATIENCE_S):
            while store.missing():  # noqa: ASYNC110 - it tells nobody when it has read all
                await asyncio.sleep(0.01)
        await producer.stop()
        await store.stop()
        return store.list()

    [incident] = asyncio.run(look())
    assert (sent.status, checked.status) == (0, 0), (sent, checked)
    assert "300 read, 300 sent, 300 will count" in sent.output
    assert "Kafka answers (SASL_SSL, SCRAM-SHA-512 as tocsin)" in checked.output
    assert incident.brand == "northside"
    assert [msgspec.json.decode(one.value)["id"] for one in read_topic(kafka, COMMANDS)] == ["c1"]
    assert PASSWORD not in (tmp_path / "worker.log").read_text() + sent.output + checked.output


@pytest.mark.parametrize("command", [("check",), ("worker",), ("web",), ("ingest", "story.jsonl")])
def test_a_wrong_password_ends_every_command_with_one_line(secured, tmp_path, tocsin, command):
    kafka = settings(secured, replace(secured.scram(), password="a wrong secret"))
    configured(kafka, tmp_path)
    (tmp_path / "story.jsonl").write_bytes(record(1, 1).value or b"")

    ended = tocsin(command[0], *(str(tmp_path / name) for name in command[1:]))

    [line] = [line for line in ended.output.splitlines() if line.startswith("tocsin: ")]
    assert ended.status == 1
    assert "wrong name or password for tocsin" in line
    assert kafka.brokers[0] in line
    assert "Traceback" not in ended.output
    assert "a wrong secret" not in ended.output


def until_the_broker_has_heard(knows: Callable[[], bool]) -> None:
    """Wait for what the controller has answered already: the broker hears of it a moment later."""
    until = time.monotonic() + PATIENCE_S
    while not knows():
        assert time.monotonic() < until
        time.sleep(0.1)


def grant(secured: SecuredKafka, kafka: KafkaSettings, *rights: tuple[str, str, str]) -> None:
    """Allow the user who may do nothing some operations, each on a kind of thing whose names begin with the group."""
    from kafka.admin import (
        ACL,
        ACLFilter,
        ACLOperation,
        ACLPermissionType,
        ACLResourcePatternType,
        ResourcePattern,
        ResourcePatternFilter,
        ResourceType,
    )

    admin = blocking_admin(replace(kafka, security=secured.scram(USER)))
    told = admin.create_acls(
        [
            ACL(
                principal=f"User:{NOBODY}",
                host="*",
                operation=ACLOperation[operation],
                permission_type=ACLPermissionType.ALLOW,
                resource_pattern=ResourcePattern(ResourceType[kind], name, ACLResourcePatternType.PREFIXED),
            )
            for operation, kind, name in rights
        ]
    )
    everywhere = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    of_theirs = ACLFilter(f"User:{NOBODY}", None, ACLOperation.ANY, ACLPermissionType.ANY, everywhere)

    def are_known() -> bool:
        known, _ = admin.describe_acls(of_theirs)
        patterns = [(acl.operation.name, acl.resource_pattern) for acl in known]
        return {(op, at.resource_type.name, at.resource_name) for op, at in patterns} >= set(rights)

    until_the_broker_has_heard(are_known)
    admin.close()
    assert not told["failed"], told


def test_rights_that_are_missing_are_named_and_those_of_the_manual_are_enough(secured, tmp_path, tocsin):
    kafka = settings(secured, secured.scram(NOBODY))
    configured(kafka, tmp_path)
    stranger = tocsin("worker")
    ensure_topics(replace(kafka, security=secured.scram(USER)))
    grant(secured, kafka, ("DESCRIBE", "TOPIC", kafka.group))
    onlooker = tocsin("worker")
    checked = tocsin("check")
    grant(
        secured,
        kafka,
        *((operation, "TOPIC", kafka.group) for operation in ("READ", "WRITE", "CREATE")),
        ("READ", "GROUP", kafka.group),
        ("WRITE", "TRANSACTIONAL_ID", kafka.group),
    )
    log = tmp_path / "granted.log"
    with WorkerProcess(["-m", "tocsin", "worker", "-c", str(tmp_path / "tocsin.yml")], log) as running:
        with MentionSink(kafka, "test") as sink:
            sink.send_heartbeats(NOON)
        read_until(kafka, VERDICTS, bool)
        status = running.terminate()

    topic = kafka.topic(MENTIONS)
    assert stranger.status == onlooker.status == checked.status == 1
    assert f"does not let Tocsin see or create {kafka.topic(COMMANDS)}" in stranger.output
    for right in (
        f"Read on topic {topic}",
        f"Read on group {kafka.group}-ingest",
        f"transactional id {kafka.group}-watch-*",
    ):
        assert right in onlooker.output
    assert f"tocsin ingest needs: Write on topic {topic}" in checked.output
    assert status == 0

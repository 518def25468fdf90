"""Why Kafka does not let us in is told in one line, whatever stands at the door instead."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from streams.errors import KafkaRefusedError, KafkaUnavailableError
from streams.kafka.access.probe import knock, reach
from streams.kafka.broker.embedded import free_port
from streams.kafka.security import KafkaSecurity
from streams.kafka.settings import KafkaSettings
from tests.kafka.certificates import Certificates


@contextmanager
def door(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Listen, talk with each caller, and hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller:
                    try:
                        talk(caller)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"localhost:{listening.getsockname()[1]}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
    thread.join()


@contextmanager
def tls_door(both: Path) -> Iterator[str]:
    """Speak TLS with a certificate, and hang up behind the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)

    def talk(caller: socket.socket) -> None:
        with context.wrap_socket(caller, server_side=True) as encrypted:
            encrypted.recv(1)

    with door(talk) as address:
        yield address


def why(address: str, **security: str | bool) -> str:
    options = {"protocol": "SSL"} | security
    with pytest.raises(KafkaUnavailableError) as caught:
        knock(KafkaSettings(brokers=(address,), security=KafkaSecurity(**options)))  # type: ignore[arg-type]
    assert address in str(caught.value)
    assert "\n" not in str(caught.value)
    return f"{type(caught.value).__name__}: {caught.value}"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


def test_a_certificate_that_nobody_trusted_has_signed_is_told(certificates, tmp_path):
    other = Certificates(tmp_path).ca.read_text()

    with tls_door(certificates.issue("server")) as address:
        by_the_wrong_ca, by_the_system = why(address, ca=other), why(address)

    assert "not signed by one in kafka.ssl_ca (unable to get local issuer certificate)" in by_the_wrong_ca
    assert "put the right CA there" in by_the_wrong_ca
    assert by_the_system.startswith("KafkaRefusedError")
    assert "set kafka.ssl_ca_file to the CA of the brokers" in by_the_system


def test_a_certificate_that_has_expired_is_told(certificates):
    with tls_door(certificates.issue("old", expired=True)) as address:
        told = why(address, ca=certificates.ca.read_text())

    assert told.startswith("KafkaRefusedError")
    assert "has expired; renew it on the broker" in told


def test_a_certificate_of_another_name_is_told_and_may_be_let_pass(certificates):
    with tls_door(certificates.issue("elsewhere", "kafka.example.org")) as address:
        checked = why(address, ca=certificates.ca.read_text())
        unchecked = why(address, ca=certificates.ca.read_text(), check_hostname=False)

    assert "its certificate is of another name" in checked
    assert "certificate is not valid for 'localhost'" in checked
    assert "kafka.ssl_check_hostname: false" in checked
    assert "it ended the connection without a word" in unchecked


def test_an_authority_in_between_is_trusted_where_it_alone_is_given(tmp_path):
    root = Certificates(tmp_path / "root")
    between = root.authority.create_child_ca()
    signed = Certificates(tmp_path / "signed")
    signed.authority = between
    both = signed.issue("server")

    with tls_door(both) as address:
        told = why(address, ca=between.cert_pem.bytes().decode())

    assert "it ended the connection without a word" in told


@pytest.mark.parametrize(
    ("protocol", "remedy"), [("PLAINTEXT", "SSL or SASL_SSL"), ("SASL_PLAINTEXT", "security_protocol: SASL_SSL")]
)
def test_a_port_that_speaks_tls_is_told(certificates, protocol, remedy):
    with tls_door(certificates.issue("server")) as address:
        told = why(address, protocol=protocol, mechanism="PLAIN", username="a", password="b")

    assert told.startswith("KafkaRefusedError")
    assert "this port speaks TLS" in told
    assert remedy in told


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 mail.example.org ESMTP\r\n", b"\xff" * 64])
def test_what_is_no_kafka_is_told(said):
    def talk(caller: socket.socket) -> None:
        caller.recv(1024)
        caller.sendall(said)

    with door(talk) as address:
        told = why(address, protocol="PLAINTEXT")

    assert told.startswith("KafkaRefusedError")
    assert "what answers there is no Kafka" in told


def test_who_hangs_up_at_once_may_be_another_s_mistake():
    with door(lambda caller: caller.close()) as address:
        told = [why(address, protocol=protocol) for protocol in ("PLAINTEXT", "SSL")]

    assert all(one.startswith("KafkaUnavailableError: no Kafka broker answers at") for one in told)


def test_a_port_where_nobody_listens_and_a_name_that_nobody_knows_are_told():
    assert "Connection refused" in why(f"localhost:{free_port()}")
    assert "the name nowhere.invalid is not known here" in why("nowhere.invalid:9092")


def test_a_refusal_is_not_waited_out(certificates):
    with tls_door(certificates.issue("server")) as address, pytest.raises(KafkaRefusedError):
        reach(KafkaSettings(brokers=(address,)), timeout_s=3600.0)


def test_of_several_brokers_each_is_told_with_its_own_reason(certificates):
    nobody = f"localhost:{free_port()}"
    with tls_door(certificates.issue("server")) as address, pytest.raises(KafkaRefusedError) as caught:
        knock(KafkaSettings(brokers=(nobody, address)))

    assert f"no Kafka broker answers at {nobody}" in str(caught.value)
    assert f"Kafka at {address} does not let Tocsin in" in str(caught.value)


def test_a_broker_that_lets_everybody_in_is_entered(kafka):
    assert knock(kafka) == kafka.brokers[0]
    assert knock(KafkaSettings(brokers=("nowhere.invalid:9092", *kafka.brokers))) == kafka.brokers[0]

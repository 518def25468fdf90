"""Certificates that are renewed under a running process: new connections go by them."""

import datetime as dt
import ssl
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

from alerts.cli.certificates import Certificates as Followed
from alerts.cli.check import run_check
from alerts.configuration.configuration import checked_configuration
from alerts.errors import AlertsError
from streams.kafka.access.probe import kafka_context
from tests.kafka.certificates import Certificates


class Setup:
    """A configuration with certificates in files, and what renews them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0
        self.renew()
        self.path = folder / "tocsin.yml"
        files = {"ssl_ca_file": "ca.pem", "ssl_certificate_file": "tls.crt", "ssl_key_file": "tls.key"}
        self.path.write_text(yaml.safe_dump({"kafka": {"security_protocol": "SSL", **files}}))
        self.read = checked_configuration(self.path, {})
        self.context = kafka_context(self.read.configuration.kafka_settings().security)

    def renew(self, *files: str) -> Certificates:
        """Make an authority and what it has signed; put the named files where the configuration has them, or all."""
        self.number += 1
        made = Certificates(self.folder / f"made-{self.number}")
        made.issue("client")
        made.issue("localhost")
        for name, source in {"ca.pem": "ca.pem", "tls.crt": "client.pem", "tls.key": "client.key"}.items():
            if name in files or not files:
                (self.folder / name).write_bytes((made.folder / source).read_bytes())
        self.made = made
        return made


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


def is_let_in(context: ssl.SSLContext, by: Certificates) -> bool:
    """Shake hands with a server of an authority, which asks for a client's certificate of the same."""
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    asking.load_cert_chain(by.folder / "localhost.pem", by.folder / "localhost.key")
    asking.load_verify_locations(by.ca)
    asking.verify_mode = ssl.CERT_REQUIRED
    asking.maximum_version = ssl.TLSVersion.TLSv1_2  # in 1.3 the client learns of it with its first read
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(back, there, server_hostname="localhost")
    server = asking.wrap_bio(there, back, server_side=True)
    done = set()
    for _ in range(10):
        for side in (client, server):
            try:
                side.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                return False
    return len(done) == 2


def ends(setting: str) -> float | None:
    return REGISTRY.get_sample_value("tocsin_certificate_ends_timestamp_seconds", {"setting": setting})


def test_new_connections_of_the_same_clients_go_by_what_stands_in_the_files_and_trust_the_old_ones_no_more(setup):
    first = setup.made
    followed = Followed(setup.read)
    assert is_let_in(setup.context, first)

    second = setup.renew()
    followed.look()

    assert is_let_in(setup.context, second)
    assert not is_let_in(setup.context, first)
    assert kafka_context(setup.read.configuration.kafka_settings().security) is setup.context


def test_a_key_that_comes_before_its_certificate_changes_nothing_until_both_are_there(setup, capsys):
    first = setup.made
    followed = Followed(setup.read)
    second = setup.renew("tls.key", "ca.pem")
    followed.look()
    assert is_let_in(setup.context, first)

    (setup.folder / "tls.crt").write_bytes((second.folder / "client.pem").read_bytes())
    followed.look()

    assert is_let_in(setup.context, second)


@pytest.mark.parametrize("content", [None, "", "half a certif", "-----BEGIN CERTIFICATE-----\nMIIB"])
def test_what_cannot_be_used_changes_nothing(setup, content):
    followed = Followed(setup.read)
    before = ends("kafka.ssl_certificate")
    (setup.folder / "tls.crt").unlink()
    if content is not None:
        (setup.folder / "tls.crt").write_text(content)

    followed.look()

    assert is_let_in(setup.context, setup.made)
    assert ends("kafka.ssl_certificate") == before


def test_a_second_renewal_is_followed_as_the_first(setup):
    followed = Followed(setup.read)
    for _ in range(2):
        newest = setup.renew()
        followed.look()

    assert is_let_in(setup.context, newest)


def test_the_file_of_the_environment_goes_before_that_of_the_configuration(setup, tmp_path):
    other = tmp_path / "elsewhere.pem"
    other.write_bytes(setup.made.ca.read_bytes())

    read = checked_configuration(setup.path, {"TOCSIN_KAFKA__SSL_KEY_PASSWORD": "x"})
    assert read.kafka_files == {
        "ssl_ca": tmp_path / "ca.pem", "ssl_certificate": tmp_path / "tls.crt", "ssl_key": tmp_path / "tls.key",
    }  # fmt: skip
    setup.path.write_text("kafka: {security_protocol: SSL}\n")
    assert checked_configuration(setup.path, {"TOCSIN_KAFKA__SSL_CA_FILE": str(other)}).kafka_files == {"ssl_ca": other}


def test_how_long_they_last_is_measured_as_they_are_used(setup):
    Followed(setup.read)

    assert ends("kafka.ssl_certificate") is not None
    assert ends("kafka.ssl_ca") is not None
    assert ends("kafka.oauth_ca") is None


@pytest.mark.parametrize(
    ("days", "status", "says"),
    [
        (-1, 1, "kafka.ssl_certificate: the certificate expired on "),
        (5, 0, "5 more days; renew it"),
        (60, 0, "60 more days\n"),
    ],
)
def test_check_says_for_how_many_days_a_certificate_is_good(setup, tmp_path, capsys, days, status, says):
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days, hours=1)
    issued = setup.made.authority.issue_cert("client", not_before=ends - dt.timedelta(days=90), not_after=ends)
    (tmp_path / "tls.crt").write_bytes(issued.cert_chain_pems[0].bytes())
    (tmp_path / "tls.key").write_bytes(issued.private_key_pem.bytes())

    try:
        run_check(setup.path, offline=True)
        told, failed = capsys.readouterr().out, 0
    except AlertsError as error:
        told, failed = str(error), 1

    assert failed == status
    assert says in told

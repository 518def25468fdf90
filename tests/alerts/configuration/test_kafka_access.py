"""How a person says how Kafka lets Tocsin in, and what is refused of it."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from alerts.configuration.configuration import Configuration, load_configuration
from alerts.configuration.doubts import doubts
from alerts.configuration.kafka_access import access_mistakes
from alerts.errors import ConfigurationError
from streams.kafka.security import MECHANISMS, PROTOCOLS, KafkaSecurity
from tests.kafka.certificates import Certificates

SCRAM = {"security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512", "sasl_username": "tocsin"}
TOKEN = {
    "security_protocol": "SASL_SSL",
    "sasl_mechanism": "OAUTHBEARER",
    "oauth_token_url": "https://login.example.org/t",
    "oauth_client_id": "tocsin",
}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Certificates:
    made = Certificates(tmp_path_factory.mktemp("certificates"))
    made.issue("client")
    return made


@pytest.fixture
def write(tmp_path):
    def write_(**kafka: object) -> Path:
        path = Path(tmp_path, "tocsin.yml")
        path.write_text(yaml.safe_dump({"kafka": kafka}))
        return path

    return write_


def security(path: Path, environment: dict[str, str] | None = None) -> KafkaSecurity:
    return load_configuration(path, environment or {}).kafka_settings().security


def mistakes(path: Path, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(path, environment or {})
    return str(caught.value)


def as_people_write(name: str) -> st.SearchStrategy[str]:
    """Give a name in any case, with any of the usual signs between its parts."""
    signs = st.sampled_from(["-", "_", " ", "."])
    cases = st.sampled_from([str.lower, str.upper, str.title])
    return st.tuples(signs, cases).map(lambda how: how[1](name.replace("-", how[0]).replace("_", how[0])))


@given(st.sampled_from(PROTOCOLS).flatmap(lambda name: st.tuples(st.just(name), as_people_write(name))))
def test_a_protocol_is_known_however_it_is_written(pair):
    name, written = pair

    assert Configuration(kafka={"security_protocol": written}).kafka.security_protocol == name


@given(st.sampled_from(MECHANISMS).flatmap(lambda name: st.tuples(st.just(name), as_people_write(name))))
def test_a_mechanism_is_known_however_it_is_written(pair):
    name, written = pair

    assert Configuration(kafka={"sasl_mechanism": written}).kafka.sasl_mechanism == name


@pytest.mark.parametrize(
    "written",
    ["a:9092,b:9092", "a:9092, b:9092", "a:9092 b:9092", "a:9092;b:9092,", ["a:9092,b:9092"], ["a:9092", " b:9092"]],
)
def test_brokers_are_read_however_they_are_listed(write, written):
    assert load_configuration(write(brokers=written), {}).kafka.brokers == ("a:9092", "b:9092")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("SASL_SSL://pkc-1.confluent.cloud:9092", "write pkc-1.confluent.cloud:9092, and security_protocol"),
        ("kafka:9092/", "not an address"),
        ("kafka:http", "not an address"),
        ("kafka:99999", "not an address"),
        (["ok:9092", "https://kafka:9092/"], "write kafka:9092"),
    ],
)
def test_what_is_no_address_is_refused(write, written, told):
    assert told in mistakes(write(brokers=written))


@pytest.mark.parametrize(
    "written", ["[::1]:9092", "::1", "kafka", "10.0.0.7:9092", "b-1.x.kafka.eu.amazonaws.com:9096"]
)
def test_what_is_one_is_taken(write, written):
    assert load_configuration(write(brokers=[written]), {}).kafka.brokers == (written,)


@pytest.mark.parametrize(
    "content",
    [b"horse", b"horse\n", b"horse\r\n", b"\xef\xbb\xbfhorse\n", "horse\r\n".encode("utf-16"), b"\n horse \n"],
)
def test_a_password_stands_in_a_file_as_any_editor_writes_it(write, tmp_path, content):
    (tmp_path / "password").write_bytes(content)
    by_file = {"TOCSIN_KAFKA__SASL_PASSWORD_FILE": "password"}

    assert security(write(**SCRAM, sasl_password_file="password")).password == "horse"
    assert security(write(**SCRAM), by_file).password == "horse"
    assert security(write(**SCRAM), {"TOCSIN_KAFKA__SASL_PASSWORD": "horse"}).password == "horse"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file or directory; name a file that this user may read"),
        (b"", "is empty; put the secret there"),
        (b" \r\n", "is empty; put the secret there"),
        (b"\xe4\xf6\xfc", "not UTF-8 text"),
        (b"\xfe\xed\xfe\xed\x00\x00\x00\x02", "is a Java keystore, but PEM is needed; convert it to PKCS #12"),
        (
            b"\x30\x82\x0a\x3c\x02\x01\x03\x30\x82",
            "is a PKCS #12 keystore, but PEM is needed; openssl pkcs12 -in given",
        ),
        (b"\x30\x80\x02\x01\x03\x30\x80", "is a PKCS #12 keystore"),
        (b"\x30\x82\x03\x0a\x30\x82", "is DER, but PEM is needed; openssl x509 -inform DER -in given"),
        (b"x" * 1_100_000, "larger than a secret can be"),
    ],
)
@pytest.mark.parametrize("where", ["the file", "the environment"])
def test_a_file_that_cannot_be_used_is_refused_with_the_remedy(write, tmp_path, content, told, where):
    if content is not None:
        (tmp_path / "given").write_bytes(content)
    by_variable = where == "the environment"
    path = write(**SCRAM, sasl_password="x", **({} if by_variable else {"ssl_ca_file": "given"}))

    found = mistakes(path, {"TOCSIN_KAFKA__SSL_CA_FILE": "given"} if by_variable else {})

    assert told in found
    assert ("TOCSIN_KAFKA__SSL_CA_FILE" if by_variable else ": kafka.ssl_ca_file: ") in found
    assert len(found.splitlines()) == 1


def test_a_folder_is_no_file(write, tmp_path):
    (tmp_path / "folder").mkdir()

    assert "Is a directory" in mistakes(write(**SCRAM, sasl_password_file="folder"))


def test_a_password_beside_its_own_file_is_refused(write, tmp_path):
    (tmp_path / "password").write_text("horse")

    assert "sasl_password_file and sasl_password are both set; keep one" in mistakes(
        write(**SCRAM, sasl_password="x", sasl_password_file="password")
    )
    both = {"TOCSIN_KAFKA__SASL_PASSWORD": "x", "TOCSIN_KAFKA__SASL_PASSWORD_FILE": "password"}
    assert "TOCSIN_KAFKA__SASL_PASSWORD_FILE" in mistakes(write(**SCRAM), both)


def test_certificate_and_key_come_from_files(write, certificates):
    folder = certificates.folder
    read = security(
        write(
            security_protocol="SSL",
            ssl_ca_file=str(folder / "ca.pem"),
            ssl_certificate_file=str(folder / "client.pem"),
            ssl_key_file=str(folder / "client.key"),
        )
    )

    assert read.described() == "SSL, with a client certificate"
    assert read.key.startswith("-----BEGIN PRIVATE KEY-----")


def test_one_file_may_hold_certificate_and_key(write, certificates):
    both = str(certificates.folder / "client.all.pem")

    assert security(write(security_protocol="SSL", ssl_certificate_file=both)).certificate


def test_a_token_s_settings_are_read(write):
    read = security(
        write(
            **TOKEN,
            oauth_client_secret="horse",
            oauth_extensions={"logicalCluster": "lkc-1"},
            oauth_parameters={"audience": "kafka"},
        ),
        {"TOCSIN_KAFKA__OAUTH_SCOPE": "kafka"},
    )

    assert read.oauth is not None
    assert (read.oauth.scope, read.oauth.extensions, read.oauth.parameters) == (
        "kafka",
        (("logicalCluster", "lkc-1"),),
        (("audience", "kafka"),),
    )
    assert "horse" not in repr(read)


@pytest.mark.parametrize(
    ("kafka", "told"),
    [
        ({**SCRAM}, "kafka.sasl_password: is missing, and SCRAM-SHA-512 needs it; set"),
        ({**SCRAM, "sasl_username": "", "sasl_password": "x"}, "kafka.sasl_username: is missing"),
        ({"security_protocol": "SASL_SSL"}, "kafka.sasl_mechanism: is missing; SASL_SSL needs one of PLAIN"),
        ({"sasl_mechanism": "PLAIN"}, "kafka.sasl_mechanism: would not be used, for security_protocol is PLAINTEXT"),
        ({"sasl_password": "horse"}, "kafka.sasl_password: would not be used"),
        ({"security_protocol": "SSL", "sasl_username": "x"}, "kafka.sasl_username: would not be used"),
        ({"ssl_ca": "x"}, "kafka.ssl_ca: would not be used, for security_protocol is PLAINTEXT; set"),
        ({"ssl_check_hostname": False}, "kafka.ssl_check_hostname: would not be used"),
        ({"security_protocol": "SSL", "ssl_ca": "x"}, "kafka.ssl_ca: holds no certificate in PEM"),
        ({"security_protocol": "SSL", "ssl_key": "x"}, "kafka.ssl_certificate: a key is set, and no certificate"),
        ({"security_protocol": "SSL", "ssl_key_password": "x"}, "kafka.ssl_key_password: is set, but there is no key"),
        ({"security_protocol": "TCP"}, "'TCP' is unknown; write one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL"),
        ({"sasl_mechanism": "SCRAM-SHA-1"}, "'SCRAM-SHA-1' is unknown; write one of PLAIN, SCRAM-SHA-256"),
        ({"sasl_mechanism": "GSSAPI"}, "Kerberos is not supported"),
        ({"sasl_mechanism": "AWS_MSK_IAM"}, "IAM of Amazon MSK is not supported; enable SASL/SCRAM there"),
        (TOKEN, "kafka.oauth_client_secret: is missing, and OAUTHBEARER needs it"),
        ({**TOKEN, "oauth_client_secret": "x", "sasl_username": "y"}, "kafka.sasl_username: is not used with"),
        ({**TOKEN, "oauth_client_secret": "x", "oauth_token_url": "login"}, "kafka.oauth_token_url: must be"),
        ({**TOKEN, "oauth_client_secret": "x", "oauth_ca": "y"}, "kafka.oauth_ca: holds no certificate"),
        ({**TOKEN, "oauth_client_secret": "x", "oauth_extensions": "a"}, "kafka.oauth_extensions: must be name=value"),
        ({**TOKEN, "oauth_client_secret": "x", "oauth_extensions": {"auth": "y"}}, "kafka.oauth_extensions: auth:"),
        ({**SCRAM, "sasl_password": "x", "oauth_scope": "y"}, "kafka.oauth_scope: is only used with"),
    ],
)
def test_what_does_not_go_together_is_refused_at_its_place(write, kafka, told):
    found = mistakes(write(**kafka))

    assert told in found
    assert len(found.splitlines()) == 1
    assert "horse" not in found


def test_what_is_dangerous_is_noted():
    def notes(*brokers: str, **kafka: object) -> list[str]:
        configuration = Configuration(kafka={"brokers": brokers, **kafka})
        assert not list(access_mistakes(configuration.kafka))
        return [what for where, what in doubts(configuration) if where[0] == "kafka"]

    plain = {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "sasl_username": "a",
        "sasl_password": "b",
    }
    [told] = notes("localhost:9092", "kafka.example.org:9092", **plain)
    assert "the password goes to kafka.example.org:9092 unencrypted" in told
    assert notes("localhost:9092", "kafka:9092", "10.0.0.7:9092", **plain) == []
    [told] = notes("kafka.example.org:9092", security_protocol="SSL", ssl_check_hostname=False)
    assert "can pose as your Kafka" in told
    secret = {**TOKEN, "oauth_client_secret": "x"}
    [told] = notes("kafka.example.org:9092", **{**secret, "oauth_token_url": "http://login.example.org/t"})
    assert "the client's secret goes to login.example.org unencrypted" in told
    assert notes("kafka.example.org:9092", **secret) == []

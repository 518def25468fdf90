"""Certificates and keys in the forms in which people have them."""

import ssl
from collections.abc import Callable

import pytest

from streams.kafka.access.tls import TlsError, client_context
from tests.kafka.certificates import Certificates


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    certificates = Certificates(tmp_path_factory.mktemp("certificates"))
    certificates.issue("client")
    certificates.issue("other")
    certificates.issue("locked", password="horse")

    def read(name: str) -> str:
        return (certificates.folder / name).read_text()

    return read


Read = Callable[[str], str]


def indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


@pytest.mark.parametrize(
    "written",
    [
        str,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.strip().replace("\n", "\\n"),
        indented,
        lambda text: f"# Müller's own authority\nsubject=CN = x\n{text}\n\n",
        lambda text: text + text.replace("\n", "\r\n"),
    ],
    ids=["plain", "Windows", "in a variable", "indented", "with a comment", "twice"],
)
def test_certificates_are_read_however_they_are_written(made, written):
    context = client_context(written(made("ca.pem")), written(made("client.pem")), written(made("client.key")))

    assert context.cert_store_stats()["x509_ca"] == 1
    assert context.verify_mode == ssl.CERT_REQUIRED


def test_all_certificates_of_a_bundle_are_trusted(made, tmp_path):
    other = Certificates(tmp_path).ca.read_text()

    assert client_context(made("ca.pem") + other).cert_store_stats()["x509"] == 2


def test_without_a_ca_what_the_system_trusts_is_trusted():
    assert client_context().check_hostname


def test_names_are_checked_unless_said_otherwise(made):
    assert client_context(made("ca.pem")).check_hostname
    relaxed = client_context(made("ca.pem"), check_hostname=False)
    assert not relaxed.check_hostname
    assert relaxed.verify_mode == ssl.CERT_REQUIRED


def test_a_key_may_stand_with_its_certificate(made):
    client_context(certificate=made("client.all.pem"))
    client_context(certificate=made("client.pem"), key=made("client.all.pem"))


def test_an_encrypted_key_is_opened_by_its_password(made):
    client_context(certificate=made("locked.pem"), key=made("locked.key"), key_password="horse")


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        (lambda _: {"ca": "nonsense"}, "ca", "no certificate in PEM"),
        (lambda read: {"ca": read("client.key")}, "ca", "what stands there is a private key"),
        (lambda read: {"ca": read("ca.pem")[:-20]}, "ca", "was it cut?"),
        (lambda _: {"ca": "/run/secrets/ca.pem"}, "ca", "append _file to the setting's name"),
        (lambda read: {"ca": read("ca.pem").replace("MII", "MIX", 1)}, "ca", "the certificate is damaged"),
        (
            lambda read: {"ca": read("ca.pem") + read("client.pem").replace("MII", "MIX", 1)},
            "ca",
            "certificate 2 of 2 is damaged",
        ),
        (lambda read: {"certificate": read("client.pem")}, "key", "the certificate has no key"),
        (lambda read: {"key": read("client.key")}, "certificate", "no certificate to go with it"),
        (
            lambda read: {"certificate": read("client.key"), "key": read("client.pem")},
            "certificate",
            "are certificate and key exchanged?",
        ),
        (lambda read: {"certificate": read("client.pem"), "key": read("other.key")}, "key", "not the key of"),
        (lambda read: {"certificate": read("client.pem"), "key": "nonsense"}, "key", "no private key in PEM"),
        (lambda read: {"certificate": read("locked.pem"), "key": read("locked.key")}, "key", "is encrypted"),
        (
            lambda read: {"certificate": read("locked.pem"), "key": read("locked.key"), "key_password": "wrong"},
            "key_password",
            "does not open the key",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(made, given, field, told):
    with pytest.raises(TlsError, match=told.replace("?", r"\?")) as caught:
        client_context(**given(made))

    assert caught.value.field == field
    assert "PRIVATE KEY" not in str(caught.value).replace("-----BEGIN PRIVATE KEY-----", "")

"""From when until when certificates are good."""

import base64
import datetime as dt

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.wording.moments import utc
from streams.kafka.access.certificate_dates import lives
from tests.kafka.certificates import LONG_AGO, Certificates

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
YEAR_D = 365


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


def days(pem: str) -> list[tuple[str, str]]:
    return [(f"{utc(life.begins):%Y-%m-%d}", f"{utc(life.ends):%Y-%m-%d}") for life in lives(pem)]


def test_a_certificate_tells_from_when_until_when(made):
    made.issue("old", expired=True)

    assert days((made.folder / "old.pem").read_text()) == [("2020-01-01", "2020-01-02")]


@settings(max_examples=25)
@given(
    begins=st.integers(-18 * YEAR_D, 230 * YEAR_D).map(lambda day: EPOCH + dt.timedelta(days=day, seconds=7)),
    days_long=st.integers(1, 40_000),
)
def test_whatever_the_century_it_is_what_the_library_reads(made, begins, days_long):
    ends = begins + dt.timedelta(days=days_long)
    issued = made.authority.issue_cert("localhost", not_before=begins, not_after=ends)
    pem = issued.cert_chain_pems[0].bytes()
    read = x509.load_pem_x509_certificate(pem)

    (life,) = lives(pem.decode())

    assert life.begins == read.not_valid_before_utc.timestamp()
    assert life.ends == read.not_valid_after_utc.timestamp()


def test_each_of_a_bundle_is_told_in_its_order_with_what_stands_between(made):
    made.issue("one", expired=True)
    bundle = f"subject=CN = x\n{(made.folder / 'one.all.pem').read_text()}\n{made.ca.read_text()}"

    first, second = lives(bundle)

    assert first.ends == (LONG_AGO + dt.timedelta(days=1)).timestamp()
    assert second.ends > first.ends


@given(st.binary(max_size=200))
def test_what_is_no_certificate_is_passed_over(data):
    body = base64.encodebytes(data).decode()

    lives(f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")

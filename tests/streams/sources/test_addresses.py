"""Which addresses are private, and how an address is told."""

import pytest

from streams.sources.addresses import is_private, shown


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "100.64.1.1",
     "192.0.2.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fc00::1", "fe80::1", "fe80::1%eth0", "ff02::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1"],
)  # fmt: skip
def test_what_is_not_of_the_open_internet_is_private_however_it_is_written(address):
    assert is_private(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_the_open_internet_is_not_private(address):
    assert not is_private(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://user:secret@a.example/path?token=secret#secret",
        "https://a.example/?secret",
        "https://a.example:x/secret",
    ],
)
def test_an_address_is_shown_without_its_secrets(url):
    assert "secret" not in shown(url).replace("/secret", "")
    assert "secret" not in shown("https://[::1]:8080/?secret")

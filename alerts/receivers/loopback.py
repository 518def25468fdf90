"""Whether an address is on this machine, where no proxy can lead."""

import ipaddress
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine.

    Examples
    --------
    >>> is_loopback("http://127.0.0.1:8025/"), is_loopback("http://localhost/"), is_loopback("https://slack.com/api/")
    (True, True, False)
    """
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""Which addresses a source may be led to, and how an address is told to people. Pure."""

import ipaddress
from urllib.parse import urlsplit, urlunsplit

_SHARED = ipaddress.ip_network("100.64.0.0/10")


def is_private(address: str) -> bool:
    """Whether an IP address is none of the open internet: private, of this machine, of the local link, reserved.

    Parameters
    ----------
    address
        Of either family; IPv6 may carry an IPv4 address or a zone.

    Examples
    --------
    >>> [is_private(a) for a in ("10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1%eth0")]
    [True, True, True, True, True, True]
    >>> is_private("93.184.216.34"), is_private("2606:2800:220:1::1")
    (False, False)
    """
    ip = _ip(address)
    return not ip.is_global or ip.is_multicast or (ip.version == 4 and ip in _SHARED)


def is_link_local(address: str) -> bool:
    """Whether an IP address is of the local link, where clouds keep what their machines may know of themselves.

    Examples
    --------
    >>> is_link_local("169.254.169.254"), is_link_local("10.0.0.1")
    (True, False)
    """
    return _ip(address).is_link_local


def is_literal(host: str) -> bool:
    """Whether a host is written as an IP address.

    Examples
    --------
    >>> is_literal("127.0.0.1"), is_literal("::1"), is_literal("localhost")
    (True, True, False)
    """
    try:
        _ip(host)
    except ValueError:
        return False
    return True


def shown(url: str) -> str:
    """Return an address for logs and messages: without password, query and fragment, which may be secrets.

    Examples
    --------
    >>> shown("https://me:pw@feeds.example.org/a?key=secret")
    'https://feeds.example.org/a?…'
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(an address that cannot be read)"
    netloc = f"[{host}]{port}" if ":" in host else f"{host}{port}"
    return urlunsplit((parts.scheme, netloc, parts.path, "…" if parts.query else "", ""))


def _ip(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0].strip("[]"))
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or _nat64(ip)
        return inner or ip
    return ip


def _nat64(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address within one of the well-known prefix of NAT64."""
    is_inside = ip in ipaddress.ip_network("64:ff9b::/96")
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if is_inside else None

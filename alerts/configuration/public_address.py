"""The base of the links that are sent out."""

from urllib.parse import urlsplit

_SUCH = "such as https://tocsin.example.org"


def public_address(value: str) -> str:
    """Return the address as it stands.

    Raises
    ------
    ValueError
        If it cannot be the base of links.
    """
    shown = repr(value[:60])
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"must be a web address, {_SUCH}; it is {shown}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"must be a web address that begins with https://, {_SUCH}; it is {shown}")
    if value != value.strip() or any(sign.isspace() for sign in value):
        raise ValueError(f"must not contain spaces; it is {shown}")
    if "@" in parts.netloc:
        raise ValueError(f"must not contain a user or password, which every link would show; write it {_SUCH}")
    if parts.query or parts.fragment:
        raise ValueError(f"must end before any ? or #, {_SUCH}; it is {shown}")
    return value

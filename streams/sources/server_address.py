"""The address of a server, as a configuration states it. Pure."""

import re
from urllib.parse import urlsplit


def server_address(value: str) -> str:
    """Return a server's address without a path.

    Raises
    ------
    ValueError
        Where it is none; the message says what it must be.

    Examples
    --------
    >>> server_address("mastodon.example"), server_address("http://127.0.0.1:8080/")
    ('https://mastodon.example', 'http://127.0.0.1:8080')
    """
    stated = value if "://" in value else f"https://{value}"
    try:
        parts = urlsplit(stated)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", stated):
        raise ValueError(f"must be a server, such as mastodon.example, or its https:// address; it is {value[:80]!r}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no name and password: a token lets Tocsin in")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"must be a server without a path, such as {host}; the feed is named by `feed`")
    return f"{parts.scheme}://{parts.netloc}"

"""The address of a server, as a configuration states it. Pure."""

import re
from urllib.parse import urlsplit


def server_address(value: str, *, example: str = "mastodon.example", path_is: str = "") -> str:
    """Return a server's address without a path.

    Parameters
    ----------
    example
        A host of the kind that is asked for, for the message.
    path_is
        What says instead what a path would, for the message; empty where nothing does.

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
        raise ValueError(f"must be a server, such as {example}, or its https:// address; it is {value[:80]!r}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no name and password: what lets Tocsin in has a setting of its own")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"must be a server without a path, such as {host}{path_is and f'; {path_is}'}")
    return f"{parts.scheme}://{parts.netloc}"

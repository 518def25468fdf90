"""Whose certificates are trusted."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Return the authorities that certifi lists, or those that SSL_CERT_FILE or SSL_CERT_DIR names.

    A client that is given none reads them anew, which takes tens of milliseconds: longer than what it then asks.
    """
    return httpx.create_ssl_context()

"""``/.well-known/security.txt``: where to report a vulnerability.

References
----------
[^1]: RFC 9116.
"""

from datetime import UTC, datetime, timedelta

from aiohttp import web

from alerts.web.dependencies import DEPENDENCIES

_HOLDS = timedelta(days=180)
"""It must state its expiry, less than a year ahead; it is generated for each request."""


async def get_security_txt(request: web.Request) -> web.Response:
    """Return the contact that is configured; 404 without one."""
    parts = request.app[DEPENDENCIES]
    if not parts.security_contact:
        raise web.HTTPNotFound
    until = datetime.fromtimestamp(parts.clock(), UTC) + _HOLDS
    lines = [
        f"Contact: {parts.security_contact}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {parts.signer.public_url}/.well-known/security.txt",
    ]
    return web.Response(text="\n".join(lines) + "\n", content_type="text/plain", charset="utf-8")

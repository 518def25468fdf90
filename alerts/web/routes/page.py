"""``GET /i/{token}``: the page of an incident. Mail scanners and chat previews open it: it changes nothing."""

from urllib.parse import urlsplit

from aiohttp import web

from alerts.errors import LinkError
from alerts.incident import Incident
from alerts.links import LinkClaims, require_current
from alerts.web.pages import Form, Notice, incident_page, plain_page
from alerts.web.parts import PARTS, Parts
from alerts.web.refusals import refuse

COOKIE = "tocsin"
_COOKIE_S = 30 * 86400


async def get_page(request: web.Request) -> web.Response:
    """Show the incident that a link names."""
    parts = request.app[PARTS]
    try:
        claims = parts.signer.read(request.match_info["token"])
        incident = find(parts, claims)
    except LinkError as error:
        return refuse(error)
    if incident is None:
        return still_starting()
    return shown(request, claims, incident)


def find(parts: Parts, claims: LinkClaims) -> Incident | None:
    """Return the incident of a link; ``None`` while the store is still reading.

    Raises
    ------
    LinkError
        With the reason ``revoked``, ``forged`` or ``unknown``.
    """
    incident = parts.store.get(claims.incident)
    if incident is not None:
        require_current(claims, incident)
    elif not parts.store.missing():
        raise LinkError("unknown", "No incident of that name is kept.")
    return incident


def still_starting() -> web.Response:
    """Say that it will be there in a moment."""
    response = plain_page(
        "One moment, please",
        "Tocsin is just starting and has not read this incident yet. Load this page again in a few seconds.",
        "If it is urgent, call the person on duty.",
        status=503,
    )
    response.headers["Retry-After"] = "5"
    return response


def shown(
    request: web.Request,
    claims: LinkClaims,
    incident: Incident,
    *,
    notice: Notice | None = None,
    name: str = "",
    note: str = "",
    status: int = 200,
) -> web.Response:
    """Return the page with a fresh nonce, bound to the browser's cookie, which is set where it has none."""
    parts = request.app[PARTS]
    kept = request.cookies.get(COOKIE, "")
    cookie = kept or parts.nonces.new_cookie()
    response = incident_page(
        incident,
        claims,
        Form(nonce=parts.nonces.issue(cookie, claims.identity), name=name, note=note),
        now=parts.clock(),
        expires_at=claims.issued_at + parts.signer.ttl_s,
        notice=notice,
        status=status,
    )
    if not kept:
        response.set_cookie(
            COOKIE,
            cookie,
            path=f"{urlsplit(parts.signer.public_url).path}/i/",
            max_age=_COOKIE_S,
            httponly=True,
            samesite="Strict",
            secure=parts.signer.public_url.startswith("https:"),
        )
    return response

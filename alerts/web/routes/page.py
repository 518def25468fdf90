"""``GET /i/{token}``: the page of an incident. Mail scanners and chat previews open it: it changes nothing."""

from collections.abc import Mapping

from aiohttp import web

from alerts.errors import LinkError
from alerts.incidents.incident import Incident
from alerts.presentation.shown import shown as presentable
from alerts.web.answers import answer_to, trace_of
from alerts.web.dependencies import DEPENDENCIES, Dependencies
from alerts.web.links import LinkClaims, require_current
from alerts.web.pages import Form, incident_page, plain_page
from alerts.web.refusals import refuse, withdrawn
from alerts.web.typed import Typed, typed_before
from alerts.wording.moments import Times

COOKIE = "tocsin"
_COOKIE_S = 30 * 86400


async def get_page(request: web.Request) -> web.Response:
    """Show the incident that a link names, and first what became of a press that led here."""
    parts = request.app[DEPENDENCIES]
    try:
        claims = parts.signer.read(request.match_info["token"])
    except LinkError as error:
        return refuse(error)
    try:
        incident = find(parts, claims)
    except LinkError as error:
        return withdrawn() if _has_withdrawn(request, parts, claims) else refuse(error)
    if incident is None:
        return still_starting()
    return shown(request, claims, incident, request.query)


def _has_withdrawn(request: web.Request, parts: Dependencies, claims: LinkClaims) -> bool:
    """Whether the visitor has just withdrawn the links, this one too."""
    incident = parts.store.get(claims.incident)
    trace = None if incident is None else trace_of(incident, request.query.get("answer", ""))
    return trace is not None and trace.type == "links_revoked" and trace.link == claims.identity


def find(parts: Dependencies, claims: LinkClaims) -> Incident | None:
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


def shown(request: web.Request, claims: LinkClaims, incident: Incident, answer: Mapping[str, str]) -> web.Response:
    """Return the page with a fresh form token, bound to the browser's cookie, which is set where it has none.

    ``answer`` is the page's query: what became of a press.
    """
    parts = request.app[DEPENDENCIES]
    kept = request.cookies.get(COOKIE, "")
    cookie = kept or parts.form_tokens.new_cookie()
    now, times = parts.clock(), Times(parts.zones.of(claims.recipient, claims.brand) or "UTC", marked=True)
    notice = answer_to(answer, presentable(incident), now, times)
    typed = typed_before(request, claims) if notice is not None else Typed()
    response = incident_page(
        incident,
        claims,
        Form(form_token=parts.form_tokens.issue(cookie, claims.identity), name=typed.name, note=typed.note),
        now=now,
        times=times,
        expires_at=claims.issued_at + parts.signer.ttl_s,
        notice=notice,
    )
    if not kept:
        parts.set_cookie(response, COOKIE, cookie, max_age=_COOKIE_S)
    return response

"""``POST /i/{token}``: somebody pressed a button. Needs the form's nonce, the cookie, and a name that was typed."""

from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from msgspec import Struct

from alerts import metrics
from alerts.errors import LinkError
from alerts.foreign_text import plain
from alerts.incident import Change, Incident
from alerts.links import LinkClaims
from alerts.nonce import Nonce
from alerts.receivers import wording
from alerts.web.actions import ACTIONS, MARKS, Action, command_for, post_of
from alerts.web.bodies import BodyRefusedError
from alerts.web.pages import Notice, plain_page
from alerts.web.parts import PARTS, Parts
from alerts.web.refusals import refuse, withdrawn
from alerts.web.routes.page import COOKIE, find, shown, still_starting
from alerts.web.view import NAME_LENGTH, NOTE_LENGTH, told
from detectors.errors import TocsinError

FORM_BYTES = 16 * 1024
"""Name and note at their longest, percent-encoded, come to 5 kB."""
FORM_FIELDS = 20

_AGAIN = {
    "no_cookie": "Your browser sent no cookie, so this cannot be told from a machine. Allow cookies for this page, then press again.",  # noqa: E501
    "nonce": "This page was open in another window, or for an earlier visit. Please press once more.",
    "nonce_expired": "This page was open for a long time. Look at it again, then press once more.",
    "other_link": "That form belongs to another message. Please press once more.",
}
_NOT_SENT = "Tocsin could not pass this on just now. Press again in a moment; if it is urgent, call the person on duty."

_log = structlog.get_logger("tocsin.web")


class _Pressed(Struct, frozen=True, kw_only=True):
    """What the form said."""

    action: str
    post: str
    name: str
    note: str
    nonce: str
    confirmed: str


async def post_press(request: web.Request) -> web.Response:
    """Carry a press to the topic ``commands``, and show what came of it."""
    parts = request.app[PARTS]
    try:
        claims = parts.signer.read(request.match_info["token"])
        parts.limit.count(claims.identity)
        incident = find(parts, claims)
        async with parts.bodies.read(request, FORM_BYTES) as body:
            pressed = _form(body)
    except LinkError as error:
        return _with_retry(refuse(error))
    except BodyRefusedError as error:
        return _not_read(error)
    if incident is None:
        return still_starting()
    try:
        nonce = parts.nonces.check(pressed.nonce, request.cookies.get(COOKIE, ""), claims.identity)
    except LinkError as error:
        metrics.LINKS_REFUSED.labels(error.reason).inc()
        notice = Notice(text=_AGAIN[error.reason], mood="wrong")
        return shown(request, claims, incident, notice=notice, name=pressed.name, note=pressed.note, status=403)
    # Also what the page no longer offers: whoever comes too late is told so, and it stands in the story.
    action = ACTIONS.get(pressed.action)
    wrong = _wrong(pressed, action)
    if action is None or wrong is not None:
        return shown(request, claims, incident, notice=wrong, name=pressed.name, note=pressed.note, status=422)
    return await _carry_out(request, parts, claims, incident, pressed=pressed, action=action, nonce=nonce)


async def _carry_out(
    request: web.Request,
    parts: Parts,
    claims: LinkClaims,
    incident: Incident,
    *,
    pressed: _Pressed,
    action: Action,
    nonce: Nonce,
) -> web.Response:
    is_first = parts.nonces.spend(nonce)
    if is_first:
        command = command_for(
            action,
            incident,
            command_id=nonce.command_id,
            by=pressed.name,
            note=pressed.note,
            link=claims.identity,
            now=parts.clock(),
            post=post_of(incident, pressed.post) if action.name in MARKS else "",
        )
        try:
            await parts.send_command(command)
        except TocsinError as error:
            metrics.ERRORS.labels("web_command").inc()
            _log.warning("a command could not be sent", command=command.id, type=command.type, error=str(error))
            notice = Notice(text=_NOT_SENT, mood="wrong")
            return shown(request, claims, incident, notice=notice, name=pressed.name, note=pressed.note, status=503)
    else:
        metrics.LINKS_REFUSED.labels("replayed").inc()
    changed = await parts.store.wait_for(incident.id, lambda state: _trace(state, nonce) is not None, parts.wait_s)
    newest = changed or parts.store.get(incident.id) or incident
    if not is_first:
        notice = Notice(text="This was sent before; nothing was done twice. Below is how things stand.", mood="waiting")
        return shown(request, claims, newest, notice=notice, status=409)
    if changed is None:
        text = "On its way, but not confirmed yet. If it does not show within a minute, call the person on duty."
        return shown(request, claims, newest, notice=Notice(text=text, mood="waiting"), status=202)
    trace = _trace(changed, nonce)
    assert trace is not None
    if trace.type == "links_revoked":
        return withdrawn()
    # Who marks one post may mark the next, and has typed the name already.
    name = pressed.name if action.name in MARKS else ""
    return shown(request, claims, changed, notice=_outcome(changed, trace), name=name)


def _trace(incident: Incident, nonce: Nonce) -> Change | None:
    """Return the first change that the press caused: every command leaves one."""
    return next((change for change in incident.changes if change.cause == nonce.command_id), None)


def _outcome(incident: Incident, trace: Change) -> Notice:
    if trace.type == "acknowledged":
        return Notice(text=f"You have it, {trace.by}. Everybody who was told hears that.")
    if trace.type == "note" and incident.status == "acknowledged" and incident.acknowledged_by != trace.by:
        return Notice(text=f"{incident.acknowledged_by} was first. {plain(wording.holder(incident))}", mood="waiting")
    return Notice(text=f"Done. {told(trace, incident)}")


def _wrong(pressed: _Pressed, action: Action | None) -> Notice | None:
    if len(pressed.name) < 2 or not any(char.isalpha() for char in pressed.name):
        field = "mark-name" if pressed.action in MARKS else "name"
        return Notice(
            text="Type your name or initials, two letters at least: the others see it.", mood="wrong", field=field
        )
    if action is None:
        return Notice(text="Press one of the buttons below.", mood="wrong")
    if action.needs_note and len(pressed.note) < 3:
        return Notice(
            text="Say in a few words why it is none: the detector learns from it.", mood="wrong", field="note"
        )
    if action.confirmation and pressed.confirmed != action.name:
        return Notice(
            text=f"Tick the box first, if you mean it: {action.confirmation}.", mood="wrong", field="confirmed"
        )
    return None


def _not_read(error: BodyRefusedError) -> web.Response:
    if error.status == 413:
        return refuse(LinkError("too_large", "The form is larger than any of ours."))
    response = plain_page(
        "That did not reach us",
        "Nothing was changed. Go back and press once more.",
        "If it is urgent, call the person on duty.",
        status=error.status,
    )
    response.headers.update(error.headers)
    return response


def _form(body: bytes) -> _Pressed:
    """Read the form, strictly: one small text.

    Raises
    ------
    LinkError
        With the reason ``too_large``.
    """
    try:
        fields = dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=FORM_FIELDS, errors="replace"))
    except ValueError as error:
        raise LinkError("too_large", "The form has more fields than any of ours.") from error
    action, _, post = fields.get("action", "").partition(".")
    return _Pressed(
        action=action,
        post=post,
        name=plain(fields.get("name", ""), NAME_LENGTH),
        note=plain(fields.get("note", ""), NOTE_LENGTH),
        nonce=fields.get("nonce", ""),
        confirmed=fields.get("confirmed", ""),
    )


def _with_retry(response: web.Response) -> web.Response:
    if response.status == 429:
        response.headers["Retry-After"] = "60"
    return response

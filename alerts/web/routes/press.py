"""``POST /i/{token}``: somebody pressed a button. Needs the form's token, the cookie, and a name that was typed."""

from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from msgspec import Struct

from alerts.errors import LinkError
from alerts.health import metrics
from alerts.incidents.incident import Incident
from alerts.web.actions import ACTIONS, MARKS, RESOLVE, command_for, post_of
from alerts.web.answers import address, answer_query, trace_of, wrong
from alerts.web.bodies import BodyRefusedError
from alerts.web.dependencies import DEPENDENCIES
from alerts.web.form_token import FormToken
from alerts.web.links import LinkClaims
from alerts.web.pages import plain_page
from alerts.web.refusals import refuse
from alerts.web.routes.page import COOKIE, find, shown, still_starting
from alerts.web.typed import forget_typed, keep_typed
from alerts.web.view import NAME_LENGTH, NOTE_LENGTH
from alerts.wording.foreign_text import sanitise
from detectors.errors import TocsinError

FORM_BYTES = 16 * 1024
"""Name and note at their longest, percent-encoded, come to 5 kB."""
FORM_FIELDS = 20

_log = structlog.get_logger("tocsin.web")


class _Pressed(Struct, frozen=True, kw_only=True):
    """What the form said."""

    action: str
    post: str
    name: str
    note: str
    form_token: str
    confirmed: str


async def post_press(request: web.Request) -> web.Response:
    """Carry a press to the topic ``commands``, and lead back to the page, which says what came of it."""
    parts = request.app[DEPENDENCIES]
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
        form_token = parts.form_tokens.check(pressed.form_token, request.cookies.get(COOKIE, ""), claims.identity)
    except LinkError as error:
        metrics.LINKS_REFUSED.labels(error.reason).inc()
        return _answered(request, claims, pressed, error.reason)
    if what := wrong(pressed.action, pressed.name, pressed.note, pressed.confirmed):
        return _answered(request, claims, pressed, what)
    # Also what the page no longer offers: whoever comes too late is told so, and it stands in the story.
    return await _carry_out(request, claims, incident, pressed=pressed, form_token=form_token)


async def _carry_out(
    request: web.Request, claims: LinkClaims, incident: Incident, *, pressed: _Pressed, form_token: FormToken
) -> web.Response:
    parts, action = request.app[DEPENDENCIES], ACTIONS[pressed.action]
    is_first = parts.form_tokens.spend(form_token)
    if is_first:
        command = command_for(
            action,
            incident,
            command_id=form_token.command_id,
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
            _log.warning("cannot send command", command=command.id, type=command.type, error=str(error))
            return _answered(request, claims, pressed, "not_sent")
    else:
        metrics.LINKS_REFUSED.labels("replayed").inc()
    changed = await parts.store.wait_for(
        incident.id, lambda state: trace_of(state, form_token.command_id) is not None, parts.wait_s
    )
    trace = None if changed is None else trace_of(changed, form_token.command_id)
    if not is_first and (trace is None or (trace.asked, trace.by) != (action.command, pressed.name)):
        return _answered(request, claims, pressed, "again")
    return _answered(request, claims, pressed, form_token.command_id)


def _answered(request: web.Request, claims: LinkClaims, pressed: _Pressed, answer: str) -> web.Response:
    """Redirect to the page, whose address selects the answer to show: a reload sends nothing again."""
    parts = request.app[DEPENDENCIES]
    is_sent = answer.startswith("c-")
    is_mark = pressed.action in MARKS
    asked = answer_query(answer, at=parts.clock() if is_sent else None, post=pressed.post if is_mark else "")
    if parts.stopping and (incident := parts.store.get(claims.incident)) is not None:
        # Nobody may be there to ask for the page: it is the answer itself.
        return shown(request, claims, incident, asked)
    response = web.Response(status=303, headers={"Location": address(asked)})
    if (not is_sent or is_mark or pressed.action == RESOLVE.name) and answer != "again":
        # Whoever marks one post may mark the next, and whoever closes it by mistake opens it with one more press; what
        # was typed for nothing has not to be typed again.
        keep_typed(response, parts, claims, pressed.name, "" if is_sent else pressed.note)
    else:
        forget_typed(response, parts)
    return response


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
        name=sanitise(fields.get("name", ""), NAME_LENGTH),
        note=sanitise(fields.get("note", ""), NOTE_LENGTH),
        form_token=fields.get("nonce", ""),
        confirmed=fields.get("confirmed", ""),
    )


def _with_retry(response: web.Response) -> web.Response:
    if response.status == 429:
        response.headers["Retry-After"] = "60"
    return response

"""What a person reads after a press: pure, from the answer that the address names and the incident as it stands.

A press is answered by a redirection to the page, whose address says what became of it: a reload then asks for
the page again, and never whether to send the form again.
"""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode

from msgspec import Struct

from alerts.incidents.incident import Change, Incident
from alerts.presentation import sentences, story
from alerts.web.actions import ACTIONS, MARKS, REVOKE_LINKS
from alerts.wording.moments import IN_UTC, Times

CONFIRMED_WITHIN_S = 60.0
"""A worker answers in well under a second: what is not in the story by then may be lost."""
SHOWN_FOR_S = 900.0
"""An answer older than this is history, and stands in the story: the page may be reloaded a day later."""
_LONGEST = 80

Mood = Literal["good", "wrong", "waiting"]


class Notice(Struct, frozen=True, kw_only=True):
    """What became of what the person did.

    Parameters
    ----------
    field
        The form's field to correct.
    post
        Key of the post beside which it was pressed.
    status
        HTTP status of the page that says so.
    """

    text: str
    mood: Mood = "good"
    field: str = ""
    post: str = ""
    status: int = 200


_NAME = "Type your name or initials, two letters at least: the others see it."
_WRONG: dict[str, Notice] = {
    "name": Notice(text=_NAME, mood="wrong", field="name", status=422),
    "mark-name": Notice(text=_NAME, mood="wrong", field="mark-name", status=422),
    "note": Notice(
        text="Say in a few words why it is not a crisis: Tocsin learns from it.", mood="wrong", field="note", status=422
    ),
    "confirmed": Notice(
        text=f"Tick the box first, if you mean it: {REVOKE_LINKS.confirmation}.",
        mood="wrong",
        field="confirmed",
        status=422,
    ),
    "button": Notice(text="Press one of the buttons below.", mood="wrong", status=422),
    "no_cookie": Notice(
        text="Your browser sent no cookie, so Tocsin cannot tell you from a machine. Allow cookies for this page, then press again.",  # noqa: E501
        mood="wrong",
        status=403,
    ),
    "nonce": Notice(
        text="This page was open in another window, or for an earlier visit. Please press once more.",
        mood="wrong",
        status=403,
    ),
    "nonce_expired": Notice(
        text="This page was open for a long time. Look at it again, then press once more.", mood="wrong", status=403
    ),
    "other_link": Notice(
        text="That form belongs to another message. Please press once more.", mood="wrong", status=403
    ),
    "not_sent": Notice(
        text="Tocsin could not pass this on just now. Press again in a moment; if it is urgent, call the person on duty.",  # noqa: E501
        mood="wrong",
        status=503,
    ),
    "again": Notice(
        text="This form had been sent before, so this press did nothing. Below is how things stand; press again if it is still needed.",  # noqa: E501
        mood="waiting",
        status=409,
    ),
}
_FIELD_IDS = {"confirmed": f"confirm-{REVOKE_LINKS.name}"}


def answer_query(answer: str, *, at: float | None = None, post: str = "") -> dict[str, str]:
    """Return the query of the page that answers a press.

    Parameters
    ----------
    answer
        The identity of the command that was sent, or what kept it from being sent.
    at
        When it was sent, epoch seconds.
    post
        Key of the post beside which it was pressed.
    """
    return {"answer": answer} | ({} if at is None else {"at": str(int(at))}) | ({"post": post} if post else {})


def address(query: Mapping[str, str]) -> str:
    """Return the address of the answer to a button, relative to the page; its fragment is the part to scroll to.

    Examples
    --------
    >>> address({"answer": "note"}), address({"answer": "c-1", "at": "1752588120"})
    ('?answer=note#note', '?answer=c-1&at=1752588120#answer')
    """
    field = _WRONG[query["answer"]].field if query["answer"] in _WRONG else ""
    return f"?{urlencode(query)}#{_FIELD_IDS.get(field, field) or 'answer'}"


def answer_to(query: Mapping[str, str], incident: Incident, now: float, times: Times = IN_UTC) -> Notice | None:
    """Return what the page says first, by its address; nothing where nobody has just pressed."""
    asked = query.get("answer", "")[:_LONGEST]
    if asked in _WRONG:
        return _WRONG[asked]
    if not asked.startswith("c-"):
        return None
    post = query.get("post", "")[:_LONGEST]
    trace = trace_of(incident, asked)
    if trace is None:
        return _unconfirmed(query.get("at", ""), now, post)
    if now - trace.at > SHOWN_FOR_S:
        return None
    return _outcome(incident, trace, now, post, times)


def trace_of(incident: Incident, command: str) -> Change | None:
    """Return the first change that a command caused: every command leaves one."""
    return next((change for change in incident.changes if change.cause == command), None)


def wrong(pressed_action: str, name: str, note: str, confirmed: str) -> str:
    """Return what keeps a form from being sent, or nothing."""
    action = ACTIONS.get(pressed_action)
    if len(name) < 2 or not any(char.isalpha() for char in name):
        return "mark-name" if pressed_action in MARKS else "name"
    if action is None:
        return "button"
    if action.needs_note and len(note) < 3:
        return "note"
    if action.confirmation and confirmed != action.name:
        return "confirmed"
    return ""


def _unconfirmed(at: str, now: float, post: str) -> Notice:
    if at.isdigit() and len(at) <= 12 and now - int(at) <= CONFIRMED_WITHIN_S:
        text = "On its way, but not confirmed yet. If it is not below within a minute, call the person on duty."
        return Notice(text=text, mood="waiting", post=post, status=202)
    text = (
        "There is no trace of your press in the story below. See how things stand, and press again if it is still "
        "needed; if it is urgent, call the person on duty."
    )
    return Notice(text=text, mood="wrong", post=post)


def _outcome(incident: Incident, trace: Change, now: float, post: str, times: Times) -> Notice:
    if trace.type == "acknowledged":
        return Notice(text=f"You have it, {trace.by}. Everyone notified will see that.")
    if trace.type == "note":
        return _noted(incident, trace, post, times)
    text = f"Done. {story.described(trace, incident, times)}"
    if trace.type == "false_alarm_revoked":
        back = any(change.type == "reopened" and change.cause == trace.cause for change in incident.changes)
        text += " It is open again, and everyone notified will see that." if back else " It stays closed: it was over."
    if trace.asked == "revoke_resolve":
        if incident.status == "acknowledged":
            text += f" {incident.acknowledged_by} has it, as before. The chats show that, and nobody is woken."
        else:
            text += " It is open again, and everyone notified will see that."
    if trace.type == "unacknowledged" and now - trace.at <= SHOWN_FOR_S:
        text += " Everyone notified will see that."
    return Notice(text=text)


def _noted(incident: Incident, trace: Change, post: str, times: Times) -> Notice:
    """Say what became of a press that changed nothing of who has it, or came too late."""
    did = times.localized(trace.note, trace.at)
    if trace.asked == "acknowledge" and incident.status == "acknowledged" and incident.acknowledged_by != trace.by:
        return Notice(text=f"{incident.acknowledged_by} was first. {sentences.holder(incident, times)}", mood="waiting")
    if trace.asked == "acknowledge" and incident.status == "acknowledged":
        return Notice(text=f"You have it, {trace.by}. {sentences.holder(incident, times)}")
    if trace.asked in MARKS and did.startswith(("says", "takes back")):
        return Notice(text=f"Done. {trace.by} {did}.", post=post)
    return Notice(text=f"Nothing was changed: {trace.by} {did}.", mood="waiting", post=post)

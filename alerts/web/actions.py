"""What a person can ask for on the page, and the command that each button sends."""

from msgspec import Struct

from alerts.incidents.command import Command, CommandType
from alerts.incidents.commands import may_be_revoked
from alerts.incidents.incident import Incident
from alerts.incidents.silence import is_silenced
from streams.ingest.post_key import post_key


class Action(Struct, frozen=True, kw_only=True):
    """One button.

    Parameters
    ----------
    name
        The form's value.
    label
        What stands on it.
    for_s
        How long a silence lasts, seconds.
    needs_note
        A reason has to be typed: the detector, or the next person, learns from it.
    confirmation
        What has to be ticked first, where it cannot be taken back.
    """

    name: str
    label: str
    command: CommandType
    for_s: float | None = None
    needs_note: bool = False
    confirmation: str = ""


ACKNOWLEDGE = Action(name="acknowledge", label="I have it", command="acknowledge")
UNACKNOWLEDGE = Action(name="unacknowledge", label="Hand it back", command="unacknowledge")
SILENCE_1H = Action(name="silence_1h", label="Silence 1 hour", command="silence", for_s=3600.0)
SILENCE_4H = Action(name="silence_4h", label="Silence 4 hours", command="silence", for_s=4 * 3600.0)
UNSILENCE = Action(name="unsilence", label="End the silence", command="unsilence")
RESOLVE = Action(name="resolve", label="It is over", command="resolve")
REVOKE_RESOLVE = Action(name="revoke_resolve", label="It is not over", command="revoke_resolve")
FALSE_ALARM = Action(name="false_alarm", label="Not a crisis", command="false_alarm", needs_note=True)
REVOKE = Action(name="revoke_false_alarm", label="It is a crisis after all", command="revoke_false_alarm")

REVOKE_LINKS = Action(
    name="revoke_links",
    label="Withdraw all links",
    command="revoke_links",
    confirmation="Withdraw every link to this page sent so far, including this one; chats and mail get a new one",
)

MARK_NEGATIVE = Action(name="mark_negative", label="Negative", command="mark_negative")
MARK_NOT_NEGATIVE = Action(name="mark_not_negative", label="Not negative", command="mark_not_negative")
REVOKE_MARK = Action(name="revoke_mark", label="Undo", command="revoke_mark")
MARKS = {action.name: action for action in (MARK_NEGATIVE, MARK_NOT_NEGATIVE, REVOKE_MARK)}
"""Beside each post; on the form the post's key stands behind the name and a full stop."""

ACTIONS = MARKS | {
    action.name: action
    for action in (
        ACKNOWLEDGE,
        UNACKNOWLEDGE,
        SILENCE_1H,
        SILENCE_4H,
        UNSILENCE,
        RESOLVE,
        REVOKE_RESOLVE,
        FALSE_ALARM,
        REVOKE,
        REVOKE_LINKS,
    )
}


def offered(incident: Incident, now: float) -> tuple[Action, ...]:
    """Return what can be asked for in an incident's present state, in the order of the page.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    """
    if incident.false_alarm:
        return (REVOKE, REVOKE_LINKS)
    is_crisis = incident.kind in {"crisis", "slow_burn"}
    closing = (FALSE_ALARM,) if is_crisis else ()
    if incident.status == "resolved":
        undoing = (REVOKE_RESOLVE,) if may_be_revoked(incident, now) else ()
        return (*undoing, *closing, REVOKE_LINKS)
    silences = (UNSILENCE,) if is_silenced(incident, now) else (SILENCE_1H, SILENCE_4H)
    holding = ACKNOWLEDGE if incident.status == "open" else UNACKNOWLEDGE
    return (holding, *silences, RESOLVE, *closing, REVOKE_LINKS)


def post_of(incident: Incident, key: str) -> str:
    """Return the id of the post that a button stood beside: one that is shown, or was when it was marked."""
    shown = [post.id for post in incident.evidence.posts]
    return next((post for post in (*shown, *incident.marked) if post_key(post) == key), "")


def command_for(
    action: Action, incident: Incident, *, command_id: str, by: str, note: str, link: str, now: float, post: str = ""
) -> Command:
    """Return the command behind a button that ``by`` pressed on the page of ``link`` at ``now``, epoch seconds."""
    return Command(
        id=command_id,
        type=action.command,
        brand=incident.brand,
        at=now,
        incident=incident.id,
        by=by,
        via="link",
        link=link,
        note=note,
        until=None if action.for_s is None else now + action.for_s,
        post=post,
    )

"""What people (and the timer) ask of an incident or a brand: records on the topic ``commands``."""

from typing import Literal

from msgspec import Struct

from streams.wire.comparison import Comparison

CommandType = Literal[
    "acknowledge", "unacknowledge", "resolve", "revoke_resolve", "silence", "unsilence", "false_alarm",
    "revoke_false_alarm", "missed", "revoke_missed", "redact", "revoke_links", "mark_negative", "mark_not_negative",
    "revoke_mark", "tick", "compare",
]  # fmt: skip


class Command(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request. Carrying out the same ``id`` twice does what once does.

    Parameters
    ----------
    at
        Wall time of the request, epoch seconds.
    until
        End of a silence or an acknowledgement, epoch seconds.
    event_at
        For ``missed``: when the crisis was that should have rung.
    post
        For ``redact``: the id of the post that was taken down; for marks: of the post that is marked.
    posts, names
        For ``redact``: further posts, and names of their authors that are to be shown no more either.
    texts
        For ``redact``: what the texts that are gone are known by (``alerts.incidents.redaction.text_mark``): an
        outbreak may quote a text of which it shows no post.
    step
        For ``tick``: the escalation step whose receiver cannot be reached, so that the next one is notified at once.
    comparison
        For ``compare``: how the brand's peers stand.
    """

    id: str
    type: CommandType
    brand: str
    at: float
    incident: str = ""
    by: str = ""
    via: str = "link"
    link: str = ""
    note: str = ""
    until: float | None = None
    event_at: int | None = None
    post: str = ""
    posts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    step: int | None = None
    comparison: Comparison | None = None

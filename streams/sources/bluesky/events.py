"""What Jetstream tells, whichever wire it came by. Pure."""

from typing import Literal

from msgspec import Struct

from streams.sources.bluesky.record import Record

Operation = Literal["create", "update", "delete"]


class Event(Struct, frozen=True, kw_only=True):
    """Something of one account.

    Parameters
    ----------
    did
        The account.
    time_us
        When this server saw it, epoch microseconds: what a cursor in time means.
    seq
        Its number on this server; 0 where the server tells none.
    """

    did: str
    time_us: int
    seq: int = 0


class PostChange(Event, frozen=True, kw_only=True):
    """A post was written, changed or taken down; a deletion has no record."""

    operation: Operation
    rkey: str
    record: Record | None = None


class AccountChange(Event, frozen=True, kw_only=True):
    """An account came, went or came back; ``status`` says why it went."""

    active: bool
    status: str = ""


class Aside(Event, frozen=True, kw_only=True):
    """Whatever is no post and no account's state: a changed handle, a repository that is told anew, another record."""


class Notice(Struct, frozen=True, kw_only=True):
    """A word of the server on this connection; it belongs to no moment.

    ``is_last`` where the server closes after it.
    """

    name: str
    message: str = ""
    is_last: bool = False

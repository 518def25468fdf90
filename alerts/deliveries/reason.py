"""Why a delivery is anything but taken at its first attempt: one word for its record, the log and the metrics."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a delivery waits, is repeated, is superseded, went to the next step, or was given up.

    ``docs/operating.md`` says what an operator does about each.

    Examples
    --------
    >>> Reason("not_taken") is Reason.NOT_TAKEN
    True
    >>> Reason("a word of a later version") is Reason.NONE
    True
    """

    NONE = ""
    """There is nothing to explain, or a version before, or after, this one wrote the record."""

    BEING_SENT = "being_sent"
    """Its request is under way."""
    OLDER_FIRST = "older_first"
    """An older one of the same incident goes to the same receiver first."""
    ANOTHER_WORKER = "another_worker"
    """Another worker may still be sending it."""
    NOT_TAKEN = "not_taken"
    """The receiver did not take the last attempt; the next is made soon."""
    ASKED_TO_WAIT = "asked_to_wait"
    """The receiver asked for time."""
    THROTTLED = "throttled"
    """The receiver takes no more at once."""
    IN_TURN = "in_turn"
    """It could be sent; others of the same receiver go first."""

    NO_RECEIPT = "no_receipt"
    """Nothing proves that the last attempt was taken, or that it was not: it is sent again as a repeat."""
    INTERRUPTED = "interrupted"
    """A worker ended while it sent it: it is sent again as a repeat."""

    NEWER_UPDATE = "newer_update"
    """A newer update says more."""
    NEWER_PAGE = "newer_page"
    """A newer page takes its place."""
    ACKNOWLEDGED = "acknowledged"
    """Somebody has the incident."""
    RESOLVED = "resolved"
    """The incident is over."""
    NEVER_TOLD = "never_told"
    """A pager that never got the page is not told to stop."""

    TOO_LONG = "too_long"
    """No receiver has taken the page for too long, by the clock."""
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    """No receiver has taken the page after so many attempts."""

    REFUSED = "refused"
    """The receiver will surely never take it."""
    RECEIVER_REMOVED = "receiver_removed"
    """Its receiver is not in the configuration any more."""
    DAY_OVER = "day_over"
    """After a day nobody needs to be notified in this way any more."""

    @classmethod
    def _missing_(cls, value: object) -> "Reason":  # noqa: ARG003
        return cls.NONE


WAITS = (
    Reason.BEING_SENT,
    Reason.OLDER_FIRST,
    Reason.ANOTHER_WORKER,
    Reason.NOT_TAKEN,
    Reason.NO_RECEIPT,
    Reason.ASKED_TO_WAIT,
    Reason.THROTTLED,
    Reason.IN_TURN,
)
"""Of what is not settled, each delivery has one of these at any moment."""

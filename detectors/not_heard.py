"""A hole: a time in which a source was received in part, late, or not at all."""

from msgspec import Struct


class NotHeard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One hole of one source, as it is on an incident's receipt.

    Parameters
    ----------
    source
        Its id in ``tocsin.yml``; of a source that others bring, what its mentions state.
    kind
        The name of its kind; empty of a source that others bring.
    since, until
        Epoch seconds, ``since`` < ``until``; ``until`` is ``None`` while it lasts.
    share
        How much of it was received: 0 nothing, below 1 a sample.
    why
        A short, stable word: those of holes (``look_back``, ``throttled``, ``sampled``, ``dropped``, ``truncated``),
        ``silent`` where nobody listened or nothing came, ``no_text`` where the licence withholds the texts.
    missed
        Posts that were missed or came without text; ``None`` where nobody knows.
    fetched
        Posts of that time that were fetched afterwards, when all of it was: too late to be counted. ``None`` where it
        was not fetched.
    """

    source: str
    kind: str = ""
    since: int
    until: int | None = None
    share: float = 0.0
    why: str
    missed: int | None = None
    fetched: int | None = None

    def overlaps(self, began: int, ended: int) -> bool:
        """Whether some of it lies between two moments, epoch seconds."""
        return self.since < ended and (self.until is None or self.until > began)

"""How much a source that Tocsin listens to has read, matched or not: what was left out of ``mentions`` still speaks."""

from msgspec import Struct


class SourceRead(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one process has read of one source since it last said so.

    Parameters
    ----------
    source, kind
        Its id in ``tocsin.yml``, and its kind.
    until
        Up to this moment, epoch seconds, it was heard: who says nothing for long is not heard. ``None`` of a source
        that pushes when it has something, of which silence says nothing.
    read
        Posts, by the source that they state, and by the first second of the minute in which they were received.
    """

    source: str
    kind: str
    until: int | None = None
    read: dict[str, dict[int, int]] = {}

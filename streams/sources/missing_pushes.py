"""What was pushed while Kafka took nothing, and has not come again: nobody can be asked for it. Pure."""

import hashlib

from streams.sources.source import Hole

PATIENCE_S = 900.0
"""So long a sender has to send again what was refused; a minute is what one with retries waits at first."""
_MOST = 10_000


class MissingPushes:
    """The pushes of one source.

    Examples
    --------
    >>> missing = MissingPushes()
    >>> missing.failed(b"one", 100.0)
    >>> missing.failed(b"two", 130.0)
    >>> missing.taken(b"one")
    >>> missing.overdue(900.0), missing.overdue(1030.0).began, missing.overdue(1030.0)
    (None, 130.0, None)
    """

    def __init__(self) -> None:
        self._since: dict[bytes, float] = {}

    def failed(self, body: bytes, now: float) -> None:
        """Note that a push was not taken."""
        self._since.setdefault(_digest(body), now)

    def taken(self, body: bytes) -> None:
        """Note that a push was taken: should it have failed before, it is there now."""
        if self._since:
            self._since.pop(_digest(body), None)

    def overdue(self, now: float) -> Hole | None:
        """Return the time of the pushes that are not to be expected any more, and forget them."""
        late = [digest for digest, since in self._since.items() if now - since >= PATIENCE_S]
        late = late or list(self._since)[: max(0, len(self._since) - _MOST)]
        if not late:
            return None
        times = [self._since.pop(digest) for digest in late]
        return Hole(
            began=min(times),
            ended=max(times) + 1.0,
            share=0.0,
            reason="dropped",
            detail=f"{len(times):,} pushes came while Kafka took nothing, and were not sent again",
        )


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()

"""What a source was not heard of, in the words of the watch stage: holes, breaks, posts without text. Pure."""

import math
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from detectors.not_heard import NotHeard
from streams.sources.source import Batch, Health, Hole

_ABSENT = {"waiting", "failed", "ended"}
"""States in which a batch says nothing of the present."""


class Break(Struct, omit_defaults=True):
    """What is known of the time in which nobody listened last; it is kept with the checkpoint.

    Parameters
    ----------
    heard_at
        When upstream last told of the present, epoch seconds; 0 before the first time.
    since, until
        The break that is being caught up with; 0 where there is none.
    late
        Posts of a time past that were read since.
    has_hole
        Whether upstream no longer had all of that time.
    share, share_since
        Of what was published, what is given to us, and since when.
    """

    heard_at: float = 0.0
    since: int = 0
    until: int = 0
    late: int = 0
    has_hole: bool = False
    share: float = 1.0
    share_since: int = 0


class Hearing:
    """One source: turns what a runner sees of it into times that were not heard, each told once.

    Parameters
    ----------
    source, kind
        Its id and kind.
    known
        As it was kept; a copy is changed.
    break_s
        A shorter time in which nobody listened is none: a connection that is lost and made again.
    """

    def __init__(self, source: str, kind: str, known: Break | None = None, *, break_s: float) -> None:
        self._source = source
        self._kind = kind
        self._break_s = break_s
        self._open_since = 0
        self._is_lost = True
        """Whether listening broke off, or has not begun, since upstream told of the present."""
        self._untold: list[NotHeard] = []
        self.known = Break() if known is None else replace(known)

    @property
    def untold(self) -> tuple[NotHeard, ...]:
        """What is to be told."""
        return tuple(self._untold)

    def published(self, count: int) -> None:
        """Take note that the first ``count`` of ``untold`` were told."""
        del self._untold[:count]

    def take(self, batch: Batch, health: Health, now: float) -> bool:
        """Take note of a batch; return whether it tells of the present."""
        known = self.known
        for hole in batch.holes:
            self.miss(hole)
        is_present = not batch.is_backfill and health.state not in _ABSENT
        if not is_present:
            known.late += len(batch.mentions) if batch.heard is None else batch.heard
            return False
        # What is asked now and then may wait for its turn: its posts count when they are heard.
        patience_s = self._break_s if self._is_lost else max(self._break_s, batch.delay_s)
        self._is_lost = False
        if known.heard_at and now - known.heard_at > patience_s:
            known.since, known.until = known.since or int(known.heard_at), math.ceil(now)
            self._note(since=known.since, until=known.until, why="silent")
        known.heard_at, self._open_since = now, 0
        if known.since and health.state != "catching_up":
            if not known.has_hole:
                # What was told a moment ago is told better.
                self._untold = [one for one in self._untold if (one.since, one.why) != (known.since, "silent")]
                self._note(since=known.since, until=known.until, why="silent", fetched=known.late)
            self.known = known = Break(heard_at=now, share=known.share, share_since=known.share_since)
        elif not known.since:
            known.late, known.has_hole = 0, False
        if batch.share != known.share:
            self._sample(known, batch.share, math.floor(now))
        return True

    def _sample(self, known: Break, share: float, now: int) -> None:
        """Take note that more, or less, of what is published is given to us from now on."""
        if known.share < 1.0:
            until = max(now, known.share_since + 1)
            self._note(since=known.share_since, until=until, why="sampled", share=known.share)
        known.share, known.share_since = share, now
        if share < 1.0:
            self._note(since=now, until=None, why="sampled", share=max(0.0, share))

    def miss(self, hole: Hole) -> None:
        """Take note of what upstream no longer had, or held back."""
        self.known.has_hole = True
        self._untold.append(as_not_heard(self._source, self._kind, hole))

    def lose(self) -> None:
        """Take note that listening broke off."""
        self._is_lost = True

    def wait(self, now: float) -> None:
        """Take note that nobody listens at this moment; a break that lasts is told once, without an end."""
        since = self.known.heard_at
        if since and now - since > self._break_s and not self._open_since:
            self._open_since = self.known.since or int(since)
            self._note(since=self._open_since, until=None, why="silent")

    def withhold(self, posts: int, since: float, now: float) -> None:
        """Take note of posts that came without their text, since the last time."""
        if posts:
            until = max(math.ceil(now), int(since) + 1)
            self._note(since=int(since), until=until, why="no_text", share=1.0, missed=posts)

    def _note(self, *, since: int, until: int | None, why: str, **further: Any) -> None:
        self._untold.append(
            NotHeard(source=self._source, kind=self._kind, since=since, until=until, why=why, **further)
        )


def as_not_heard(source: str, kind: str, hole: Hole) -> NotHeard:
    """Return a hole as it stands on an incident's receipt.

    Examples
    --------
    >>> gone = Hole(began=60.5, ended=90.2, share=0.0, reason="look_back", detail="it was forgotten")
    >>> (published := as_not_heard("news", "feeds", gone)).since, published.until, published.why
    (60, 91, 'look_back')
    """
    return NotHeard(
        source=source,
        kind=kind,
        since=math.floor(hole.began),
        until=max(math.ceil(hole.ended), math.floor(hole.began) + 1),
        share=min(1.0, max(0.0, hole.share)),
        why=hole.reason,
    )

"""What is known of a source's proof: when the next is due, which mark is waited for, what came of it. Pure."""

import re
from collections.abc import Callable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from streams.mention import Mention
from streams.sources.proving.poster import Posted
from streams.sources.source import Batch

MARK = re.compile(r"\btocsin-proof-[0-9a-f]{32}\b")
_IDS_KEPT = 8
Outcome = Literal["heard", "late", "not_heard", "not_posted"]
OUTCOMES: tuple[Outcome, ...] = ("heard", "late", "not_heard", "not_posted")


def mark_of(random: bytes) -> str:
    """Return the mark of a post; nobody can guess it before it is posted.

    Examples
    --------
    >>> mark_of(bytes(16))
    'tocsin-proof-00000000000000000000000000000000'
    """
    return f"tocsin-proof-{random.hex()}"


class Proven(Struct, kw_only=True, omit_defaults=True, frozen=True):
    """What is kept with the checkpoint.

    Parameters
    ----------
    tried_at
        When something was last about to be posted, epoch seconds; 0 before the first time.
    account
        By what the account is known in mentions.
    mark
        What is waited for; empty where nothing is.
    is_overdue
        Whether that has not been heard in time.
    posted
        The newest post that is still to be removed.
    ids
        Our newest posts, as they were heard: what follows from them goes nowhere.
    is_heard
        Whether the newest post came back in time; ``None`` before the first did, or did not.
    heard_at, took_s
        When one was last heard, epoch seconds, and how long after it was posted.
    refused
        Why the last could not be posted; empty where it was.
    """

    tried_at: float = 0.0
    account: str = ""
    mark: str = ""
    is_overdue: bool = False
    posted: Posted | None = None
    ids: tuple[str, ...] = ()
    is_heard: bool | None = None
    heard_at: float | None = None
    took_s: float = 0.0
    refused: str = ""


class Proof:
    """The proof of one source.

    Time that goes by is measured by a clock that only goes forward; the wall clock is asked at a beginning alone, and
    one that is wrong there makes the next post ``every_s`` late, or one post too many, and never more.

    Parameters
    ----------
    every_s, within_s
        As in the configuration.
    is_by
        Whether a mention is by an account.
    known
        What the checkpoint has. A post that is waited for may be heard for ``within_s`` from now on: that nobody
        listened meanwhile is told elsewhere.
    now, clock
        Wall time, epoch seconds, and the clock that only goes forward.
    """

    def __init__(
        self,
        every_s: float,
        within_s: float,
        is_by: Callable[[str, Mention], bool],
        known: Proven,
        *,
        now: float,
        clock: float,
    ) -> None:
        self.known = known
        self._every_s = every_s
        self._within_s = within_s
        self._is_by = is_by
        self._due_at = clock + every_s - min(max(0.0, now - known.tried_at), every_s)
        self._begun_at = clock
        self._is_restored = True

    def is_due(self, clock: float) -> bool:
        """Whether something is to be posted."""
        return clock >= self._due_at

    def begin(self, mark: str, now: float, clock: float) -> None:
        """Take note, before it is so, that a mark is posted; what was waited for until now is given up."""
        self.known = replace(self.known, mark=mark, tried_at=now, is_overdue=False)
        self._due_at, self._begun_at, self._is_restored = clock + self._every_s, clock, False

    def use_account(self, account: str) -> None:
        """Take note by what the account is known."""
        self.known = replace(self.known, account=account)

    def post(self, posted: Posted) -> None:
        """Take note that upstream has taken a post."""
        self.known = replace(self.known, posted=posted, refused="")

    def remove(self, posted: Posted) -> None:
        """Take note that a post is gone, or given up."""
        if self.known.posted is not None and self.known.posted.mark == posted.mark:
            self.known = replace(self.known, posted=None)

    def refuse(self, why: str) -> None:
        """Take note that a post was not taken: whether the source hears is as unknown as it was."""
        self.known = replace(self.known, refused=why)

    def judge(self, clock: float) -> bool:
        """Return whether what is waited for is overdue since now; what was perhaps never posted is not."""
        known = self.known
        is_posted = bool(known.mark) and known.posted is not None and known.posted.mark == known.mark
        if not is_posted or known.is_overdue or clock - self._begun_at <= self._within_s:
            return False
        self.known = replace(known, is_overdue=True, is_heard=False)
        return True

    def take(self, batch: Batch, now: float, clock: float) -> tuple[Batch, Posted | None]:
        """Return a batch without our own posts, and the one that was waited for, where it is among them."""
        kept: list[Mention] = []
        ours: list[Mention] = []
        for mention in batch.mentions:
            (ours if self._is_ours(mention) else kept).append(mention)
        if not ours:
            return batch, None
        ids = dict.fromkeys([*self.known.ids, *(mention.id for mention in ours)])
        self.known = replace(self.known, ids=tuple(ids)[-_IDS_KEPT:])
        found = None
        for mention in ours:
            if self.known.mark and self.known.mark in _text(mention) and not mention.deleted:
                found = self._heard(mention, now, clock)
        heard = batch.heard if batch.heard is None else max(0, batch.heard - len(ours))
        return replace(batch, mentions=tuple(kept), heard=heard), found

    def _heard(self, mention: Mention, now: float, clock: float) -> Posted:
        known, waited_s = self.known, clock - self._begun_at
        took_s = max(0.0, now - known.tried_at) if self._is_restored else waited_s
        posted = known.posted
        if posted is None or posted.mark != known.mark:
            posted = Posted(mark=known.mark, id=mention.id)
        in_time = not known.is_overdue and waited_s <= self._within_s
        self.known = replace(
            known, mark="", is_overdue=False, is_heard=in_time, heard_at=now, took_s=took_s, posted=posted
        )
        return posted

    def _is_ours(self, mention: Mention) -> bool:
        if mention.deleted:
            return mention.id in self.known.ids
        is_by_us = bool(self.known.account) and self._is_by(self.known.account, mention)
        return is_by_us and MARK.search(_text(mention)) is not None


def _text(mention: Mention) -> str:
    return f"{mention.name}\n{mention.content}"

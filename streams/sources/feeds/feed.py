"""One feed: what a poll of it means, for what is passed on and for when it is asked again. Pure, but for chance."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from streams.mention import Mention
from streams.sources.feeds.address import FeedAddress
from streams.sources.feeds.identity import Identified
from streams.sources.feeds.mapping import mention_of
from streams.sources.feeds.memory import LISTED_BYTES, Novelty
from streams.sources.feeds.poll import Ended, Failed, Listed, Outcome, Unchanged
from streams.sources.feeds.schedule import after_failure_s, after_success_s, outside_of, stated_wait_s
from streams.sources.feeds.state import FeedState
from streams.sources.source import Hole

LAG_S = 900.0
"""Between the date of a post and its standing in the feed: it is written first and published then, and caches lag."""
LATE_S = 300.0
"""A feed that is asked so much later than was planned was heard by nobody in between."""


class Heard(Struct, frozen=True, kw_only=True):
    """What a poll gave.

    Parameters
    ----------
    mentions
        Oldest first.
    holes
        At most one.
    is_backfill
        Whether nobody listened when these were published.
    delay_s
        How long after its publication a post of this poll is ordinarily heard of, seconds.
    """

    mentions: tuple[Mention, ...] = ()
    holes: tuple[Hole, ...] = ()
    is_backfill: bool = False
    delay_s: float = 0.0


class Feed:
    """A feed between its polls.

    Parameters
    ----------
    address
        Where it is.
    state
        Where it stands.
    every_s
        How often it is asked at most.
    chance
        Returns a number from 0 to 1.
    """

    def __init__(self, address: FeedAddress, state: FeedState, *, every_s: float, chance: Callable[[], float]) -> None:
        self.address = address
        self.state = state
        self.memory = state.memory()
        self.title = ""
        self.says = ""
        """What is wrong with it; empty where nothing is."""
        self._every_s = every_s
        self._chance = chance
        self._moved_url = ""  # a new address is not kept beyond this process: it may hold the secret of the old

    @property
    def url(self) -> str:
        """Where it is now."""
        return self._moved_url or self.address.asked(self.state.moved_to)

    @property
    def is_failing(self) -> bool:
        """Whether it failed when it was asked last, and is asked again."""
        return self.state.failures > 0 and self.is_asked

    @property
    def is_asked(self) -> bool:
        """Whether it is still asked; else it has ended."""
        return not self.state.ended

    def go_on_failing(self, before: "Feed") -> None:
        """Take over how this feed failed before it was opened anew."""
        self.says = before.says
        self.state = msgspec.structs.replace(
            self.state,
            failures=before.state.failures,
            failing_since=before.state.failing_since,
            next_at=before.state.next_at,
        )

    def entries_within(self, most_bytes: int) -> int:
        """Return how many entries of one listing can be remembered in so many bytes."""
        return max(1, most_bytes // LISTED_BYTES)

    def take(self, outcome: Outcome, now: float, most_bytes: int) -> Heard:
        """Take what a poll gave, and return what is to be passed on.

        Parameters
        ----------
        outcome
            Of ``Poller.poll``.
        now
            Wall time, epoch seconds.
        most_bytes
            That its memory may have.
        """
        if isinstance(outcome, Failed):
            self._fail(outcome, now)
            return Heard()
        if isinstance(outcome, Ended) and self.url != self.address.url:
            # It is the new address that has ended: the old one may know of a newer.
            self._fail(Failed(says=outcome.says), now)
            return Heard()
        if isinstance(outcome, Ended):
            self.says = outcome.says
            self.state = msgspec.structs.replace(self.state, ended=outcome.says[:300])
            return Heard()
        heard = self._listed(outcome, now, most_bytes) if isinstance(outcome, Listed) else Heard()
        self._plan(outcome, now)
        return heard

    def _fail(self, failed: Failed, now: float) -> None:
        self.says = failed.says
        self._moved_url = ""
        failures = self.state.failures + 1
        wait_s = after_failure_s(self._every_s, failures, failed.retry_after_s, self._chance())
        self.state = msgspec.structs.replace(
            self.state,
            failures=failures,
            failing_since=self.state.failing_since or now,
            next_at=round(now + wait_s, 1),
            moved_to="",
        )

    def _listed(self, listed: Listed, now: float, most_bytes: int) -> Heard:
        before = self.state
        is_first = not before.polled_at
        known = self.memory.knows_any(listed.entries)
        longest = self.memory.longest
        novelties = self.memory.take(listed.entries)
        self.memory.longest = max(longest, listed.first)
        self.memory.bound(most_bytes)
        self.title = listed.listing.title or self.title
        language = listed.headers.get("content-language", "")
        mentions = [
            mention_of(found, listed.listing, seen_at=now, language=language)
            for found, novelty in zip(listed.entries, novelties, strict=True)
            if _is_passed_on(found, novelty, is_first=is_first)
        ]
        mentions.sort(key=lambda mention: mention.published)
        hole = None if is_first or known or not longest else self._hole(listed.entries, now)
        newest = max([before.newest, *(mention.published_s for mention in mentions)])
        self.state = msgspec.structs.replace(
            before,
            etag=listed.etag,
            modified=listed.modified,
            whole_at=now,
            wait_s=listed.listing.wait_s,
            skip_hours=listed.listing.skip_hours,
            skip_days=listed.listing.skip_days,
            moved_to=self.address.moved(listed.moved_to) or before.moved_to,
            newest=newest,
            ended=f"{self.address.label}: it says itself that it has ended" if listed.listing.has_expired else "",
        ).remembering(self.memory)
        self._moved_url = listed.moved_to or self._moved_url
        was_late = now - (before.failing_since or before.next_at) > LATE_S
        return Heard(
            mentions=tuple(mentions),
            holes=(hole,) if hole else (),
            is_backfill=is_first or was_late,
            delay_s=0.0 if is_first else now - before.polled_at + LAG_S,
        )

    def _hole(self, entries: Sequence[Identified], now: float) -> Hole | None:
        """Return the time between the last poll and the oldest entry, where the listing does not reach back to it."""
        dates = [found.entry.published.seen(now) for found in entries if found.entry.published]
        oldest = min(dates, default=now)
        if not entries or oldest <= self.state.polled_at:
            return None
        return Hole(
            began=self.state.polled_at,
            ended=oldest,
            share=0.0,
            reason="look_back",
            detail=f"{self.address.label} lists {len(entries)} posts, and none that it listed before: "
            "those between have fallen off its end",
        )

    def _plan(self, answered: Listed | Unchanged, now: float) -> None:
        state = self.state
        self.says = state.ended
        wishes = (state.wait_s, stated_wait_s(answered.headers, now))
        next_at = now + after_success_s(self._every_s, wishes, self._chance())
        self.state = msgspec.structs.replace(
            state,
            polled_at=now,
            next_at=round(outside_of(next_at, state.skip_hours, state.skip_days), 1),
            failures=0,
            failing_since=0.0,
        )


def _is_passed_on(found: Identified, novelty: Novelty, *, is_first: bool) -> bool:
    """Whether an entry is passed on; one without a date has the time of its first sight, which an edit has not."""
    has_date = found.entry.published is not None
    return (novelty == "new" and (has_date or not is_first)) or (novelty == "edited" and has_date)

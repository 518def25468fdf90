"""What has been heard so far, what of it matches, and what may be said of that. Pure: the time is handed in."""

import math
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from alerts.wording.foreign_text import sanitise
from alerts.wording.numbers import count, lasting, percent
from detectors.decision.volume import GRACE_MIN
from detectors.post import NEGATIVE
from streams.mention import Mention
from streams.sources.checkpoint import Checkpoint

NEWEST = 12
"""Posts that are shown."""
QUIET_S = 60.0
"""After so long without a match it is said; of less no hour is reckoned."""
EVERYTHING = 0.1
"""A query that matches so much of a whole network finds a language, or a way of speaking, and no brand."""
ENOUGH_READ = 500
"""Posts read before a share of them is told."""
_DEAF = frozenset({"waiting", "ended", "failed"})
Mood = Literal["negative", "calm", "not scored"]


class Post(Struct, frozen=True):
    """One post that matches, as it is shown: harmless, and with the negativity that it counts with."""

    id: str
    at: float
    text: str
    negativity: float

    @property
    def mood(self) -> Mood:
        """What it counts as."""
        if math.isnan(self.negativity):
            return "not scored"
        return "negative" if self.negativity >= NEGATIVE else "calm"


class Heard:
    """What the chain has written of one source and one brand.

    Parameters
    ----------
    network
        Its name, for people.
    """

    def __init__(self, network: str) -> None:
        self.network = network
        self.posts: dict[str, Post] = {}
        """The newest that match, the newest last; what is taken down is no more among them."""
        self.matched = 0
        self.negative = 0
        self.read = 0
        self.report = ""
        """What there is to say once a minute where nothing is drawn."""
        self._seen: set[str] = set()
        self._began_s: float | None = None
        self._read_before = 0
        self._now_s = 0.0
        self._reported_s = 0.0
        self._matched_of_read = 0
        self._trouble = ""

    def take(self, mentions: Sequence[Mention], scores: Sequence[float]) -> None:
        """Take what matches, with the negativity of each. A repeat is the same post."""
        for mention, score in zip(mentions, scores, strict=True):
            if mention.deleted:
                self.posts.pop(mention.id, None)
            elif mention.id not in self._seen:
                self._seen.add(mention.id)
                post = Post(mention.id, mention.published_s, sanitise(mention.content), score)
                self.matched += 1
                self.negative += post.mood == "negative"
                self.posts[post.id] = post
                while len(self.posts) > NEWEST:
                    del self.posts[next(iter(self.posts))]

    def note(self, checkpoint: Checkpoint) -> None:
        """Take how the source is, as whoever listens has written."""
        if self._began_s is None:
            self._began_s = self._reported_s = checkpoint.updated
            self._read_before = checkpoint.counts.received
        self.read, self._matched_of_read = checkpoint.counts.received, checkpoint.counts.matched
        self._now_s = checkpoint.updated
        health = checkpoint.health
        self._trouble = f"{self.network} is {health.state}: {health.says}" if health.state in _DEAF else ""
        if self._now_s - self._reported_s >= QUIET_S:
            self._reported_s = self._now_s
            self.report = f"{self.reading}. An ordinary hour so far: {self.ordinary_hour}."

    @property
    def reading(self) -> str:
        """How much is read, of all that is posted."""
        return f"{self.read:,} posts read, {self._rate:,.0f} a second" if self.read else ""

    @property
    def doing(self) -> str:
        """What is going on; what stands in the way comes first."""
        share = self._matched_of_read / self.read if self.read else 0.0
        if self._trouble:
            return self._trouble
        if self._began_s is None:
            return f"Connecting to {self.network}"
        if self.read >= ENOUGH_READ and share >= EVERYTHING:
            return (
                f"{percent(share)} of all posts match: that finds a way of speaking and no brand. "
                'Write a name, a "phrase", or several words'
            )
        if self.matched or self._lasted_s < QUIET_S:
            young = f"; it learns, and rings after {GRACE_MIN:.0f} minutes at the earliest"
            return f"Listening to {self.network}" + (young if self._lasted_s < 60 * GRACE_MIN else "")
        if not self.read:
            return f"{self.network} lets us in, and tells nothing"
        return f"Nothing matches yet, of {self._rate:,.0f} posts a second: a rare name may take hours"

    @property
    def ordinary_hour(self) -> str:
        """What an ordinary hour looks like, by what was heard so far."""
        if self._lasted_s < QUIET_S:
            return "known after a minute of listening at the earliest"
        if not self.matched:
            return f"nothing matched in {lasting(self._lasted_s)}"
        an_hour = count(self.matched * 3_600.0 / self._lasted_s)
        negative = percent(self.negative / self.matched)
        return f"about {an_hour} posts, {negative} of them negative ({self.matched:,} in {lasting(self._lasted_s)})"

    @property
    def summary(self) -> str:
        """All of it in a sentence, for the end."""
        matched = f"{self.matched:,} matched, {self.negative:,} of them negative"
        return f"{self.network}: {self.read:,} posts read in {lasting(self._lasted_s)}, {matched}."

    @property
    def _lasted_s(self) -> float:
        return self._now_s - self._began_s if self._began_s is not None else 0.0

    @property
    def _rate(self) -> float:
        return (self.read - self._read_before) / self._lasted_s if self._lasted_s > 0 else 0.0

"""How many posts are left out, for metrics and for a person."""

from collections import Counter

from streams import metrics
from streams.sources.mastodon.consent import NOT_INDEXABLE, REASONS

_ENOUGH = 200
"""Posts from which on a share is told."""
_IN_WORDS = {
    "boost": "boosts",
    "not_public": "not public",
    "suspended": "by suspended accounts",
    "limited": "by accounts that the server has limited",
    "noindex": "by accounts that ask not to be indexed (noindex)",
    "nobot": "by accounts that ask programs to keep away (#nobot)",
    NOT_INDEXABLE: "by accounts that have not agreed to search (indexable; `respect_indexable: false` hears them)",
}


class LeftOutPosts:
    """Counts for one source, by its id and its kind."""

    def __init__(self, source: str, kind: str) -> None:
        self._counters = {reason: metrics.SOURCE_LEFT_OUT.labels(source, kind, reason) for reason in REASONS}
        self._posts = 0
        self._reasons: Counter[str] = Counter()

    def count(self, posts: int, reasons: Counter[str]) -> None:
        """Count posts, and why some of them are left out."""
        self._posts += posts
        self._reasons += reasons
        for reason, number in reasons.items():
            self._counters[reason].inc(number)

    def says(self) -> str:
        """Return a sentence where most posts are left out; else nothing."""
        number = self._reasons.total()
        if self._posts < _ENOUGH or number * 2 < self._posts:
            return ""
        (reason, most), = self._reasons.most_common(1)  # fmt: skip
        return f"{number:,} of {self._posts:,} posts are left out, {most:,} of them {in_words(reason)}"


def in_words(reason: str) -> str:
    """Return what stands behind the number of posts that are left out for a reason."""
    return _IN_WORDS[reason]

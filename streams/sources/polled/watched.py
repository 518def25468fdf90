"""Posts that were sent and are looked at again, since upstream tells nobody what is taken down. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

AGAIN_S = 600.0
"""What is missing from one answer is asked for once more before it counts as taken down."""
MOST = 5000


class Watching(Struct, frozen=True, kw_only=True):
    """How posts are watched.

    Parameters
    ----------
    every_s
        How often each is looked at.
    for_s
        For how long after it was sent.
    """

    every_s: float
    for_s: float


class _Watched(Struct):
    published: int
    sent: int
    due: int
    says: str
    is_missed: bool = False


class News(Struct, frozen=True, kw_only=True):
    """What an answer tells of posts that were asked for.

    Parameters
    ----------
    gone
        Those that are taken down, and when they were published, epoch seconds.
    changed
        Those that say something else.
    """

    gone: dict[str, int]
    changed: list[str]


class Watched:
    """The posts of one source.

    Parameters
    ----------
    watching
        How often, how long.
    position
        As ``position`` has returned it.
    """

    def __init__(self, watching: Watching, position: Mapping[str, Any] | None = None) -> None:
        self._watching = watching
        self._posts = {key: _Watched(*values) for key, values in (position or {}).items()}
        self.given_up = 0
        """Posts that are watched no more before their time, since there are too many."""

    def __len__(self) -> int:
        return len(self._posts)

    def position(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            key: [one.published, one.sent, one.due, one.says] + ([True] if one.is_missed else [])
            for key, one in self._posts.items()
        }

    def sent(self, key: str, published: float, says: str, now: float) -> None:
        """Watch a post; what it says is known by its digest."""
        if (known := self._posts.get(key)) is not None:
            known.says = says
            return
        self._posts[key] = _Watched(int(published), int(now), int(now + self._watching.every_s), says)
        if len(self._posts) > MOST:
            del self._posts[next(iter(self._posts))]
            self.given_up += 1

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Watch no more what is gone."""
        for key in [key for key in self._posts if is_gone(key)]:
            del self._posts[key]

    def due(self, now: float, most: int) -> list[str]:
        """Return what is to be looked at, what has waited longest first."""
        for_s = self._watching.for_s
        # What was due while nobody listened is still looked at once.
        for key in [key for key, one in self._posts.items() if one.due - one.sent > for_s and now - one.sent > for_s]:
            del self._posts[key]
        due = sorted((one.due, key) for key, one in self._posts.items() if one.due <= now)
        return [key for _, key in due[:most]]

    def next_due(self) -> float:
        """Return when something is to be looked at; far away where nothing is."""
        return min((float(one.due) for one in self._posts.values()), default=float("inf"))

    def looked_at(self, asked: Iterable[str], there: Mapping[str, str], now: float) -> News:
        """Take note of an answer: what each post says that is there, by its digest."""
        news = News(gone={}, changed=[])
        for key in asked:
            one = self._posts.get(key)
            if one is None:
                continue
            if key in there:
                one.due, one.is_missed = int(now + self._watching.every_s), False
                if one.says != there[key]:
                    one.says = there[key]
                    news.changed.append(key)
            elif not one.is_missed:
                one.due, one.is_missed = int(now + AGAIN_S), True
            else:
                news.gone[key] = one.published
                del self._posts[key]
        return news

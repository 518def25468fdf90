"""What was taken down or erased, by hashes alone: a repeat of it counts, and is shown nowhere.

A row of the topic ``erased`` has the key ``post/HASH`` or ``author/HASH`` and as its value the second in which it was
written; a row without a value takes it back.
"""

from streams.errors import StreamsError
from streams.mention import Mention
from streams.sketches.sketch import stable_hash

MOST = 500_000
"""Posts that are remembered; a hundred bytes each in memory."""


class BadErasedRowError(StreamsError):
    """A row of ``erased`` is none."""


def post_row(post_id: str) -> bytes:
    """Return the key of the row that says that a post was taken down or erased.

    Examples
    --------
    >>> post_row("https://social.example/p/1").startswith(b"post/")
    True
    """
    return b"post/%016x" % stable_hash(post_id)


def author_row(author_id: str, source: str = "") -> bytes:
    """Return the key of the row that says that an author was erased, of one source or of all."""
    return b"author/%016x" % _author_hash(author_id, source)


def row_value(now_s: float) -> bytes:
    """Return the value of a row: the second in which it is written."""
    return b"%d" % now_s


def _author_hash(author_id: str, source: str) -> int:
    return stable_hash(f"{source}\x1f{author_id}")


class Erased:
    """The posts and authors that are not to be shown.

    Parameters
    ----------
    most
        Posts remembered; beyond that, those that came first are given up. Authors are never given up.

    Examples
    --------
    >>> erased = Erased()
    >>> erased.take(post_row("p1"), b"1")
    >>> erased.has_post("p1"), erased.has_post("p2")
    (True, False)
    """

    def __init__(self, most: int = MOST) -> None:
        self.given_up = 0
        """Posts that were forgotten before their time."""
        self.rows = 0
        """How many rows were taken: whoever keeps something that they may concern looks again where this has grown."""
        self._most = most
        self._posts: dict[int, None] = {}
        self._authors: set[int] = set()

    @property
    def counts(self) -> dict[str, int]:
        """How many are remembered, by kind."""
        return {"post": len(self._posts), "author": len(self._authors)}

    def has_post(self, post_id: str) -> bool:
        """Tell whether a post was taken down or erased."""
        return bool(self._posts) and stable_hash(post_id) in self._posts

    def has_author(self, author_id: str, source: str) -> bool:
        """Tell whether an author was erased, there or everywhere."""
        return bool(self._authors) and any(
            _author_hash(author_id, where) in self._authors for where in dict.fromkeys((source, ""))
        )

    def names(self, address: str, source: str) -> bool:
        """Tell whether the address of a post is one that was taken down, or stands below that of an erased author.

        Examples
        --------
        >>> erased = Erased()
        >>> erased.take(author_row("https://social.example/users/ida", "mastodon"), b"1")
        >>> erased.names("https://social.example/users/ida/statuses/1", "mastodon")
        True
        >>> erased.names("https://social.example/users/idabel/statuses/1", "mastodon")
        False
        """
        if self.has_post(address):
            return True
        parts = address.split("/") if self._authors else []
        return any(self.has_author("/".join(parts[:count]), source) for count in range(1, len(parts) + 1))

    def hides(self, mention: Mention) -> bool:
        """Tell whether a mention may be counted but not shown."""
        author = mention.author
        return self.has_post(mention.id) or (
            author is not None and bool(author.id) and self.has_author(author.id, mention.source)
        )

    def add_post(self, post_id: str) -> None:
        """Remember a post that was taken down."""
        self._add(stable_hash(post_id))

    def take(self, key: bytes | None, value: bytes | None) -> None:
        """Take one row.

        Raises
        ------
        BadErasedRowError
            Where it was written by somebody else.
        """
        kind, _, digits = (key or b"").partition(b"/")
        try:
            hashed = int(digits, 16)
        except ValueError:
            hashed = -1
        if kind not in {b"post", b"author"} or hashed < 0:
            raise BadErasedRowError(f"{(key or b'')[:80]!r} is no row of erased posts and authors")
        self.rows += 1
        if kind == b"author":
            (self._authors.discard if value is None else self._authors.add)(hashed)
        elif value is None:
            self._posts.pop(hashed, None)
        else:
            self._add(hashed)

    def _add(self, hashed: int) -> None:
        self._posts[hashed] = None
        if len(self._posts) > self._most:
            del self._posts[next(iter(self._posts))]
            self.given_up += 1

"""Which posts went on to Kafka, by the server's own ids: take-downs name a post by nothing else. Pure."""

import base64
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

MOST = 100_000
"""Posts that are remembered as long as the process runs, some 200 bytes each; the oldest are forgotten first."""
_PACK = 256
MOST_PACKS = 20
KEPT = _PACK * MOST_PACKS
"""Posts that are remembered in the position, some 50 bytes each: what Kafka takes, and takes often."""
_MOST_BYTES = 1024 * 1024


class SentPost(Struct, frozen=True, array_like=True):
    """A post: the server's own id, its address, and when it was published, epoch seconds."""

    local_id: str
    uri: str
    published_s: float


_DECODE = msgspec.json.Decoder(list[SentPost]).decode


class SentPosts:
    """Posts of one server.

    In a position they lie in packs, each written once, and once more for a post in it that is forgotten: so a position
    with thousands of posts is made as fast as one with none.

    Examples
    --------
    >>> sent = SentPosts()
    >>> sent.add(SentPost("7", "https://a.example/7", 1.5))
    >>> SentPosts().restored(sent.position()).get("7").uri
    'https://a.example/7'
    """

    def __init__(self) -> None:
        self._posts: dict[str, SentPost] = {}
        self._packs: list[_Pack] = []
        self._fresh: dict[str, SentPost] = {}

    def add(self, post: SentPost) -> None:
        """Remember a post that goes on."""
        if post.local_id in self._posts:
            return
        self._posts[post.local_id] = post
        if len(self._posts) > MOST:
            del self._posts[next(iter(self._posts))]
        self._fresh[post.local_id] = post
        if len(self._fresh) == _PACK:
            self._packs = [*self._packs, _Pack(self._fresh)][-MOST_PACKS:]
            self._fresh = {}

    def get(self, local_id: str) -> SentPost | None:
        """Return a post, or ``None`` where it never went on, or long ago."""
        return self._posts.get(local_id)

    def forget(self, local_id: str) -> None:
        """Forget a post that was taken down, in the position as well: its address names its author."""
        self._posts.pop(local_id, None)
        self._fresh.pop(local_id, None)
        for pack in self._packs:
            pack.forget(local_id)

    def forget_all(self, is_gone: Callable[[str], bool]) -> None:
        """Forget the posts whose addresses are not to be kept."""
        for local_id in [post.local_id for post in self._posts.values() if is_gone(post.uri)]:
            self.forget(local_id)

    def __len__(self) -> int:
        return len(self._posts)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._posts))

    def position(self, perhaps: Iterable[SentPost] = ()) -> dict[str, Any]:
        """Return what to keep; ``perhaps`` are posts that are about to go on, or not."""
        fresh = [*self._fresh.values(), *(post for post in perhaps if post.local_id not in self._posts)]
        return {
            "packs": [pack.packed for pack in self._packs],
            "fresh": [[post.local_id, post.uri, post.published_s] for post in fresh],
        }

    def restored(self, position: dict[str, Any]) -> "SentPosts":
        """Return the posts of a position, and behind them those that are known here.

        Raises
        ------
        ValueError
            Where the position is none.
        """
        kept = SentPosts()
        try:
            for pack in position.get("packs", ()):
                for post in _unpacked(pack):
                    kept.add(post)
            for post in msgspec.convert(position.get("fresh", ()), list[SentPost]):
                kept.add(post)
        except (msgspec.MsgspecError, zlib.error, ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"no posts that were sent: {error}") from error
        for post in self._posts.values():
            kept.add(post)
        return kept


class _Pack:
    """Posts that are written into positions together."""

    def __init__(self, posts: Mapping[str, SentPost]) -> None:
        self._posts = dict(posts)
        self._packed = ""

    @property
    def packed(self) -> str:
        if not self._packed:
            packed = zlib.compress(msgspec.json.encode(list(self._posts.values())))
            self._packed = base64.b85encode(packed).decode()
        return self._packed

    def forget(self, local_id: str) -> None:
        if self._posts.pop(local_id, None) is not None:
            self._packed = ""


def _unpacked(pack: str) -> list[SentPost]:
    return _DECODE(zlib.decompressobj().decompress(base64.b85decode(pack), _MOST_BYTES))

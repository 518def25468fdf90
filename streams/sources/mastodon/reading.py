"""What the stream and the pages hold, as mentions: each post once, take-downs under its address. Pure."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from msgspec import Struct, field

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import Mention
from streams.sources.mastodon.consent import left_out
from streams.sources.mastodon.events import Event
from streams.sources.mastodon.local_ids import later
from streams.sources.mastodon.post import mention_of, take_down_of
from streams.sources.mastodon.sent_posts import SentPost, SentPosts
from streams.sources.mastodon.status import Status, decode_status, id_of

MOST_SEEN = 50_000
"""Posts that are known by their local ids, to tell what comes twice and what is answered: some 10 MB."""
MOST_GONE = 20_000
_POST_EVENTS = frozenset({"update", "status.update"})
_LONGEST_REFUSED = 64 * 1024
V = TypeVar("V")


class Taken(Struct, kw_only=True):
    """What some events or a page held.

    Parameters
    ----------
    mentions, refused
        As in a batch.
    left_out
        Why, and how many posts.
    posts
        How many there were, but for those that had come before.
    newest
        The highest id among them.
    newest_s
        When the newest of ``mentions`` was published, epoch seconds.
    local_ids
        Of ``mentions``, by their addresses.
    """

    mentions: list[Mention] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    posts: int = 0
    newest: str = ""
    newest_s: float | None = None
    local_ids: dict[str, SentPost] = field(default_factory=dict)

    def add(self, local_id: str, mention: Mention) -> None:
        """Add a mention."""
        self.mentions.append(mention)
        self.local_ids[mention.id] = SentPost(local_id, mention.id, mention.published_s)
        if not mention.deleted:
            self.newest_s = max(self.newest_s or 0.0, mention.published_s)


class Reading:
    """Reads one server; what it knows outlives a connection.

    Parameters
    ----------
    server
        Its address, for those who look into the dead letters.
    respect_indexable
        As in the configuration.
    """

    def __init__(self, server: str, *, respect_indexable: bool) -> None:
        self._server = server
        self._respect_indexable = respect_indexable
        self.sent = SentPosts()
        self._given: dict[str, None] = {}
        self._uris: dict[str, str] = {}
        self._gone: dict[str, None] = {}

    def begin(self, sent: SentPosts, *, is_all_kept: bool) -> None:
        """Begin anew at a position.

        Parameters
        ----------
        sent
            What had gone on.
        is_all_kept
            Whether the position is behind all that was given; else it may never have come to Kafka, and comes again.
        """
        self.sent = sent
        if not is_all_kept:
            self._given.clear()

    def has(self, local_id: str) -> bool:
        """Whether a post has come, given or left out."""
        return local_id in self._given or local_id in self._gone

    def take_event(self, event: Event, origin: str, now_s: float, taken: Taken) -> None:
        """Read one event of the stream; those that are of no post are passed over.

        Parameters
        ----------
        origin
            Of which timeline, for a person.
        now_s
            Wall time, epoch seconds.
        taken
            What it is added to.
        """
        if event.name in _POST_EVENTS:
            self.take_post(event.data, origin, now_s, taken, is_edit=event.name == "status.update")
        elif event.name == "delete":
            self.take_delete(event.data.decode(errors="replace").strip(), taken)

    def take_post(self, data: bytes, origin: str, now_s: float, taken: Taken, *, is_edit: bool = False) -> None:
        """Read one post, or what it is after an edit; parameters as in ``take_event``."""
        local_id = id_of(data)
        if not is_edit:
            taken.newest = later(taken.newest, local_id)
            if local_id and self.has(local_id):
                return
        elif local_id in self._gone:
            return
        taken.posts += 1
        try:
            status = decode_status(data)
            mention = self._mention(status, now_s, taken)
        except BadMentionError as error:
            if local_id:
                # It comes again on every page; once in the dead letters is enough.
                _know(self._given, local_id, None, MOST_SEEN)
            taken.refused.append(Refused.because(error, f"{self._server} {origin}", data[:_LONGEST_REFUSED]))
            return
        _know(self._given, local_id, None, MOST_SEEN)
        _know(self._uris, local_id, status.uri, MOST_SEEN)
        if mention is not None:
            taken.add(local_id, mention)

    def take_delete(self, local_id: str, taken: Taken) -> None:
        """Take a post down, if it went on or is about to, and let none of its versions come behind that."""
        _know(self._gone, local_id, None, MOST_GONE)
        pending = next((post for post in taken.local_ids.values() if post.local_id == local_id), None)
        post = pending or self.sent.get(local_id)
        if post is not None:
            taken.add(local_id, take_down_of(post.uri, post.published_s))

    def take_checked(self, asked: Iterable[str], found: Iterable[bytes], edited_since_s: float, now_s: float) -> Taken:
        """Take posts down that were asked for and are not there any more; give those again that were edited.

        Parameters
        ----------
        asked
            Local ids.
        found
            What of them is still there.
        edited_since_s
            Edits from this moment on may not have been heard, epoch seconds.
        now_s
            Wall time, epoch seconds.
        """
        taken, there = Taken(), set()
        for data in found:
            there.add(id_of(data))
            try:
                edited_at = decode_status(data).edited_at
            except BadMentionError:
                continue  # it is there, and was told when it came
            if edited_at is not None and edited_at.timestamp() >= edited_since_s:
                self.take_post(data, "posts asked for again", now_s, taken, is_edit=True)
        for local_id in asked:
            if local_id not in there:
                self.take_delete(local_id, taken)
        return taken

    def _mention(self, status: Status, now_s: float, taken: Taken) -> Mention | None:
        reason = left_out(status, respect_indexable=self._respect_indexable)
        if not reason:
            return mention_of(status, now_s=now_s, uri_of=lambda local_id: self._uris.get(local_id, ""))
        taken.left_out[reason] += 1
        sent = self.sent.get(status.id)
        # It went on, and has been withdrawn from search since.
        return take_down_of(sent.uri, sent.published_s) if sent is not None else None


def _know(known: dict[str, V], local_id: str, value: V, most: int) -> None:
    """Remember something by its local id, and forget what has been known for longest where it is too much."""
    known[local_id] = value
    if len(known) > most:
        del known[next(iter(known))]

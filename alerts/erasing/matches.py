"""Which records hold what is to be erased. Pure: records of any topic in, what was found out."""

import re
from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.heartbeat import is_heartbeat
from alerts.erasing.request import Request
from alerts.incidents.command import Command
from alerts.incidents.incident import Incident
from alerts.incidents.incident_state import decode_state
from alerts.incidents.redaction import Gone, links_of, text_mark
from detectors.post import Post
from detectors.verdict import Evidence, Verdict
from streams.errors import StreamsError
from streams.ingest.post_key import post_key
from streams.kafka.topics import COMMANDS, DEAD_LETTERS, DELIVERIES, FLUSHES, INCIDENTS, MENTIONS, VERDICTS
from streams.mention import decode_mention
from streams.watch.lately import Lately
from streams.watch.outbreak import Outbreak
from streams.wire.flush import decode_flush

WATCH = "the watch stage's changelog"
STAGE = "the incident stage's changelog"
"""Names by which the changelogs are told of."""

PASSING = (MENTIONS.name, DEAD_LETTERS.name, FLUSHES.name, VERDICTS.name, COMMANDS.name)
"""Topics that are deleted after a while; they tell what there is to look for in the others."""
KEPT = (INCIDENTS.name, DELIVERIES.name, WATCH, STAGE)
"""Of these the newest of each key counts."""

_TEXT = 600
_NEAR = 5


class Seen(Struct, kw_only=True):
    """What is known of a post that is to be erased."""

    source: str = ""
    published: float = 0.0
    names: set[str] = msgspec.field(default_factory=set)
    texts: set[str] = msgspec.field(default_factory=set)
    urls: set[str] = msgspec.field(default_factory=set)


class Hits(Struct, kw_only=True):
    """Records of one topic.

    ``found`` counts those that hold it, ``newest_at`` is the Kafka timestamp of the newest of them; ``holding`` are the
    keys, by partition, of which the newest record holds it, where only that one counts.
    """

    found: int = 0
    newest_at: float = 0.0
    holding: set[tuple[int, bytes]] = msgspec.field(default_factory=set)


class _Stored(Struct):
    outbreak: Outbreak | None = None
    lately: Lately = msgspec.field(default_factory=Lately)


class Matches:
    """What was found of a request.

    Parameters
    ----------
    request
        What is to be erased.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.posts: dict[str, Seen] = {}
        self.shown: set[str] = set()
        """Ids of posts that stand, or stood, where somebody may be shown them."""
        self.incidents: set[str] = set()
        self.hits: dict[str, Hits] = {name: Hits() for name in (*PASSING, *KEPT)}
        self.sources: dict[str, int] = {}
        """Of an author's posts: how many of each source."""
        self.near: dict[str, None] = {}
        """Ids that differ from the one that is asked for in case, in a slash at the end or in how they begin."""
        self.dropped_by: dict[int, set[str]] = {}
        """Ids that the watch stage has told the incident stage to drop, by partition."""
        self._near_form = _near_form(request.id)
        wanted = request.id
        self._needles = (msgspec.json.encode(wanted), msgspec.msgpack.encode(wanted))
        forms = {wanted.encode(), wanted.replace("/", "\\/").encode(), msgspec.json.encode(wanted)[1:-1]}
        self._loosely = re.compile(rb"(?<!\w)(?:%s)(?!\w)" % b"|".join(map(re.escape, sorted(forms))))
        self._gone: Gone | None = None

    @property
    def is_found(self) -> bool:
        """Whether anything holds it."""
        return bool(self.posts) or any(hits.found for hits in self.hits.values())

    @property
    def held(self) -> dict[str, int]:
        """How many records still hold it, of the topics of which the newest of each key counts."""
        return {name: len(self.hits[name].holding) for name in KEPT}

    def gone(self) -> Gone:
        """Return what is to be taken out of incidents."""
        if self._gone is None:
            marks = {post_key(id_): text_mark(min(post.texts, default="")) for id_, post in self.posts.items()}
            addresses = {link for id_, post in self.posts.items() for at in (id_, *post.urls) for link in links_of(at)}
            self._gone = Gone(redacted_posts=marks, names=self.names(), addresses=frozenset(addresses))
        return self._gone

    def names(self) -> frozenset[str]:
        """Return the names, and the ids, of the authors."""
        names = {name for post in self.posts.values() for name in post.names if name}
        return frozenset(names | ({self.request.id} if self.request.kind == "author" else set()))

    # -- records ---------------------------------------------------------------------------------------------

    def take(self, topic: str, partition: int, key: bytes | None, value: bytes | None, at: float) -> None:
        """Take one record; what cannot be read holds it where its bytes do.

        Parameters
        ----------
        topic
            Of ``PASSING`` and ``KEPT``.
        at
            Kafka's timestamp, epoch seconds.
        """
        try:
            holds = value is not None and self._holds(topic, partition, key, value)
        except (msgspec.MsgspecError, StreamsError, UnicodeDecodeError):
            holds = self._is_somewhere_in(value or b"")
        hits = self.hits[topic]
        if holds:
            hits.found += 1
            hits.newest_at = max(hits.newest_at, at)
        if topic in KEPT:
            (hits.holding.add if holds else hits.holding.discard)((partition, key or b""))

    def _holds(self, topic: str, partition: int, key: bytes | None, value: bytes) -> bool:
        if is_heartbeat(key) or (key or b"").startswith(b"@"):
            return False  # a heartbeat, a mark, or a row of a partition itself
        if topic == COMMANDS.name:
            return self._take_command(partition, value)
        take: dict[str, Callable[[bytes], bool]] = {
            MENTIONS.name: self._take_mention,
            DEAD_LETTERS.name: self._is_somewhere_in,
            FLUSHES.name: self._take_flush,
            VERDICTS.name: self._take_verdict,
            INCIDENTS.name: lambda each: self._take_incident(msgspec.json.decode(each, type=Incident)),
            DELIVERIES.name: lambda each: self._take_incident(msgspec.json.decode(each, type=Delivery).incident),
            WATCH: self._take_watched,
            STAGE: self._take_state,
        }
        return take[topic](value)

    def _take_flush(self, value: bytes) -> bool:
        # A week of these is much, and few hold it; of a post that was taken down they hold the id alone.
        if not self._is_in(value):
            return False
        flush = decode_flush(value)
        posts = [post for snapshot in flush.snapshots for post in snapshot.posts]
        return self._see(posts, shown=False) or self.request.id in flush.deleted

    def _take_verdict(self, value: bytes) -> bool:
        return self._is_in(value) and self._see(msgspec.json.decode(value, type=Verdict).evidence.posts)

    def _take_watched(self, value: bytes) -> bool:
        stored = msgspec.msgpack.decode(value, type=_Stored)
        of_outbreak = stored.outbreak is not None and self._see(stored.outbreak.posts)
        return self._see(stored.lately.posts, shown=False) or of_outbreak

    def _take_state(self, value: bytes) -> bool:
        # All of them are looked at, and not only the first that holds it.
        return any([self._take_incident(tracked.incident) for tracked in decode_state(value).tracked])  # noqa: C419

    def _is_in(self, value: bytes) -> bool:
        return any(needle in value for needle in self._needles)

    def _is_somewhere_in(self, value: bytes) -> bool:
        """Whether the bytes of what nobody can read hold the id, and not a longer one of which it is a part."""
        return self._loosely.search(value) is not None

    def _take_mention(self, value: bytes) -> bool:
        mention = decode_mention(value)
        author = mention.author
        self._look_near(mention.id if self.request.kind == "post" else author.id if author is not None else "")
        names = {author.id, author.name} if author is not None else set()
        if not self._is_meant(mention.id, author.id if author is not None else "", mention.source):
            return mention.id in self.posts
        self._note(mention.id, mention.source, mention.published_s, names, mention.content, mention.url)
        return True

    def _take_command(self, partition: int, value: bytes) -> bool:
        command = msgspec.json.decode(value, type=Command)
        ids = {post for post in (command.post, *command.posts) if post}
        if command.type == "redact" and command.via == "watch":
            self.dropped_by.setdefault(partition, set()).update(ids)
        return not ids.isdisjoint(self.posts) or self.request.id in ids or self.request.id in command.names

    def _take_incident(self, incident: Incident) -> bool:
        self._see(incident.evidence.posts)
        holds = self._names_it(incident.evidence) or self.gone().without(incident) is not incident
        if holds:
            self.incidents.add(incident.id)
        return holds

    def _names_it(self, evidence: Evidence) -> bool:
        if self.request.kind == "post":
            return False
        terms = (*evidence.authors, *evidence.amplifiers)
        return evidence.concentration.loudest_author == self.request.id or any(
            term.text == self.request.id for term in terms
        )

    def _see(self, posts: Iterable[Post], *, shown: bool = True) -> bool:
        holds = False
        for post in posts:
            if self._is_meant(post.id, post.author, post.source):
                self._note(
                    post.id, post.source, post.published, {post.author, post.author_name}, post.content, post.url
                )
            if post.id in self.posts:
                holds = True
                if shown:
                    self.shown.add(post.id)
        return holds

    def _is_meant(self, post_id: str, author: str, source: str) -> bool:
        if self.request.kind == "post":
            return post_id == self.request.id
        return author == self.request.id and self.request.source in {"", source}

    def _note(self, post_id: str, source: str, published: float, names: set[str], text: str, url: str) -> None:  # noqa: PLR0917 - a post's fields
        seen = self.posts.get(post_id)
        if seen is None:
            seen = self.posts[post_id] = Seen(source=source, published=published)
            self.sources[source] = self.sources.get(source, 0) + 1
            self._gone = None
        for known, said in ((seen.names, names), (seen.texts, {text[:_TEXT]}), (seen.urls, {url})):
            if fresh := said - known - {""}:
                known.update(fresh)
                self._gone = None

    def _look_near(self, candidate: str) -> None:
        is_other = bool(candidate) and candidate != self.request.id and len(self.near) < _NEAR
        if is_other and _near_form(candidate) == self._near_form:
            self.near[candidate] = None


def _near_form(name: str) -> str:
    bare = name.strip().casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return bare.rstrip("/").removeprefix("@")

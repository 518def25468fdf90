"""What every source is: it is checked, opened at a checkpoint, read batch by batch, acknowledged and closed."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from msgspec import Struct

from streams.connectors.connector import Refused
from streams.errors import StreamsError
from streams.ingest.erased import Erased
from streams.mention import Mention

Position: TypeAlias = dict[str, Any]
"""Where a source goes on, a JSON object of its own making. It is kept on Kafka: no secret and no text may be in it."""

State = Literal["starting", "catching_up", "live", "waiting", "ended", "failed"]


class SourceError(StreamsError):
    """A source that cannot go on as it is: nothing but a person mends it (a bad address, a refused key).

    The message says what was asked, what was answered, and what to do.
    """


class SourceUnavailableError(StreamsError):
    """Upstream does not answer, or asks for patience: it is tried again.

    Parameters
    ----------
    message
        What was asked and what came back.
    retry_after_s
        What upstream asks for, seconds from now; 0 where it says nothing.
    """

    def __init__(self, message: str, *, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Hole(Struct, frozen=True, kw_only=True):
    """A time in which a source was heard in part, or not at all.

    Parameters
    ----------
    began, ended
        Epoch seconds, ``began`` < ``ended``.
    share
        How much of it was heard: 0 nothing, below 1 a sample.
    reason
        A short, stable word: ``look_back``, ``throttled``, ``sampled``, ``dropped``, ``truncated``.
    detail
        For a person.
    """

    began: float
    ended: float
    share: float
    reason: str
    detail: str


class Batch(Struct, frozen=True, kw_only=True):
    """What one reading of a source gave; an empty one tells that it was listened to.

    Parameters
    ----------
    position
        Where to go on once Kafka has all of ``mentions``; what is read again from there comes under the same ids. Never
        before the one that the source was opened at, though it begins a little before that.
    mentions
        In upstream's order, take-downs (``deleted``) among them.
    refused
        What was read and is no mention: it goes to the dead letters.
    heard
        Posts that this batch stands for, matched or not, where the source itself leaves some out; else all of
        ``mentions``.
    heard_until
        Event time, epoch seconds, up to which upstream has told everything; ``None`` where it does not say.
    is_backfill
        Whether these were published while nobody listened: they keep their own time.
    delay_s
        How long after its publication a post is ordinarily heard of, seconds: of a source that is polled, somewhat more
        than the interval. A post that is no older, and no backfill, counts when it is heard: its own minute is over.
    share
        Of all that was published, the share that this batch has, where the rest is left out at random: below 1 a
        sample, by upstream or by a limit of ours. It is told for as long as it stays so.
    holes
        What was found to be missing.
    """

    position: Position
    mentions: tuple[Mention, ...] = ()
    refused: tuple[Refused, ...] = ()
    heard: int | None = None
    heard_until: float | None = None
    is_backfill: bool = False
    delay_s: float = 0.0
    share: float = 1.0
    holes: tuple[Hole, ...] = ()


class Problem(Struct, frozen=True, kw_only=True):
    """What ``check`` found: something that stops the source, or that its owner should know.

    Parameters
    ----------
    says
        One sentence: what is so, and what to do.
    stops
        Whether nothing is heard while it is so.
    """

    says: str
    stops: bool


class Health(Struct, frozen=True, kw_only=True):
    """How a source is, for a table and for metrics.

    Parameters
    ----------
    state
        ``waiting`` is between two tries after a failure or at upstream's wish; ``ended`` for good, as upstream says;
        ``failed`` until a person mends it.
    last_event
        Event time of the newest post heard, epoch seconds; ``None`` before the first.
    last_ok
        When upstream last answered as it should, epoch seconds; ``None`` before the first.
    behind_s
        How far behind the present the source reads, seconds; ``None`` where it cannot be told.
    says
        What an operator should know, such as the error that is waited out; empty where all is well.
    cost
        What listening has cost in this month, in upstream's unit: ``12,400 posts, $62``; empty where it costs nothing.
    """

    state: State
    last_event: float | None = None
    last_ok: float | None = None
    behind_s: float | None = None
    says: str = ""
    cost: str = ""


class Source(Protocol):
    """One source, of one configuration.

    It keeps its protocol and its mapping; the runner calls it from one task, one method at a time (but ``health`` and
    ``close``, which may come at any time), and does everything else. Any method but ``health`` may raise
    ``SourceUnavailableError``, after which the runner waits, closes and opens it anew at the last acknowledged
    position, and ``SourceError``, after which it does not.
    """

    @property
    def id(self) -> str:
        """Its id in ``tocsin.yml``."""

    @property
    def kind(self) -> str:
        """The name of its folder; ``source`` of its mentions."""

    async def check(self) -> list[Problem]:
        """Tell whether upstream can be reached and lets us in, and what listening will cost; changes nothing."""

    async def open(self, position: Position | None) -> None:
        """Begin at a position, a little before it where upstream's order is loose; ``None`` is the first time."""

    async def read(self) -> Batch:
        """Wait for what comes next and return it; may be cancelled at any moment without losing anything.

        It returns at least every few seconds while upstream is heard, if with nothing but a position.
        """

    async def acknowledge(self, position: Position) -> None:
        """Take note that Kafka has everything up to a position that ``read`` returned."""

    async def close(self) -> None:
        """Let go of upstream; nothing is asked of it after that. Called at any time, also twice."""

    def health(self) -> Health:
        """Tell how it is; asks nobody."""


@runtime_checkable
class NotesSent(Protocol):
    """A source that wants to know which of its posts go on, since upstream names take-downs by names of its own.

    It keeps what it needs of them in its position.
    """

    def note_sent(self, mentions: Sequence[Mention]) -> None:
        """Take note of what goes on of the batch that was read last, before the next is read; asks nobody."""


@runtime_checkable
class NamesPosts(Protocol):
    """A source whose position names posts, or their authors."""

    def forget(self, erased: Erased) -> None:
        """Let what was taken down or erased, by whomever, stand in no position any more; asks nobody."""
